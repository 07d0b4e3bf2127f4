'use client';

import { useMemo } from 'react';
import { useQuery } from 'urql';
import { untilNow } from '@/features/runs/run-filter';
import { SearchWorkspaceDocument } from '@/generated/graphql';
import { useDebounced } from '@/lib/debounced';
import { serverNow } from '@/lib/server-clock';
import { useHere } from '@/lib/session/here';

/** What in the workspace carries the text in its name; nothing for less than two letters. */
export function useSearch(typed: string) {
  const { workspaceId } = useHere();
  const text = useDebounced(typed.trim(), 180);
  const [{ data, fetching }] = useQuery({
    query: SearchWorkspaceDocument,
    variables: useMemo(() => ({ workspaceId, text, now: untilNow(serverNow()) }), [workspaceId, text]),
    pause: text.length < 2,
    requestPolicy: 'cache-and-network',
  });
  const fresh = typed.trim().length >= 2 && data;
  return {
    searching: fetching || text !== typed.trim(),
    found: fresh
      ? {
          runs: fresh.flowRuns.nodes,
          upcoming: fresh.upcoming.nodes,
          flows: fresh.flows.nodes,
          deployments: fresh.deployments.nodes,
        }
      : null,
  };
}
