'use client';

import { SearchX, Workflow } from 'lucide-react';
import { PageBody, PageHeader } from '@/features/shell/page';
import { useAddressQuery } from '@/lib/address-query';
import { usePageTitle } from '@/lib/page-title';
import { Button } from '@/ui/button';
import { Card } from '@/ui/card';
import { EmptyState } from '@/ui/empty-state';
import { isFiltered, readRunFilter } from './run-filter';
import { RunFilters } from './run-filters';
import { RunList } from './run-list';
import { useRunList } from './use-run-list';

const allFilters = ['q', 'state', 'flow', 'deployment', 'pool', 'tag', 'range', 'from', 'to', 'subflows'];

export function RunsPage() {
  usePageTitle('Runs');
  const [query, change] = useAddressQuery();
  const filter = readRunFilter(query);
  const list = useRunList(filter);
  const clear = () => change(Object.fromEntries(allFilters.map((name) => [name, null])));
  return (
    <PageBody>
      <PageHeader title="Runs" />
      <RunFilters filter={filter} change={change} onClear={clear} />
      <Card className="overflow-clip">
        <RunList list={list} empty={isFiltered(filter) ? <NothingMatches onClear={clear} /> : <NoRuns />} />
      </Card>
    </PageBody>
  );
}

const NothingMatches = ({ onClear }: { onClear: () => void }) => (
  <EmptyState icon={<SearchX />} title="No run matches" action={<Button onClick={onClear}>Clear the filters</Button>}>
    New runs that match appear here by themselves.
  </EmptyState>
);

const NoRuns = () => (
  <EmptyState icon={<Workflow />} title="No runs yet">
    Start a deployment or run a flow on your machine, and it appears here at once.
  </EmptyState>
);
