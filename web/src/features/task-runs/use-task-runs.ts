'use client';

import { TaskRunsChangedDocument, TaskRunsDocument, type TaskRunBarFragment } from '@/generated/graphql';
import { pagesOf, useLiveList } from '@/lib/live/use-live-list';
import { useHere } from '@/lib/session/here';
import { batched } from '@/lib/batched';
import { mergeById } from './merge-by-id';

/** All task runs of a run, kept current by subscription. `taskRuns` is null until the first page is there. */
export function useTaskRuns(flowRunId: string) {
  const { workspaceId } = useHere();
  const { nodes, error } = useLiveList<TaskRunBarFragment>(
    JSON.stringify(['task-runs', workspaceId, flowRunId]),
    (client) => ({
      pageSize: 200,
      whole: true,
      load: pagesOf(
        client,
        TaskRunsDocument,
        (after, first) => ({ workspaceId, flowRunId, first, after }),
        (data) => data.flowRun.taskRuns,
      ),
      place: mergeById,
      follow: (take) => {
        const inbox = batched(take, 200);
        const feed = client
          .subscription(TaskRunsChangedDocument, { workspaceId, flowRunId })
          .subscribe(({ data }) => data && inbox.push(data.taskRunsChanged));
        return () => {
          feed.unsubscribe();
          inbox.stop();
        };
      },
    }),
  );
  return { taskRuns: nodes, error };
}
