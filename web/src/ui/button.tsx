import type { ButtonHTMLAttributes, MouseEvent, ReactNode } from 'react';
import { LoaderCircle } from 'lucide-react';
import { cn } from './cn';
import { Tooltip } from './tooltip';

const variants = {
  primary: 'bg-accent text-accent-fg hover:bg-accent-strong shadow-low',
  secondary: 'bg-surface text-fg border border-line-strong hover:bg-sunken shadow-low',
  ghost: 'text-muted hover:bg-sunken hover:text-fg',
  danger: 'bg-danger text-danger-fg hover:brightness-95 shadow-low',
};

const sizes = {
  sm: 'h-7 px-2.5 text-xs gap-1.5',
  md: 'h-8 px-3 text-sm gap-1.5',
  lg: 'h-10 px-4 text-base gap-2',
  icon: 'size-8',
  'icon-sm': 'size-7',
};

export type ButtonLook = { variant?: keyof typeof variants; size?: keyof typeof sizes };

/** The look of a button, for links that act like one. */
export const buttonClass = ({ variant = 'secondary', size = 'md' }: ButtonLook = {}) =>
  cn(
    'inline-flex shrink-0 items-center justify-center rounded-md font-medium whitespace-nowrap transition-colors select-none [&_svg]:size-4 [&_svg]:shrink-0',
    'disabled:opacity-50 aria-disabled:opacity-50 aria-disabled:cursor-not-allowed disabled:cursor-not-allowed',
    variants[variant],
    sizes[size],
  );

type Props = ButtonHTMLAttributes<HTMLButtonElement> &
  ButtonLook & {
    loading?: boolean;
    /** Why the button cannot be pressed now. It stays reachable by keyboard, so that the reason can be read. */
    disabledReason?: string | null;
    icon?: ReactNode;
    ref?: React.Ref<HTMLButtonElement>;
  };

export function Button({ variant, size, loading, disabledReason, icon, className, children, onClick, ...rest }: Props) {
  const blocked = Boolean(disabledReason) || loading;
  const press = (event: MouseEvent<HTMLButtonElement>) => (blocked ? event.preventDefault() : onClick?.(event));
  // With a reason or without, it is one element: another one in its place would lose the focus.
  return (
    <Tooltip content={disabledReason}>
      <button
        type="button"
        {...rest}
        onClick={press}
        aria-disabled={blocked || undefined}
        className={cn(buttonClass({ variant, size }), className)}
      >
        {loading ? <LoaderCircle className="animate-spin" aria-hidden /> : icon}
        {children}
      </button>
    </Tooltip>
  );
}
