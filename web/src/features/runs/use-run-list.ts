'use client';

import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { RunsChangedDocument, RunsDocument, type RunRowFragment } from '@/generated/graphql';
import { useSession } from '@/features/shell/clients';
import { useHere } from '@/features/shell/workspace-context';
import { batched } from '@/lib/batched';
import { useReconnects } from '@/lib/connection';
import { sayError } from '@/lib/say-error';
import { mergeRuns } from './merge-runs';
import { toFilterInput, type RunFilter } from './run-filter';

type Loaded = { runs: RunRowFragment[]; cursor: string | null; hasMore: boolean };
type Status = 'loading' | 'ready' | 'more';

const nothing: Loaded = { runs: [], cursor: null, hasMore: false };

/** Runs that match a filter, page by page, kept current by subscription. `first` is the size of a page. */
export function useRunList(filter: RunFilter, first = 50) {
  const { workspaceId } = useHere();
  const { direct } = useSession();
  const reconnects = useReconnects();
  const [loaded, setLoaded] = useState<Loaded | null>(null);
  const [status, setStatus] = useState<Status>('loading');
  const [error, setError] = useState<string | null>(null);
  const [asked, setAsked] = useState(0);
  const key = JSON.stringify(filter);
  const stable = useMemo(() => filter, [key]);
  const current = useRef('');

  const load = useCallback(
    async (from: Loaded, next: Status) => {
      const question = `${key}${reconnects}${asked}`;
      current.current = question;
      setStatus(next);
      const variables = {
        workspaceId,
        filter: toFilterInput(stable, Date.now()),
        sort: stable.sort,
        first,
        after: from.cursor,
      };
      const { data, error } = await direct.query(RunsDocument, variables).toPromise();
      if (current.current !== question) return;
      setStatus('ready');
      setError(error ? sayError(error) : null);
      if (!data) return;
      const { nodes, pageInfo } = data.flowRuns;
      const known = new Set(from.runs.map((run) => run.id));
      setLoaded({
        runs: [...from.runs, ...nodes.filter((run) => !known.has(run.id))],
        cursor: pageInfo.endCursor,
        hasMore: pageInfo.hasNextPage,
      });
    },
    [direct, workspaceId, key, stable, first, reconnects, asked],
  );

  useEffect(() => void load(nothing, 'loading'), [load]);

  useEffect(() => {
    const inbox = batched<RunRowFragment>((changed) => {
      const take = (list: Loaded) => mergeRuns({ ...list, filter: stable, nowMs: Date.now() }, changed);
      setLoaded((list) => list && { ...list, runs: take(list) });
    }, 250);
    const feed = direct
      .subscription(RunsChangedDocument, { workspaceId })
      .subscribe(({ data }) => data && inbox.push(data.flowRunsChanged));
    return () => {
      feed.unsubscribe();
      inbox.stop();
    };
  }, [direct, workspaceId, stable]);

  return {
    runs: loaded?.runs ?? null,
    hasMore: loaded?.hasMore ?? false,
    status,
    error,
    loadMore: () => loaded?.hasMore && status === 'ready' && void load(loaded, 'more'),
    reload: () => setAsked((times) => times + 1),
  };
}
