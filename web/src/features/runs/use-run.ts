'use client';

import { useEffect, useRef } from 'react';
import { useQuery, useSubscription } from 'urql';
import { RunChangedDocument, RunDocument } from '@/generated/graphql';
import { useHere } from '@/features/shell/workspace-context';
import { useReconnects } from '@/lib/connection';

/** One run, current by subscription. What the subscription brings reaches the query through the cache. */
export function useRun(id: string) {
  const { workspaceId } = useHere();
  const variables = { workspaceId, id };
  const reconnects = useReconnects();
  const [{ data, error, fetching }, reload] = useQuery({
    query: RunDocument,
    variables,
    requestPolicy: 'cache-and-network',
  });
  const [{ data: change }] = useSubscription({ query: RunChangedDocument, variables });
  const isAsking = useRef(fetching);
  isAsking.current = fetching;
  useEffect(() => {
    // An answer that was under way when the run changed may be older than the change, and is kept all the same.
    if (change && isAsking.current) reload({ requestPolicy: 'network-only' });
  }, [change, reload]);
  useEffect(() => {
    if (reconnects > 0) reload({ requestPolicy: 'network-only' });
  }, [reconnects, reload]);
  return { run: data?.flowRun ?? null, error, fetching, reload: () => reload({ requestPolicy: 'network-only' }) };
}
