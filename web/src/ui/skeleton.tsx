import type { CSSProperties } from 'react';
import { cn } from './cn';

/** A grey stand-in; give it the size of what will come, so that nothing jumps. */
export const Skeleton = ({ className, style }: { className?: string; style?: CSSProperties }) => (
  <span className={cn('skeleton block h-4', className)} style={style} aria-hidden="true" />
);

export const SkeletonRows = ({ rows = 6, className = 'h-13' }: { rows?: number; className?: string }) => (
  <div role="status" aria-label="Loading">
    {Array.from({ length: rows }, (_, index) => (
      <div key={index} className={cn('flex items-center gap-4 border-b border-line px-4 last:border-0', className)}>
        <Skeleton className="h-5 w-24 rounded-full" />
        <Skeleton className="w-1/4" />
        <Skeleton className="ml-auto w-20" />
        <Skeleton className="w-14" />
      </div>
    ))}
  </div>
);
