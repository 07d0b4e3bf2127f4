'use client';

import { useEffect } from 'react';
import { SearchX, Workflow } from 'lucide-react';
import { toast } from 'sonner';
import { PageBody, PageHeader } from '@/ui/page';
import { useAddressQuery, type ChangeQuery } from '@/lib/address-query';
import { usePageTitle } from '@/lib/page-title';
import { Button } from '@/ui/button';
import { Card } from '@/ui/card';
import { EmptyState } from '@/ui/empty-state';
import { filterNames, isFiltered, isUpToNow, readRunFilter, unknownIn } from './run-filter';
import { RunFilters, RunOrder } from './run-filters';
import { RunList } from './run-list';
import { useRunList } from './use-run-list';

export function RunsPage() {
  usePageTitle('Runs');
  const [query, change] = useAddressQuery();
  const filter = readRunFilter(query);
  const list = useRunList(filter);
  useKnownWords(query, change);
  const clear = () => change(Object.fromEntries(filterNames.map((name) => [name, null])));
  const upcoming = () => change({ range: 'upcoming', from: null, to: null });
  return (
    <PageBody>
      <PageHeader title="Runs" actions={<RunOrder filter={filter} change={change} />} />
      <RunFilters filter={filter} change={change} onClear={clear} />
      <Card className="overflow-clip">
        <RunList
          list={list}
          empty={
            isFiltered(filter) ? (
              <NothingMatches onClear={clear} onUpcoming={isUpToNow(filter) ? upcoming : undefined} />
            ) : (
              <NoRuns />
            )
          }
        />
      </Card>
    </PageBody>
  );
}

/** What no filter knows stands in the address no longer, and that is said: otherwise more is shown than was asked for. */
function useKnownWords(query: URLSearchParams, change: ChangeQuery): void {
  const { words, changes } = unknownIn(query);
  const unknown = words.join(' and ');
  const changed = JSON.stringify(changes);
  useEffect(() => {
    if (Object.keys(changes).length === 0) return;
    change(changes);
    if (unknown) toast.error(`No filter knows ${unknown}: ${words.length === 1 ? 'it was' : 'they were'} left out.`);
    // By what they say: each time they are other objects.
  }, [unknown, changed, change]);
}

type NothingProps = {
  onClear: () => void;
  /** Shows what is yet to come, where that is left out. */ onUpcoming?: () => void;
};

const NothingMatches = ({ onClear, onUpcoming }: NothingProps) => (
  <EmptyState
    icon={<SearchX />}
    title="No run matches"
    action={
      <>
        {onUpcoming && <Button onClick={onUpcoming}>Show upcoming runs</Button>}
        <Button onClick={onClear}>Clear the filters</Button>
      </>
    }
  >
    New runs that match appear here by themselves.
    {onUpcoming && ' Runs that are yet to come are not among these.'}
  </EmptyState>
);

const NoRuns = () => (
  <EmptyState icon={<Workflow />} title="No runs yet">
    Start a deployment or run a flow on your machine, and it appears here at once.
  </EmptyState>
);
