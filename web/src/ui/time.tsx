'use client';

import { absoluteTime, relativeTime } from '@/lib/format';
import { useNow } from '@/lib/now';
import { cn } from './cn';

/** How long ago, with the exact time on hover. */
export function Time({ iso, title, className }: { iso: string; title?: string; className?: string }) {
  const now = useNow();
  return (
    <time dateTime={iso} title={title ?? absoluteTime(iso)} className={cn('whitespace-nowrap', className)}>
      {relativeTime(iso, now)}
    </time>
  );
}
