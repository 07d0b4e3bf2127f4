'use client';

import { TaskRunChangedDocument, TaskRunDocument } from '@/generated/graphql';
import { useLiveThing } from '@/features/shell/use-live-thing';
import { useHere } from '@/features/shell/workspace-context';

/** One task run, current by subscription. */
export function useTaskRun(id: string) {
  const { workspaceId } = useHere();
  const { data, error, reload } = useLiveThing(TaskRunDocument, TaskRunChangedDocument, { workspaceId, id });
  return { run: data?.taskRun ?? null, error, reload };
}
