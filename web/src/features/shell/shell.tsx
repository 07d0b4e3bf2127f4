'use client';

import { useEffect, useRef, useState, type ReactNode } from 'react';
import { usePathname } from 'next/navigation';
import { Dialog } from 'radix-ui';
import { Menu } from 'lucide-react';
import { useFocusKept } from '@/lib/focus-place';
import { usePlaceKept } from '@/lib/place-kept';
import { Button } from '@/ui/button';
import { Logo } from '@/ui/logo';
import { CommandPalette } from './command-palette';
import { SideBar } from './side-bar';
import { useShortcuts } from './use-shortcuts';

type Props = { section: string | null; children: ReactNode };

export function Shell({ section, children }: Props) {
  const [searching, setSearching] = useState(false);
  useShortcuts(searching, setSearching);
  const content = useRef<HTMLElement>(null);
  usePlaceKept(content, usePathname());
  useFocusKept(content);
  const bar = <SideBar section={section} onSearch={() => setSearching(true)} />;
  return (
    <div className="flex h-full flex-col lg:flex-row">
      <a href="#content" className="sr-only focus:not-sr-only focus:fixed focus:z-60 focus:bg-raised focus:p-2">
        Skip to the content
      </a>
      <aside className="hidden w-58 shrink-0 border-r border-line lg:block">{bar}</aside>
      <PhoneBar>{bar}</PhoneBar>
      <main
        ref={content}
        id="content"
        tabIndex={-1}
        className="relative min-h-0 min-w-0 flex-1 overflow-y-auto outline-none lg:[scrollbar-gutter:stable]"
      >
        {children}
      </main>
      <CommandPalette open={searching} onOpenChange={setSearching} />
    </div>
  );
}

/** On narrow screens the side bar waits behind a button. */
function PhoneBar({ children }: { children: ReactNode }) {
  const [open, setOpen] = useState(false);
  const pathname = usePathname();
  useEffect(() => setOpen(false), [pathname]);
  return (
    <div className="flex h-12 shrink-0 items-center gap-2 border-b border-line px-3 lg:hidden">
      <Dialog.Root open={open} onOpenChange={setOpen}>
        <Dialog.Trigger asChild>
          <Button variant="ghost" size="icon" aria-label="Open the menu">
            <Menu />
          </Button>
        </Dialog.Trigger>
        <Dialog.Portal>
          <Dialog.Overlay className="fixed inset-0 z-40 bg-[#05080c]/50" />
          <Dialog.Content
            aria-describedby={undefined}
            className="fixed inset-y-0 left-0 z-50 w-66 border-r border-line bg-bg shadow-high outline-none"
          >
            <Dialog.Title className="sr-only">Menu</Dialog.Title>
            {children}
          </Dialog.Content>
        </Dialog.Portal>
      </Dialog.Root>
      <Logo />
      <span className="font-semibold tracking-tight">Headgate</span>
    </div>
  );
}
