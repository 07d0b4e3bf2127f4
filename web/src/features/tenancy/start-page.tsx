'use client';

import { useEffect } from 'react';
import { useRouter } from 'next/navigation';
import { LoaderCircle } from 'lucide-react';
import { paths } from '@/lib/paths';
import { sayError } from '@/lib/say-error';
import { ErrorState } from '@/ui/empty-state';
import { CreateWorkspaceForm } from './create-workspace-form';
import { EntryFrame } from './entry-frame';
import { lastWorkspace, placeOf } from '@/lib/session/last-workspace';
import { useViewer } from '@/lib/session/use-viewer';

/** `/`: leads to the workspace that was open last, or to what is missing for that. */
export function StartPage() {
  const router = useRouter();
  const { viewer, error, reload } = useViewer();
  const workspace = viewer ? lastWorkspace(viewer.workspaces) : null;
  const target = workspace ? paths.home(placeOf(workspace)) : viewer === null ? paths.signIn() : null;
  useEffect(() => {
    if (target) router.replace(target);
  }, [router, target]);
  if (error) return <ErrorState message={sayError(error)} onRetry={() => reload({ requestPolicy: 'network-only' })} />;
  if (viewer && !workspace)
    return (
      <EntryFrame title="Create your first workspace" lead="A workspace holds flows, deployments and their runs.">
        <CreateWorkspaceForm viewer={viewer} />
      </EntryFrame>
    );
  return (
    <div className="flex h-full items-center justify-center" role="status" aria-label="Loading">
      <LoaderCircle className="size-5 animate-spin text-faint" aria-hidden />
    </div>
  );
}
