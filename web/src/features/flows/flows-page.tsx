'use client';

import { Boxes, SearchX } from 'lucide-react';
import { FlowsChangedDocument, FlowsDocument, type FlowRowFragment } from '@/generated/graphql';
import { PageBody, PageHeader } from '@/ui/page';
import { followWithRuns } from '@/lib/live/follow-with-runs';
import { pagesOf, useLiveList } from '@/lib/live/use-live-list';
import { useHere } from '@/lib/session/here';
import { useTextInAddress } from '@/lib/address-query';
import { usePageTitle } from '@/lib/page-title';
import { Card } from '@/ui/card';
import { EmptyState, ErrorState } from '@/ui/empty-state';
import { SearchInput } from '@/ui/input';
import { LoadMore } from '@/ui/load-more';
import { SkeletonRows } from '@/ui/skeleton';
import { FlowsTable } from './flows-table';

export function FlowsPage() {
  usePageTitle('Flows');
  const { text, setText, settled: search } = useTextInAddress('q');
  const list = useFlows(search);
  return (
    <PageBody>
      <PageHeader title="Flows" />
      <div className="mb-4 flex">
        <SearchInput value={text} onChange={setText} placeholder="Search by flow name" className="w-full sm:w-72" />
      </div>
      <Card className="overflow-hidden">
        {list.error && !list.nodes ? (
          <ErrorState message={list.error} onRetry={list.reload} />
        ) : !list.nodes ? (
          <SkeletonRows rows={8} />
        ) : list.nodes.length === 0 ? (
          <NoFlows searched={search !== ''} />
        ) : (
          <FlowsTable flows={list.nodes} />
        )}
        <LoadMore hasMore={list.hasMore} loading={list.status === 'more'} onMore={list.loadMore} />
      </Card>
    </PageBody>
  );
}

function useFlows(search: string) {
  const { workspaceId } = useHere();
  return useLiveList<FlowRowFragment>(JSON.stringify(['flows', workspaceId, search]), (client) => ({
    pageSize: 50,
    load: pagesOf(
      client,
      FlowsDocument,
      (after, first) => ({ workspaceId, filter: { search: search || null }, first, after }),
      (data) => data.flows,
    ),
    follow: (_, again) => followWithRuns(client, FlowsChangedDocument, workspaceId, again),
  }));
}

const NoFlows = ({ searched }: { searched: boolean }) =>
  searched ? (
    <EmptyState icon={<SearchX />} title="No flow carries this name" />
  ) : (
    <EmptyState icon={<Boxes />} title="No flows yet">
      A flow appears here when it is run or deployed for the first time.
    </EmptyState>
  );
