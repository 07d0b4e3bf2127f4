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
import type { StateType } from '@headgate/contracts';

/** How a bar looks where there is room for neither icon nor word. */
export type BarShape = 'whole' | 'marked' | 'broken' | 'half' | 'hollow' | 'dotted' | 'dashed' | 'growing';

/** A state is told by its icon and its word, or by its shape; the colour only repeats it. */
export type StateLook = { icon: LucideIcon; color: string; shape: BarShape; spins?: boolean };

const byType: Record<StateType, StateLook> = {
  SCHEDULED: { icon: CalendarClock, color: 'var(--sched)', shape: 'dashed' },
  PENDING: { icon: CircleDashed, color: 'var(--pend)', shape: 'dotted' },
  RUNNING: { icon: LoaderCircle, color: 'var(--run)', shape: 'growing', spins: true },
  COMPLETED: { icon: CircleCheck, color: 'var(--ok)', shape: 'whole' },
  FAILED: { icon: CircleX, color: 'var(--bad)', shape: 'marked' },
  CRASHED: { icon: Zap, color: 'var(--crash)', shape: 'broken' },
  CANCELLED: { icon: Ban, color: 'var(--off)', shape: 'hollow' },
  CANCELLING: { icon: LoaderCircle, color: 'var(--off)', shape: 'hollow', spins: true },
  PAUSED: { icon: CirclePause, color: 'var(--pause)', shape: 'half' },
};

const byName: Record<string, StateLook> = {
  Late: { icon: ClockAlert, color: 'var(--pause)', shape: 'half' },
  AwaitingRetry: { icon: RotateCw, color: 'var(--pause)', shape: 'half' },
  Retrying: { icon: RotateCw, color: 'var(--run)', shape: 'growing', spins: true },
};

const unknown: StateLook = { icon: CircleDashed, color: 'var(--faint)', shape: 'dotted' };

export const stateLook = (type: StateType | null, name?: string | null): StateLook =>
  (name ? byName[name] : undefined) ?? (type ? byType[type] : unknown);

/** `AwaitingRetry` reads `Awaiting retry`. */
export function stateWord(type: StateType | null, name?: string | null): string {
  const word = name ?? type ?? 'Not started';
  const spaced = word.replace(/([a-z])([A-Z])/g, '$1 $2');
  return spaced.charAt(0).toUpperCase() + spaced.slice(1).toLowerCase();
}
