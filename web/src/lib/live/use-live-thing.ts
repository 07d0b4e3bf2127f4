'use client';

import { useEffect, useRef } from 'react';
import { useSubscription, type AnyVariables, type TypedDocumentNode } from 'urql';
import { useReconnects } from '@/lib/connection';
import { useThing } from './use-thing';

/**
 * The answer to a question about one thing, current by a subscription to that thing: what it brings reaches the answer
 * through the cache.
 */
export function useLiveThing<Data, Change, Variables extends AnyVariables>(
  query: TypedDocumentNode<Data, Variables>,
  changes: TypedDocumentNode<Change, Variables>,
  variables: Variables,
) {
  const reconnects = useReconnects();
  const { data, error, fetching, reload } = useThing(query, variables);
  const [{ data: change }] = useSubscription({ query: changes, variables });
  const isAsking = useRef(fetching);
  isAsking.current = fetching;
  useEffect(() => {
    // An answer that was under way when the thing changed may be older than the change, and is kept all the same.
    if (change && isAsking.current) reload();
  }, [change, reload]);
  useEffect(() => {
    if (reconnects > 0) reload();
  }, [reconnects, reload]);
  return { data, error, reload };
}
