'use client';

import type { StateType } from '@/generated/graphql';
import { duration } from '@/lib/format';
import { useNow } from '@/lib/now';

type Timed = {
  stateType: StateType | null;
  state?: { timestamp: string } | null;
  startTime: string | null;
  totalRunTimeSeconds: number;
};

/** Seconds that a run has been running in all its attempts; null before its first. */
export function secondsOf(run: Timed, nowMs: number): number | null {
  if (!run.startTime) return null;
  if (run.stateType !== 'RUNNING' || !run.state) return run.totalRunTimeSeconds;
  return run.totalRunTimeSeconds + Math.max(0, nowMs - Date.parse(run.state.timestamp)) / 1000;
}

/** How long a run took, or has taken so far. */
export function RunDuration({ run, quick }: { run: Timed; quick?: boolean }) {
  const now = useNow({ quick, paused: run.stateType !== 'RUNNING' });
  const seconds = secondsOf(run, now);
  return <span className="tabular-nums">{seconds === null ? '–' : duration(seconds)}</span>;
}
