'use client';

import { TaskRunChangedDocument, TaskRunDocument } from '@/generated/graphql';
import { useLiveThing } from '@/lib/live/use-live-thing';
import { useHere } from '@/lib/session/here';

/** One task run, current by subscription. */
export function useTaskRun(id: string) {
  const { workspaceId } = useHere();
  const { data, error, reload } = useLiveThing(TaskRunDocument, TaskRunChangedDocument, { workspaceId, id });
  return { run: data?.taskRun ?? null, error, reload };
}
