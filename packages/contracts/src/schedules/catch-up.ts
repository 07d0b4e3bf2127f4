import { duration } from '../spans.js';

/**
 * What becomes of missed runs, those of a schedule that did not start at their time because the server was away, no agent
 * was there, a pool was paused or a limit was full: all of them start late, only the latest, none, or those that are at
 * most so many seconds late. The others are skipped.
 */
export type CatchUp = 'all' | 'latest' | 'none' | { within_seconds: number };

/** As it crosses the wire: a number is the seconds by which runs may be late. */
export const catchUpJson = (catchUp: CatchUp) => (typeof catchUp === 'object' ? catchUp.within_seconds : catchUp);

/** Schedules that say nothing. */
export const catchUpDefault: CatchUp = 'all';

/** A run that begins so soon after its time is on time: workers ask four times a minute. */
export const graceSeconds = 60;
export const withinSecondsMax = 366 * 86_400;

/** How long after its time a run may still begin; null when that has no end, or depends on the run that follows. */
export const secondsToBegin = (catchUp: CatchUp): number | null =>
  typeof catchUp === 'object' ? catchUp.within_seconds : catchUp === 'none' ? graceSeconds : null;

/**
 * From when on (ISO 8601) a run that nobody has begun is missed, and is not begun any more; null when it never is. Of the
 * latest only it is when the next one is due, and the grace is over. Times are ISO 8601.
 */
export function missedAt(catchUp: CatchUp, due: string, next: string | null): string | null {
  const afterSeconds = (seconds: number) => new Date(Date.parse(due) + seconds * 1000).toISOString();
  const seconds = secondsToBegin(catchUp);
  if (seconds !== null) return afterSeconds(seconds);
  if (catchUp !== 'latest' || next === null) return null;
  const graceEnds = afterSeconds(graceSeconds);
  return Date.parse(next) > Date.parse(graceEnds) ? next : graceEnds;
}

/** Why one run or several were skipped, for their state and for events: in the words of the form and of `docs/schedules.md`. */
export function whySkipped(catchUp: CatchUp): string {
  if (catchUp === 'latest')
    return 'Skipped: not started before the next run of the schedule was due. Of missed runs, the schedule starts only the latest.';
  if (catchUp === 'none')
    return `Skipped: not started within ${graceSeconds} seconds of its time. The schedule skips missed runs.`;
  if (typeof catchUp === 'object')
    return `Skipped: not started within ${duration(catchUp.within_seconds)} of its time. The schedule skips missed runs that are later.`;
  return 'Skipped: not started in time.';
}
