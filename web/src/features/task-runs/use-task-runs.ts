'use client';

import { useEffect, useState } from 'react';
import { TaskRunsChangedDocument, TaskRunsDocument, type TaskRunBarFragment } from '@/generated/graphql';
import { useSession } from '@/features/shell/clients';
import { useHere } from '@/features/shell/workspace-context';
import { batched } from '@/lib/batched';
import { useReconnects } from '@/lib/connection';
import { sayError } from '@/lib/say-error';
import { mergeById } from './merge-by-id';

const pageSize = 200;

/** All task runs of a run, kept current by subscription. `null` until the first page is there. */
export function useTaskRuns(flowRunId: string) {
  const { workspaceId } = useHere();
  const { direct } = useSession();
  const reconnects = useReconnects();
  const [taskRuns, setTaskRuns] = useState<TaskRunBarFragment[] | null>(null);
  const [error, setError] = useState<string | null>(null);

  useEffect(() => {
    let wanted = true;
    const take = (changed: TaskRunBarFragment[]) => wanted && setTaskRuns((known) => mergeById(known ?? [], changed));
    const loadFrom = async (after: string | null): Promise<void> => {
      const { data, error } = await direct
        .query(TaskRunsDocument, { workspaceId, flowRunId, first: pageSize, after })
        .toPromise();
      if (!wanted) return;
      setError(error ? sayError(error) : null);
      if (!data) return;
      const { nodes, pageInfo } = data.flowRun.taskRuns;
      take(nodes);
      if (pageInfo.hasNextPage) await loadFrom(pageInfo.endCursor);
    };
    // Listens before it loads, so that nothing falls between; a page never overwrites what is newer by much.
    const inbox = batched<TaskRunBarFragment>(take, 200);
    const feed = direct
      .subscription(TaskRunsChangedDocument, { workspaceId, flowRunId })
      .subscribe(({ data }) => data && inbox.push(data.taskRunsChanged));
    void loadFrom(null);
    return () => {
      wanted = false;
      feed.unsubscribe();
      inbox.stop();
    };
  }, [direct, workspaceId, flowRunId, reconnects]);

  return { taskRuns, error };
}
