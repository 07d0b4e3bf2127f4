'use client';

import type { ReactNode } from 'react';
import Link from 'next/link';
import { ChevronRight } from 'lucide-react';
import { cn } from './cn';

/** The width and padding of a page. */
export const PageBody = ({ children, className }: { children: ReactNode; className?: string }) => (
  <div className={cn('mx-auto w-full max-w-[84rem] px-4 pt-5 pb-16 sm:px-6 lg:px-8', className)}>{children}</div>
);

export type Crumb = { label: string; href: string };
type Props = { title: ReactNode; lead?: ReactNode; crumbs?: Crumb[]; actions?: ReactNode; badge?: ReactNode };

export const PageHeader = ({ title, lead, crumbs = [], actions, badge }: Props) => (
  <header className="mb-5 flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
    <div className="min-w-0">
      <div className="flex min-h-8 flex-wrap items-center gap-x-2 gap-y-1">
        {crumbs.map((crumb) => (
          <span key={crumb.href} className="flex min-w-0 items-center gap-2 text-xl tracking-tight text-muted">
            <Link href={crumb.href} prefetch={false} className="truncate rounded hover:text-fg hover:underline">
              {crumb.label}
            </Link>
            <ChevronRight className="size-4 shrink-0 text-faint" aria-hidden />
          </span>
        ))}
        <h1 className="min-w-0 truncate text-xl font-semibold tracking-tight">{title}</h1>
        {badge}
      </div>
      {lead && <div className="mt-1 text-sm text-muted">{lead}</div>}
    </div>
    {actions && <div className="flex flex-wrap items-center gap-2">{actions}</div>}
  </header>
);
