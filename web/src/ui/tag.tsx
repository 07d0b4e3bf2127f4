import type { ReactNode } from 'react';
import { cn } from './cn';

export const Tag = ({ children, className }: { children: ReactNode; className?: string }) => (
  <span
    className={cn(
      'inline-flex h-5 max-w-44 items-center rounded border border-line bg-sunken px-1.5 text-2xs text-muted',
      className,
    )}
  >
    <span className="truncate">{children}</span>
  </span>
);

/** The first tags, and how many more there are. */
export function Tags({ tags, most = 3 }: { tags: readonly string[]; most?: number }) {
  if (tags.length === 0) return null;
  return (
    <span className="inline-flex min-w-0 flex-wrap gap-1">
      {tags.slice(0, most).map((tag) => (
        <Tag key={tag}>{tag}</Tag>
      ))}
      {tags.length > most && <Tag>+{tags.length - most}</Tag>}
    </span>
  );
}
