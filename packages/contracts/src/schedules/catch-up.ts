/**
 * What becomes of a moment of a schedule at which nobody began its run, because the server was away, no agent was there,
 * a pool was paused or a limit was full: every one is made up for, only the latest, none, or those that are not older than
 * so many seconds.
 */
export type CatchUp = 'all' | 'latest' | 'none' | { within_seconds: number };

/** As it crosses the wire: a number is seconds within which runs are caught up on. */
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

/** Why a run was skipped, for its state and for events. */
export function whySkipped(catchUp: CatchUp): string {
  if (catchUp === 'latest')
    return `Skipped: nobody had begun it when the next run of its schedule was due, and the schedule catches up on the latest only.`;
  if (catchUp === 'none')
    return `Skipped: nobody had begun it ${graceSeconds} seconds after its time, and its schedule does not catch up.`;
  if (typeof catchUp === 'object')
    return `Skipped: nobody had begun it within ${catchUp.within_seconds} seconds of its time, as its schedule asks.`;
  return 'Skipped: nobody had begun it in time.';
}
