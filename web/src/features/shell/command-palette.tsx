'use client';

import { useState, type ReactNode } from 'react';
import { useRouter } from 'next/navigation';
import { useTheme } from 'next-themes';
import { Dialog } from 'radix-ui';
import { Command } from 'cmdk';
import { ArrowRightLeft, Boxes, KeyRound, Monitor, Moon, Rocket, Search, Sun } from 'lucide-react';
import type { FoundRunFragment } from '@/generated/graphql';
import { placeOf } from '@/lib/session/last-workspace';
import { StateIcon } from '@/ui/state-badge';
import { useFocusBack } from '@/ui/dialog';
import { paths } from '@/lib/paths';
import { navigation } from './navigation';
import { useSearch } from './use-search';
import { useHere } from '@/lib/session/here';

type Props = { open: boolean; onOpenChange: (open: boolean) => void };

/** ⌘K: go anywhere, find anything. */
export function CommandPalette({ open, onOpenChange }: Props) {
  const giveFocusBack = useFocusBack(open);
  return (
    <Dialog.Root open={open} onOpenChange={onOpenChange}>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-50 bg-[#05080c]/50 backdrop-blur-[2px]" />
        <Dialog.Content
          aria-describedby={undefined}
          onCloseAutoFocus={giveFocusBack}
          className="appear fixed top-[14vh] left-1/2 z-50 w-[calc(100vw-2rem)] max-w-xl -translate-x-1/2 overflow-hidden rounded-xl border border-line bg-raised shadow-high outline-none"
        >
          <Dialog.Title className="sr-only">Search and commands</Dialog.Title>
          <Palette onDone={() => onOpenChange(false)} />
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function Palette({ onDone }: { onDone: () => void }) {
  const [text, setText] = useState('');
  const { place } = useHere();
  const router = useRouter();
  const { found, searching } = useSearch(text);
  const go = (path: string) => () => {
    onDone();
    router.push(path);
  };
  const runItem = (run: FoundRunFragment) => (
    <Item key={run.id} value={`${text} ${run.id}`} onSelect={go(paths.run(place, run.id))}>
      <StateIcon type={run.stateType} name={run.stateName} />
      {run.name}
      <span className="truncate text-faint">{run.flow?.name}</span>
    </Item>
  );
  return (
    <Command loop label="Search and commands">
      <div className="flex items-center gap-2.5 border-b border-line px-4">
        <Search className="size-4 text-faint" aria-hidden />
        <Command.Input
          value={text}
          onValueChange={setText}
          placeholder="Search runs, flows, deployments, or type a command…"
          className="h-12 flex-1 bg-transparent text-base outline-none"
        />
      </div>
      <Command.List className="max-h-[50vh] overflow-y-auto p-1.5">
        <Command.Empty className="py-8 text-center text-sm text-faint">
          {searching ? 'Searching…' : 'Nothing found.'}
        </Command.Empty>
        {found && (
          <>
            <Group heading="Runs" items={found.runs}>
              {runItem}
            </Group>
            <Group heading="Flows" items={found.flows}>
              {(flow) => (
                <Item key={flow.id} value={`${text} ${flow.id}`} onSelect={go(paths.flow(place, flow.id))}>
                  <Boxes /> {flow.name}
                </Item>
              )}
            </Group>
            <Group heading="Deployments" items={found.deployments}>
              {(one) => (
                <Item key={one.id} value={`${text} ${one.id}`} onSelect={go(paths.deployment(place, one.id))}>
                  <Rocket /> {one.fullName}
                </Item>
              )}
            </Group>
            <Group heading="Upcoming runs" items={found.upcoming}>
              {runItem}
            </Group>
          </>
        )}
        <Group heading="Go to" items={navigation}>
          {(entry) => (
            <Item key={entry.label} value={`Go to ${entry.label}`} onSelect={go(entry.href(place))}>
              <entry.icon /> {entry.label}
            </Item>
          )}
        </Group>
        <Commands go={go} onDone={onDone} />
      </Command.List>
    </Command>
  );
}

function Commands({ go, onDone }: { go: (path: string) => () => void; onDone: () => void }) {
  const { viewer, workspace } = useHere();
  const { theme, resolvedTheme, setTheme } = useTheme();
  const otherTheme = resolvedTheme === 'dark' ? 'light' : 'dark';
  const switchTheme = (name: string) => () => {
    setTheme(name);
    onDone();
  };
  return (
    <Command.Group heading="Commands">
      <Item value="API keys create manage" onSelect={go(paths.apiKeys())}>
        <KeyRound /> API keys
      </Item>
      <Item value="Switch theme dark light" onSelect={switchTheme(otherTheme)}>
        {otherTheme === 'dark' ? <Moon /> : <Sun />} Use the {otherTheme} theme
      </Item>
      {theme !== 'system' && (
        <Item value="Switch theme as the system" onSelect={switchTheme('system')}>
          <Monitor /> Use the theme of the system
        </Item>
      )}
      {viewer.workspaces
        .filter((other) => other.id !== workspace.id)
        .map((other) => (
          <Item
            key={other.id}
            value={`Switch workspace ${other.name} ${other.handle}`}
            onSelect={go(paths.home(placeOf(other)))}
          >
            <ArrowRightLeft /> Switch to {other.name}
          </Item>
        ))}
    </Command.Group>
  );
}

function Group<T>({
  heading,
  items,
  children,
}: {
  heading: string;
  items: readonly T[];
  children: (item: T) => ReactNode;
}) {
  return items.length === 0 ? null : <Command.Group heading={heading}>{items.map(children)}</Command.Group>;
}

const Item = ({ value, onSelect, children }: { value: string; onSelect: () => void; children: ReactNode }) => (
  <Command.Item
    value={value}
    onSelect={onSelect}
    className="flex h-9 cursor-pointer items-center gap-2.5 rounded-md px-2.5 text-sm data-[selected=true]:bg-sunken [&>svg]:size-4 [&>svg]:shrink-0 [&>svg]:text-faint"
  >
    {children}
  </Command.Item>
);
