'use client';

import { Search } from 'lucide-react';
import { Kbd } from '@/ui/kbd';
import { Navigation } from './navigation-links';
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
      <Navigation place={place} section={section} />
      <div className="mt-auto">
        <UserMenu />
      </div>
    </div>
  );
}

const isMac = () => /mac|iphone|ipad/i.test(navigator.userAgent);
