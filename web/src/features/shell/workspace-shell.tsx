'use client';

import { useEffect, type ReactNode } from 'react';
import { usePathname, useRouter } from 'next/navigation';
import { lastWorkspace, rememberWorkspace } from '@/lib/session/last-workspace';
import { useViewer } from '@/lib/session/use-viewer';
import { paths, readWorkspaceAddress } from '@/lib/paths';
import { NoSuchPlace } from '@/ui/no-such-place';
import { NoSuchSection } from './no-such-section';
import { Shell } from './shell';
import { ShellFailure } from './shell-failure';
import { SchedulerWatched } from './scheduler-watched';
import { ShellSkeleton } from './shell-skeleton';
import { WorkspaceProvider } from '@/lib/session/here';

/** A task run is part of a run. */
const sectionOf = (section: string | null) => (section === 'task-runs' ? 'runs' : section);

/** Around every page for somebody who is signed in: finds the workspace of the address and shows the side bar. */
export function WorkspaceShell({ children }: { children: ReactNode }) {
  const router = useRouter();
  const address = readWorkspaceAddress(usePathname());
  const { viewer, error, reload } = useViewer();
  const workspace = viewer
    ? address
      ? viewer.workspaces.find((w) => w.accountHandle === address.accountHandle && w.handle === address.workspaceHandle)
      : lastWorkspace(viewer.workspaces)
    : undefined;

  useEffect(() => {
    if (viewer === null) router.replace(paths.signIn(location.pathname + location.search));
  }, [viewer, router]);
  useEffect(() => {
    if (address && workspace) rememberWorkspace(workspace);
  }, [address, workspace]);

  if (error && !viewer) return <ShellFailure error={error} onRetry={() => reload({ requestPolicy: 'network-only' })} />;
  if (!viewer) return <ShellSkeleton />;
  if (!workspace) return <NoSuchPlace />;
  return (
    <WorkspaceProvider viewer={viewer} workspace={workspace}>
      <SchedulerWatched key={`scheduler of ${workspace.id}`} />
      <Shell section={address ? sectionOf(address.section) : 'settings'} key={workspace.id}>
        {address?.odd ? <NoSuchPlace /> : children}
      </Shell>
    </WorkspaceProvider>
  );
}

/** For who is signed in to the workspace of an address that leads nowhere else. To everybody else it is nothing. */
export function PageOfNowhere() {
  const { viewer } = useViewer();
  const section = readWorkspaceAddress(usePathname())?.section ?? null;
  return viewer ? (
    <WorkspaceShell>
      <NoSuchSection section={section} />
    </WorkspaceShell>
  ) : (
    <NoSuchPlace />
  );
}
