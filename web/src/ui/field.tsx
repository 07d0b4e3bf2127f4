import { cloneElement, useId, type ReactElement, type ReactNode } from 'react';

export type Control = { id?: string; 'aria-invalid'?: boolean; 'aria-describedby'?: string };
type Props = {
  label: string;
  error?: string | null;
  hint?: ReactNode;
  optional?: boolean;
  /** The label is there for who cannot see what it belongs to. */
  hidden?: boolean;
  children: ReactElement<Control>;
};

/** A control with its label, a hint, and what is wrong with its value. */
export function Field({ label, error, hint, optional, hidden, children }: Props) {
  const id = useId();
  const note = `${id}-note`;
  return (
    <div className="space-y-1.5">
      <label htmlFor={id} className={hidden ? 'sr-only' : 'flex items-baseline gap-1.5 text-sm font-medium'}>
        {label}
        {optional && <span className="text-xs font-normal text-faint">optional</span>}
      </label>
      {cloneElement(children, {
        id,
        'aria-invalid': error ? true : undefined,
        'aria-describedby': error || hint ? note : undefined,
      })}
      {error ? (
        <p id={note} className="text-xs text-bad" role="alert">
          {error}
        </p>
      ) : (
        hint && (
          <p id={note} className="text-xs break-words whitespace-pre-line text-faint">
            {hint}
          </p>
        )
      )}
    </div>
  );
}
