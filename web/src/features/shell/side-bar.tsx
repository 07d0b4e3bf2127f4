'use client';

import Link, { useLinkStatus } from 'next/link';
import { LoaderCircle, Search } from 'lucide-react';
import { cn } from '@/ui/cn';
import { Kbd } from '@/ui/kbd';
import { navigation } from './navigation';
import { UserMenu } from './user-menu';
import { useHere } from '@/lib/session/here';
import { WorkspaceSwitcher } from './workspace-switcher';

type Props = { section: string | null; onSearch: () => void };

export function SideBar({ section, onSearch }: Props) {
  const { place } = useHere();
  return (
    <div className="flex h-full flex-col p-3">
      <WorkspaceSwitcher />
      <button
        type="button"
        onClick={onSearch}
        className="mt-3 flex h-8 items-center gap-2 rounded-md border border-line bg-surface px-2.5 text-sm text-faint shadow-low hover:border-line-strong"
      >
        <Search className="size-4" aria-hidden />
        Search
        <span className="ml-auto flex gap-0.5">
          <Kbd>{isMac() ? '⌘' : 'Ctrl'}</Kbd>
          <Kbd>K</Kbd>
        </span>
      </button>
      <nav aria-label="Workspace" className="mt-4 flex flex-col gap-0.5">
        {navigation.map((entry) => (
          <Link
            key={entry.label}
            href={entry.href(place)}
            prefetch={false}
            aria-current={entry.section === section ? 'page' : undefined}
            className={cn(
              'flex h-8 items-center gap-2.5 rounded-md px-2.5 text-sm font-medium text-muted transition-colors hover:bg-line/50 hover:text-fg',
              entry.section === section && 'bg-line/70 text-fg',
            )}
          >
            <entry.icon
              className={cn('size-4', entry.section === section ? 'text-accent' : 'text-faint')}
              aria-hidden
            />
            {entry.label}
            <OnTheWay />
          </Link>
        ))}
      </nav>
      <div className="mt-auto">
        <UserMenu />
      </div>
    </div>
  );
}

/** A page that is not there yet, because the server is slow or away, is seen to be asked for. */
const OnTheWay = () =>
  useLinkStatus().pending && <LoaderCircle className="ml-auto size-3.5 animate-spin text-faint" aria-hidden />;

const isMac = () => /mac|iphone|ipad/i.test(navigator.userAgent);
