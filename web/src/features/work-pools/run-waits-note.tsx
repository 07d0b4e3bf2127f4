'use client';

import { useNow } from '@/lib/now';
import { ForsakenNote, UnservedNote } from './forsaken-note';
import { isServed, usePools } from './use-pools';

type Run = {
  stateType: string | null;
  workPoolName: string | null;
  deployment: { status: string; workPoolName: string | null } | null;
  nextScheduledStartTime: string | null;
  expectedStartTime: string | null;
};

/** On the page of a run: that it is due, and that nobody is there who would take it. */
export function RunWaitsNote({ run }: { run: Run }) {
  const waits = run.stateType === 'SCHEDULED' && (run.workPoolName !== null || run.deployment !== null);
  const now = useNow({ paused: !waits });
  const due = run.nextScheduledStartTime ?? run.expectedStartTime;
  const isDue = waits && due !== null && Date.parse(due) <= now;
  const { pools } = usePools({ paused: !isDue || run.workPoolName === null });
  if (isDue && run.workPoolName === null && run.deployment?.status !== 'READY') return <UnservedNote />;
  const pool = pools?.find((each) => each.name === run.workPoolName);
  if (!isDue || !pool || (isServed(pool) && !pool.isPaused)) return null;
  return <ForsakenNote pool={pool} what="This run waits" />;
}
