'use client';

import { useMemo } from 'react';
import Link from 'next/link';
import { readRunFilter } from '@/features/runs/run-filter';
import { RunList } from '@/features/runs/run-list';
import { useRunList } from '@/features/runs/use-run-list';
import { firstOf } from '@/lib/live/use-live-list';
import { PageBody, PageHeader } from '@/ui/page';
import { PageSkeleton } from '@/ui/page-skeleton';
import { useHere } from '@/lib/session/here';
import { ForsakenNote } from '@/features/work-pools/forsaken-note';
import { useForsaken, usePools } from '@/features/work-pools/use-pools';
import { usePageTitle } from '@/lib/page-title';
import { paths } from '@/lib/paths';
import { buttonClass } from '@/ui/button';
import { Card, CardHeader } from '@/ui/card';
import { ErrorState } from '@/ui/empty-state';
import { ConnectButton } from '@/features/connect/connect-button';
import { FirstRun } from './first-run';
import { RunCounts } from './run-counts';

const shown = 12;

/** Home: how to begin while there is no run, then how the work stands. */
export function HomePage() {
  const { workspace, label } = useHere();
  usePageTitle(label);
  const filter = useMemo(() => readRunFilter(new URLSearchParams()), []);
  const list = useRunList(filter, shown);
  if (list.error && !list.nodes) return <ErrorState message={list.error} onRetry={list.reload} />;
  if (!list.nodes) return <PageSkeleton />;
  if (list.nodes.length === 0) return <FirstRun />;
  return (
    <PageBody>
      <PageHeader title={label} lead={workspace.description || null} actions={<ConnectButton />} />
      <Forsaken />
      <RunCounts moves={list.nodes} />
      <Card className="overflow-clip">
        <LatestHeader />
        <RunList list={firstOf(list, shown)} empty={null} />
      </Card>
    </PageBody>
  );
}

function Forsaken() {
  const { pools } = usePools();
  return useForsaken(pools).map((pool) => <ForsakenNote key={pool.id} pool={pool} />);
}

function LatestHeader() {
  const { place } = useHere();
  return (
    <CardHeader
      title="Latest runs"
      actions={
        <Link href={paths.runs(place)} prefetch={false} className={buttonClass({ size: 'sm', variant: 'ghost' })}>
          All runs
        </Link>
      }
    />
  );
}
