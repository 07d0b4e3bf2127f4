'use client';

import { RunsChangedDocument, RunsDocument, type RunRowFragment } from '@/generated/graphql';
import { pagesOf, useLiveList, type ListView } from '@/lib/live/use-live-list';
import { useHere } from '@/lib/session/here';
import { batched } from '@/lib/batched';
import { serverNow } from '@/lib/server-clock';
import { mergeRuns } from './merge-runs';
import { toFilterInput, type RunFilter } from './run-filter';

export type RunListView = ListView<RunRowFragment>;

/** Runs that match a filter, page by page, kept current by subscription. `pageSize` is the size of a page. */
export function useRunList(filter: RunFilter, pageSize = 50): RunListView {
  const { workspaceId } = useHere();
  const { sort } = filter;
  return useLiveList<RunRowFragment>(JSON.stringify(['runs', workspaceId, filter, pageSize]), (client) => ({
    pageSize,
    load: pagesOf(
      client,
      RunsDocument,
      (after, first) => ({ workspaceId, filter: toFilterInput(filter, serverNow()), sort, first, after }),
      (data) => data.flowRuns,
    ),
    place: (runs, changed, hasMore) => mergeRuns({ runs, filter, hasMore, nowMs: serverNow() }, changed),
    follow: (take) => {
      const inbox = batched(take, 250);
      const feed = client
        .subscription(RunsChangedDocument, { workspaceId })
        .subscribe(({ data }) => data && inbox.push(data.flowRunsChanged));
      return () => {
        feed.unsubscribe();
        inbox.stop();
      };
    },
  }));
}
