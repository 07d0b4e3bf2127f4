'use client';

import { useState } from 'react';
import { Boxes, SearchX } from 'lucide-react';
import { FlowsDocument } from '@/generated/graphql';
import { PageBody, PageHeader } from '@/features/shell/page';
import { usePaged } from '@/features/shell/use-paged';
import { useHere } from '@/features/shell/workspace-context';
import { useDebounced } from '@/lib/debounced';
import { usePageTitle } from '@/lib/page-title';
import { Card } from '@/ui/card';
import { EmptyState, ErrorState } from '@/ui/empty-state';
import { SearchInput } from '@/ui/input';
import { LoadMore } from '@/ui/load-more';
import { SkeletonRows } from '@/ui/skeleton';
import { FlowsTable } from './flows-table';

export function FlowsPage() {
  usePageTitle('Flows');
  const { workspaceId } = useHere();
  const [text, setText] = useState('');
  const search = useDebounced(text.trim());
  const list = usePaged(
    FlowsDocument,
    { workspaceId, filter: { search: search || null }, first: 50 },
    (data) => data.flows,
  );
  return (
    <PageBody>
      <PageHeader title="Flows" />
      <div className="mb-4 flex">
        <SearchInput value={text} onChange={setText} placeholder="Search by flow name" className="w-full sm:w-72" />
      </div>
      <Card className="overflow-hidden">
        {list.error ? (
          <ErrorState message={list.error} onRetry={list.reload} />
        ) : !list.nodes ? (
          <SkeletonRows rows={8} />
        ) : list.nodes.length === 0 ? (
          <NoFlows searched={search !== ''} />
        ) : (
          <FlowsTable flows={list.nodes} />
        )}
        <LoadMore hasMore={list.hasMore} loading={list.loading} onMore={list.loadMore} />
      </Card>
    </PageBody>
  );
}

const NoFlows = ({ searched }: { searched: boolean }) =>
  searched ? (
    <EmptyState icon={<SearchX />} title="No flow carries this name" />
  ) : (
    <EmptyState icon={<Boxes />} title="No flows yet">
      A flow appears here when it is run or deployed for the first time.
    </EmptyState>
  );
