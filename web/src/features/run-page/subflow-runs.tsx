'use client';

import { useCallback, useEffect, useRef } from 'react';
import { GitBranch } from 'lucide-react';
import { useQuery } from 'urql';
import { RunsChangedDocument, SubflowRunsDocument } from '@/generated/graphql';
import { useReloadOn } from '@/lib/live/use-reload-on';
import { useHere } from '@/lib/session/here';
import { sayError } from '@/lib/say-error';
import { Card } from '@/ui/card';
import { EmptyState, ErrorState } from '@/ui/empty-state';
import { SkeletonRows } from '@/ui/skeleton';
import { RunRow } from '@/features/runs/run-row';

type Props = { id: string; /** Changes when the run moves, and then the list is loaded again. */ stateId?: string };

export function SubflowRuns({ id, stateId }: Props) {
  const { workspaceId } = useHere();
  const [{ data, error }, ask] = useQuery({
    query: SubflowRunsDocument,
    variables: { workspaceId, id },
    requestPolicy: 'cache-and-network',
  });
  const reload = useCallback(() => ask({ requestPolicy: 'network-only' }), [ask]);
  const before = useRef(stateId);
  useEffect(() => {
    if (before.current !== stateId) reload();
    before.current = stateId;
  }, [stateId, reload]);
  // Those that are known move through the cache; new ones are asked for.
  const known = new Set(data?.flowRun.subflowRuns.map((run) => run.id));
  useReloadOn(
    RunsChangedDocument,
    ({ flowRunsChanged }) => flowRunsChanged.parentTaskRunId !== null && !known.has(flowRunsChanged.id),
    reload,
  );
  const runs = data?.flowRun.subflowRuns;
  return (
    <Card className="overflow-hidden">
      {error && !runs ? (
        <ErrorState message={sayError(error)} onRetry={reload} />
      ) : !runs ? (
        <SkeletonRows rows={2} className="h-[57px]" />
      ) : runs.length === 0 ? (
        <EmptyState icon={<GitBranch />} title="No subflow runs">
          Flows that this run calls are listed here.
        </EmptyState>
      ) : (
        runs.map((run) => <RunRow key={run.id} run={run} />)
      )}
    </Card>
  );
}
