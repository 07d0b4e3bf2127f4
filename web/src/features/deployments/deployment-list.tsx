'use client';

import type { ReactNode } from 'react';
import { Rocket } from 'lucide-react';
import {
  DeploymentsChangedDocument,
  DeploymentsDocument,
  type DeploymentFilterInput,
  type DeploymentRowFragment,
  type DeploymentSortInput,
} from '@/generated/graphql';
import { followWithRuns } from '@/lib/live/follow-with-runs';
import { pagesOf, useLiveList } from '@/lib/live/use-live-list';
import { useHere } from '@/lib/session/here';
import { Card } from '@/ui/card';
import { EmptyState, ErrorState } from '@/ui/empty-state';
import { LoadMore } from '@/ui/load-more';
import { SkeletonRows } from '@/ui/skeleton';
import { DeploymentTable } from './deployment-table';

type Props = { filter: DeploymentFilterInput; sort: DeploymentSortInput; ofOneFlow?: boolean; empty?: ReactNode };

export function DeploymentList({ filter, sort, ofOneFlow = false, empty = <NoDeployments /> }: Props) {
  const list = useDeployments(filter, sort);
  return (
    <Card className="overflow-hidden">
      {list.error && !list.nodes ? (
        <ErrorState message={list.error} onRetry={list.reload} />
      ) : !list.nodes ? (
        <SkeletonRows rows={8} className="h-14" />
      ) : list.nodes.length === 0 ? (
        empty
      ) : (
        <DeploymentTable deployments={list.nodes} sort={sort} ofOneFlow={ofOneFlow} />
      )}
      <LoadMore hasMore={list.hasMore} loading={list.status === 'more'} onMore={list.loadMore} />
    </Card>
  );
}

function useDeployments(filter: DeploymentFilterInput, sort: DeploymentSortInput) {
  const { workspaceId } = useHere();
  return useLiveList<DeploymentRowFragment>(JSON.stringify(['deployments', workspaceId, filter, sort]), (client) => ({
    pageSize: 50,
    load: pagesOf(
      client,
      DeploymentsDocument,
      (after, first) => ({ workspaceId, filter, sort, first, after }),
      (data) => data.deployments,
    ),
    follow: (_, again) =>
      followWithRuns(client, DeploymentsChangedDocument, workspaceId, again, (run) => run.deployment !== null),
  }));
}

const NoDeployments = () => (
  <EmptyState icon={<Rocket />} title="No deployments yet">
    A deployment is a flow that can be started from here, on a schedule, or by another program. Make one with{' '}
    <code className="font-mono text-xs">.deploy()</code> or <code className="font-mono text-xs">.serve()</code> in your
    code.
  </EmptyState>
);
