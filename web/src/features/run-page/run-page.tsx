'use client';

import { useAddressId, useHere } from '@/lib/session/here';
import { LoadFailure } from '@/ui/load-failure';
import { PageBody, PageHeader } from '@/ui/page';
import { RunWaitsNote } from '@/features/work-pools/run-waits-note';
import { usePageTitle } from '@/lib/page-title';
import { paths } from '@/lib/paths';
import { Skeleton } from '@/ui/skeleton';
import { PauseNote } from './pause-note';
import { RunBody } from './run-body';
import { RunFacts } from '@/features/runs/run-facts';
import { RunToolbar } from './run-toolbar';
import { StateBadge } from '@/ui/state-badge';
import { stateWord } from '@/ui/state-look';
import { useRun } from './use-run';

export function RunPage() {
  const id = useAddressId();
  return <OneRun key={id} id={id} />;
}

function OneRun({ id }: { id: string }) {
  const { place } = useHere();
  const { run, error, reload } = useRun(id);
  usePageTitle(run && `${run.name} ${stateWord(run.stateType, run.stateName).toLowerCase()}`, 'Runs');
  if (!run) return error ? <LoadFailure error={error} onRetry={reload} /> : <Waiting />;
  const crumbs = run.flow ? [{ label: run.flow.name, href: paths.flow(place, run.flow.id) }] : [];
  return (
    <PageBody>
      <PageHeader
        crumbs={crumbs}
        title={run.name}
        badge={<StateBadge type={run.stateType} name={run.stateName} />}
        lead={<RunFacts run={run} />}
        actions={<RunToolbar run={run} />}
      />
      <PauseNote run={run} reload={reload} />
      <RunWaitsNote run={run} />
      <RunBody run={run} />
    </PageBody>
  );
}

const Waiting = () => (
  <PageBody>
    <div role="status" aria-label="Loading">
      <Skeleton className="mb-3 h-8 w-72" />
      <Skeleton className="mb-6 h-5 w-96 max-w-full" />
      <div className="grid gap-5 xl:grid-cols-[minmax(0,1fr)_19rem]">
        <div className="space-y-5">
          <Skeleton className="h-60" />
          <Skeleton className="h-100" />
        </div>
        <Skeleton className="h-100" />
      </div>
    </div>
  </PageBody>
);
