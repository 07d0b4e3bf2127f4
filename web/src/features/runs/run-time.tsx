'use client';

import type { StateType } from '@/generated/graphql';
import { duration } from '@/lib/format';
import { useNow } from '@/lib/now';

export type Timed = {
  stateType: StateType | null;
  state?: { timestamp: string } | null;
  startTime: string | null;
  /** How often it began to run: a run that was ended before that has a start all the same, as the wire wants it. */
  runCount: number;
  totalRunTimeSeconds: number;
};

/** When a run began to run for the first time; null as long as it has not, and for ever when it was ended before. */
export const ranSince = (run: Pick<Timed, 'startTime' | 'runCount'>): string | null =>
  run.runCount > 0 ? run.startTime : null;

/** Seconds that a run has been running in all its attempts; null before its first. */
export function secondsOf(run: Timed, nowMs: number): number | null {
  if (!ranSince(run)) return null;
  if (run.stateType !== 'RUNNING' || !run.state) return run.totalRunTimeSeconds;
  return run.totalRunTimeSeconds + Math.max(0, nowMs - Date.parse(run.state.timestamp)) / 1000;
}

/** How long a run took, or has taken so far. */
export function RunDuration({ run, quick }: { run: Timed; quick?: boolean }) {
  const now = useNow({ quick, paused: run.stateType !== 'RUNNING' });
  const seconds = secondsOf(run, now);
  return <span className="tabular-nums">{seconds === null ? '–' : duration(seconds)}</span>;
}
