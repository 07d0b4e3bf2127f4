import type { StateType } from '@headgate/contracts';
import { cn } from './cn';
import { stateLook, stateWord } from './state-look';

type Props = { type: StateType | null; name?: string | null; className?: string };

/** `still`: a state of the past does not turn any more. */
type IconProps = Props & { still?: boolean };

export function StateIcon({ type, name, className, still }: IconProps) {
  const { icon: Icon, color, spins } = stateLook(type, name);
  return (
    <Icon
      role="img"
      aria-label={stateWord(type, name)}
      style={{ color }}
      className={cn('size-4 shrink-0', spins && !still && 'animate-spin [animation-duration:2s]', className)}
    />
  );
}

export function StateBadge({ type, name, className }: Props) {
  const { icon: Icon, color, spins } = stateLook(type, name);
  return (
    <span
      style={{
        color,
        borderColor: `color-mix(in oklab, ${color} 28%, transparent)`,
        background: `color-mix(in oklab, ${color} 9%, transparent)`,
      }}
      className={cn(
        'inline-flex h-6 shrink-0 items-center gap-1.5 rounded-full border pr-2.5 pl-1.5 text-xs font-medium whitespace-nowrap',
        className,
      )}
    >
      <Icon className={cn('size-3.5', spins && 'animate-spin [animation-duration:2s]')} aria-hidden />
      {stateWord(type, name)}
    </span>
  );
}
