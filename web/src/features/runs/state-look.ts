import {
  Ban,
  CalendarClock,
  CircleCheck,
  CircleDashed,
  CirclePause,
  CircleX,
  ClockAlert,
  LoaderCircle,
  RotateCw,
  Zap,
  type LucideIcon,
} from 'lucide-react';
import type { StateType } from '@/generated/graphql';

/** A state is told by its icon and its word; the colour only repeats it. */
export type StateLook = { icon: LucideIcon; color: string; spins?: boolean };

const byType: Record<StateType, StateLook> = {
  SCHEDULED: { icon: CalendarClock, color: 'var(--sched)' },
  PENDING: { icon: CircleDashed, color: 'var(--pend)' },
  RUNNING: { icon: LoaderCircle, color: 'var(--run)', spins: true },
  COMPLETED: { icon: CircleCheck, color: 'var(--ok)' },
  FAILED: { icon: CircleX, color: 'var(--bad)' },
  CRASHED: { icon: Zap, color: 'var(--crash)' },
  CANCELLED: { icon: Ban, color: 'var(--off)' },
  CANCELLING: { icon: LoaderCircle, color: 'var(--off)', spins: true },
  PAUSED: { icon: CirclePause, color: 'var(--pause)' },
};

const byName: Record<string, StateLook> = {
  Late: { icon: ClockAlert, color: 'var(--pause)' },
  AwaitingRetry: { icon: RotateCw, color: 'var(--pause)' },
  Retrying: { icon: RotateCw, color: 'var(--run)', spins: true },
};

const unknown: StateLook = { icon: CircleDashed, color: 'var(--faint)' };

export const stateLook = (type: StateType | null, name?: string | null): StateLook =>
  (name ? byName[name] : undefined) ?? (type ? byType[type] : unknown);

/** `AwaitingRetry` reads `Awaiting retry`. */
export function stateWord(type: StateType | null, name?: string | null): string {
  const word = name ?? type ?? 'Not started';
  const spaced = word.replace(/([a-z])([A-Z])/g, '$1 $2');
  return spaced.charAt(0).toUpperCase() + spaced.slice(1).toLowerCase();
}
