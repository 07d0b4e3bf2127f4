import type { ReactNode } from 'react';
import { CircleAlert } from 'lucide-react';
import { useRetry } from '@/lib/use-retry';
import { Button } from './button';

type Props = { icon: ReactNode; title: string; children?: ReactNode; action?: ReactNode };

export function EmptyState({ icon, title, children, action }: Props) {
  return (
    <div className="flex flex-col items-center px-6 py-14 text-center">
      <div className="mb-4 flex size-11 items-center justify-center rounded-xl border border-line bg-sunken text-faint [&_svg]:size-5">
        {icon}
      </div>
      <h3 className="text-base font-semibold">{title}</h3>
      {children && <div className="mt-1 max-w-md text-sm text-muted">{children}</div>}
      {action && <div className="mt-5 flex flex-wrap justify-center gap-2">{action}</div>}
    </div>
  );
}

type ErrorProps = { message: string; onRetry?: () => void };

/** What is shown where something could not be loaded. It tries again by itself. */
export function ErrorState({ message, onRetry }: ErrorProps) {
  useRetry(onRetry);
  return (
    <div role="alert">
      <EmptyState
        icon={<CircleAlert className="text-bad" />}
        title="This could not be loaded"
        action={onRetry && <Button onClick={onRetry}>Try again</Button>}
      >
        {message}
      </EmptyState>
    </div>
  );
}
