'use client';

import { RunChangedDocument, RunDocument } from '@/generated/graphql';
import { useLiveThing } from '@/features/shell/use-live-thing';
import { useHere } from '@/features/shell/workspace-context';

/** One run, current by subscription. */
export function useRun(id: string) {
  const { workspaceId } = useHere();
  const { data, error, reload } = useLiveThing(RunDocument, RunChangedDocument, { workspaceId, id });
  return { run: data?.flowRun ?? null, error, reload };
}
