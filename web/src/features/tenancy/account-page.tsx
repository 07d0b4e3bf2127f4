'use client';

import { useEffect } from 'react';
import Link from 'next/link';
import { usePathname, useRouter } from 'next/navigation';
import { LoaderCircle } from 'lucide-react';
import { usePageTitle } from '@/lib/page-title';
import { paths, readAccountAddress } from '@/lib/paths';
import { sayError } from '@/lib/say-error';
import { ErrorState } from '@/ui/empty-state';
import { NoSuchPlace } from '@/ui/no-such-place';
import { CreateWorkspaceForm } from './create-workspace-form';
import { EntryFrame } from './entry-frame';
import { lastWorkspaceOf, placeOf } from '@/lib/session/last-workspace';
import { useViewer, type Workspace } from '@/lib/session/use-viewer';

/** `/acme`: leads to the workspace of the account, to the one that was open last, or to the choice between them. */
export function AccountPage() {
  const router = useRouter();
  const handle = readAccountAddress(usePathname());
  const { viewer, error, reload } = useViewer();
  const account = viewer?.accounts.find((each) => each.handle === handle);
  const workspaces = viewer?.workspaces.filter((each) => each.accountHandle === handle) ?? [];
  const name = account?.name ?? workspaces[0]?.accountName;
  const only = lastWorkspaceOf(workspaces);
  const target = viewer === null ? paths.signIn(`/${handle}`) : only && paths.home(placeOf(only));
  usePageTitle(name);
  useEffect(() => {
    if (target) router.replace(target);
  }, [router, target]);
  if (error && !viewer)
    return <ErrorState message={sayError(error)} onRetry={() => reload({ requestPolicy: 'network-only' })} />;
  if (!viewer || target) return <OnTheWay />;
  if (!name) return <NoSuchPlace />;
  if (workspaces.length > 0)
    return (
      <EntryFrame title={name} lead="Which workspace?">
        <Choice workspaces={workspaces} />
      </EntryFrame>
    );
  return (
    <EntryFrame title={name} lead="This account has no workspace yet. It holds flows, deployments and their runs.">
      <CreateWorkspaceForm viewer={{ ...viewer, accounts: viewer.accounts.filter((each) => each === account) }} />
    </EntryFrame>
  );
}

const Choice = ({ workspaces }: { workspaces: Workspace[] }) => (
  <ul aria-label="Workspaces" className="-mx-2 space-y-0.5">
    {workspaces.map((workspace) => (
      <li key={workspace.id}>
        <Link
          href={paths.home(placeOf(workspace))}
          prefetch={false}
          className="flex min-h-10 items-baseline gap-2 rounded-md px-2 py-2 text-sm hover:bg-sunken"
        >
          <span className="font-medium">{workspace.name}</span>
          <span className="truncate font-mono text-xs text-faint">
            {workspace.accountHandle}/{workspace.handle}
          </span>
        </Link>
      </li>
    ))}
  </ul>
);

const OnTheWay = () => (
  <div className="flex h-full items-center justify-center" role="status" aria-label="Loading">
    <LoaderCircle className="size-5 animate-spin text-faint" aria-hidden />
  </div>
);
