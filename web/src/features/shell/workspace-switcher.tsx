'use client';

import { useState } from 'react';
import { useRouter } from 'next/navigation';
import { Check, ChevronsUpDown, Plus } from 'lucide-react';
import { CreateWorkspaceForm } from '@/features/tenancy/create-workspace-form';
import { placeOf } from '@/lib/session/last-workspace';
import type { Workspace } from '@/lib/session/use-viewer';
import { labelOf } from '@/lib/session/workspace-label';
import { initials } from '@/lib/initials';
import { paths } from '@/lib/paths';
import { Dialog } from '@/ui/dialog';
import { Dropdown, DropdownItem, DropdownLabel, DropdownLine } from '@/ui/dropdown';
import { useHere } from '@/lib/session/here';

export function WorkspaceSwitcher() {
  const { viewer, workspace, label } = useHere();
  const [creating, setCreating] = useState(false);
  const trigger = (
    <button
      type="button"
      className="flex h-11 w-full items-center gap-2.5 rounded-lg px-2 text-left hover:bg-line/50 data-[state=open]:bg-line/50"
    >
      <Mark workspace={workspace} />
      <span className="min-w-0 flex-1 leading-tight">
        <span className="block truncate text-sm font-semibold" title={label}>
          {label}
        </span>
        <span className="block truncate text-2xs text-faint">{workspace.accountName}</span>
      </span>
      <ChevronsUpDown className="size-4 shrink-0 text-faint" aria-hidden />
    </button>
  );
  return (
    <>
      <Dropdown trigger={trigger} align="start" className="w-60">
        {viewer.accounts.map((account) => (
          <AccountWorkspaces key={account.id} name={account.name} accountId={account.id} />
        ))}
        <DropdownLine />
        <DropdownItem icon={<Plus />} onSelect={() => setCreating(true)}>
          Create workspace
        </DropdownItem>
      </Dropdown>
      <Dialog
        open={creating}
        onOpenChange={setCreating}
        title="Create a workspace"
        description="A workspace holds flows, deployments and their runs, apart from those of others."
      >
        <CreateWorkspaceForm viewer={viewer} onCreated={() => setCreating(false)} />
      </Dialog>
    </>
  );
}

function AccountWorkspaces({ name, accountId }: { name: string; accountId: string }) {
  const router = useRouter();
  const { viewer, workspace: current } = useHere();
  const workspaces = viewer.workspaces.filter((workspace) => workspace.accountId === accountId);
  if (workspaces.length === 0) return null;
  return (
    <>
      <DropdownLabel>{name}</DropdownLabel>
      {workspaces.map((workspace) => (
        <DropdownItem key={workspace.id} onSelect={() => router.push(paths.home(placeOf(workspace)))}>
          <Mark workspace={workspace} small />
          <span className="flex-1 truncate">{labelOf(workspace, viewer.workspaces)}</span>
          {workspace.id === current.id && <Check className="!text-accent" aria-label="open now" />}
        </DropdownItem>
      ))}
    </>
  );
}

const hues = [190, 215, 255, 290, 330, 20, 60, 150];

/** A square with the first letter, in a colour that stays with the workspace. */
function Mark({ workspace, small }: { workspace: Workspace; small?: boolean }) {
  const seed = [...workspace.id].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 9973, 7);
  return (
    <span
      aria-hidden="true"
      className={`flex shrink-0 items-center justify-center rounded-md font-semibold text-[#fff] ${small ? 'size-5 text-2xs' : 'size-7 text-xs'}`}
      style={{ background: `oklch(0.5 0.11 ${hues[seed % hues.length]})` }}
    >
      {initials(workspace.name, 1)}
    </span>
  );
}
