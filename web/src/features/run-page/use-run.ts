'use client';

import { RunChangedDocument, RunDocument } from '@/generated/graphql';
import { useLiveThing } from '@/lib/live/use-live-thing';
import { useHere } from '@/lib/session/here';

/** One run, current by subscription. */
export function useRun(id: string) {
  const { workspaceId } = useHere();
  const { data, error, reload } = useLiveThing(RunDocument, RunChangedDocument, { workspaceId, id });
  return { run: data?.flowRun ?? null, error, reload };
}
