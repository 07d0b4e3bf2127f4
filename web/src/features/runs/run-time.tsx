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

/** Seconds from the first start to the end, or to now: pauses and waits between attempts are among them. Null before. */
export function spanOf(run: Timed & { endTime: string | null }, nowMs: number): number | null {
  const started = ranSince(run);
  if (!started) return null;
  return Math.max(0, (run.endTime ? Date.parse(run.endTime) : nowMs) - Date.parse(started)) / 1000;
}

/** Whether so much of the span was no running that the two are told apart. */
export const ranInPart = (ranSeconds: number, spanSeconds: number): boolean =>
  spanSeconds - ranSeconds > Math.max(leastToTell(spanSeconds), spanSeconds / 50);

/** A second of a minute is hardly anything, and of two seconds it is half. */
const leastToTell = (spanSeconds: number): number => Math.min(1, Math.max(0.1, spanSeconds / 10));

/** How long a run ran; where it did not run all the time since its start, how long that is, too. */
export function RanFor({ run }: { run: Timed & { endTime: string | null } }) {
  const now = useNow({ quick: run.stateType === 'RUNNING', paused: run.endTime !== null });
  const [ran, span] = [secondsOf(run, now), spanOf(run, now)];
  if (ran === null || span === null) return '–';
  return (
    <span className="tabular-nums">
      {duration(ran)}
      {ranInPart(ran, span) &&
        ` running, of ${duration(span)} ${run.endTime ? 'from its start to its end' : 'since its start'}`}
    </span>
  );
}

/** How long a run took, or has taken so far. */
export function RunDuration({ run }: { run: Timed }) {
  const now = useNow({ paused: run.stateType !== 'RUNNING' });
  const seconds = secondsOf(run, now);
  return <span className="tabular-nums">{seconds === null ? '–' : duration(seconds)}</span>;
}
