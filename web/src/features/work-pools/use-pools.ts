'use client';

import { useCallback, useEffect, useMemo, useState } from 'react';
import { useQuery, useSubscription } from 'urql';
import { DueRunsDocument, WorkPoolsChangedDocument, WorkPoolsDocument, type WorkPoolsQuery } from '@/generated/graphql';
import { useHere } from '@/lib/session/here';
import { useReconnects } from '@/lib/connection';
import { useEvery } from '@/lib/every';
import { serverNow } from '@/lib/server-clock';

export type Pool = WorkPoolsQuery['workPools']['nodes'][number];

/** Milliseconds between two looks at who is there: a pool tells when it is served and forsaken, single workers do not. */
const lookAgain = 20_000;

export const isServed = (pool: Pick<Pool, 'workers'>): boolean =>
  pool.workers.some((worker) => worker.status === 'ONLINE');

/** The pools of the workspace and who works for them, looked at again and again. */
export function usePools({ paused = false } = {}) {
  const { workspaceId } = useHere();
  const [{ data, error }, reload] = useQuery({
    query: WorkPoolsDocument,
    variables: { workspaceId },
    requestPolicy: 'cache-and-network',
    pause: paused,
  });
  const again = useCallback(() => reload({ requestPolicy: 'network-only' }), [reload]);
  useEvery(lookAgain, again, paused);
  const [{ data: changed }] = useSubscription({
    query: WorkPoolsChangedDocument,
    variables: { workspaceId },
    pause: paused,
  });
  const reconnects = useReconnects();
  useEffect(() => {
    if (changed || reconnects > 0) again();
  }, [changed, reconnects, again]);
  return { pools: data?.workPools.nodes ?? null, error, reload: again };
}

/** Of these pools those that nobody works for although runs are due in them. */
export function useForsaken(pools: readonly Pool[] | null): Pool[] {
  const { workspaceId } = useHere();
  const unserved = useMemo(() => (pools ?? []).filter((pool) => !isServed(pool)), [pools]);
  const names = unserved.map((pool) => pool.name);
  const key = names.join('\n');
  const variables = useMemo(
    () => ({ workspaceId, pools: names, until: new Date(serverNow()).toISOString() }),
    [workspaceId, key, pools],
  );
  const [{ data }] = useQuery({
    query: DueRunsDocument,
    variables,
    requestPolicy: 'network-only',
    pause: unserved.length === 0,
  });
  // While the server is away nobody knows better than before.
  const [known, setKnown] = useState(data);
  useEffect(() => setKnown((last) => data ?? last), [data]);
  const due = new Set(known?.flowRuns.nodes.map((run) => run.workPoolName));
  return unserved.filter((pool) => due.has(pool.name));
}
