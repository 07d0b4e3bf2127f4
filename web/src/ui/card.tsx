import type { ReactNode } from 'react';
import { cn } from './cn';

export const Card = ({ children, className }: { children: ReactNode; className?: string }) => (
  <section className={cn('rounded-lg border border-line bg-surface shadow-low', className)}>{children}</section>
);

type HeaderProps = { title: string; actions?: ReactNode; hint?: ReactNode };

export const CardHeader = ({ title, actions, hint }: HeaderProps) => (
  <header className="flex min-h-11 items-center justify-between gap-3 border-b border-line px-4 py-2">
    <div className="flex items-baseline gap-2">
      <h2 className="text-sm font-semibold">{title}</h2>
      {hint && <span className="text-xs text-faint">{hint}</span>}
    </div>
    {actions}
  </header>
);
