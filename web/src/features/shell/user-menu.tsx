'use client';

import Link from 'next/link';
import { useTheme } from 'next-themes';
import { KeyRound, LogOut, Monitor, Moon, Sun } from 'lucide-react';
import { toast } from 'sonner';
import { useMutation } from 'urql';
import { SignOutDocument } from '@/generated/graphql';
import { initials } from '@/lib/initials';
import { paths } from '@/lib/paths';
import { sayError } from '@/lib/say-error';
import { Dropdown, DropdownChoice, DropdownItem, DropdownLine } from '@/ui/dropdown';
import { useSession } from '@/lib/session/clients';
import { useHere } from '@/lib/session/here';

export function UserMenu() {
  const { viewer } = useHere();
  const signOut = useSignOut();
  const trigger = (
    <button
      type="button"
      className="flex h-11 w-full items-center gap-2.5 rounded-lg px-2 text-left hover:bg-line/50 data-[state=open]:bg-line/50"
    >
      <span
        aria-hidden="true"
        className="flex size-7 shrink-0 items-center justify-center rounded-full border border-line-strong bg-surface text-2xs font-semibold text-muted"
      >
        {initials(viewer.name)}
      </span>
      <span className="min-w-0 flex-1 leading-tight">
        <span className="sr-only">Menu of </span>
        <span className="block truncate text-sm font-medium">{viewer.name}</span>
        <span className="block truncate text-2xs text-faint">{viewer.email}</span>
      </span>
    </button>
  );
  return (
    <Dropdown trigger={trigger} align="start" className="w-60">
      <DropdownItem asChild>
        <Link href={paths.apiKeys()} prefetch={false}>
          <KeyRound />
          API keys
        </Link>
      </DropdownItem>
      <DropdownLine />
      <ThemeChoice />
      <DropdownLine />
      <DropdownItem icon={<LogOut />} onSelect={signOut}>
        Sign out
      </DropdownItem>
    </Dropdown>
  );
}

const themes = [
  { value: 'system', label: 'As the system', icon: <Monitor /> },
  { value: 'light', label: 'Light', icon: <Sun /> },
  { value: 'dark', label: 'Dark', icon: <Moon /> },
];

function ThemeChoice() {
  const { theme = 'system', setTheme } = useTheme();
  return <DropdownChoice label="Theme" value={theme} onChange={setTheme} options={themes} />;
}

function useSignOut() {
  const { leave } = useSession();
  const [, signOut] = useMutation(SignOutDocument);
  return () =>
    leave(async () => {
      const { error } = await signOut({});
      if (error) toast.error(sayError(error));
      return !error;
    });
}
