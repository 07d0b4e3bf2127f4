/**
 * By how much the server's clock is ahead of a clock that only runs. An answer says its second, and takes its time to come:
 * it tells the least that the difference can be, so the greatest of all that were told is the nearest.
 */
export function serverClock(runs: () => number, own: () => number) {
  let ahead: number | null = null;
  return {
    note(date: string | null): void {
      const told = Date.parse(date ?? '');
      if (!Number.isNaN(told)) ahead = Math.max(ahead ?? -Infinity, told - runs());
    },
    /** As the browser has it until the server has said anything. */
    now: (): number => (ahead === null ? own() : runs() + ahead),
  };
}

const clock = serverClock(
  () => performance.now(),
  () => Date.now(),
);

/** Takes the `Date` of an answer. */
export const noteServerTime = clock.note;

/** The time in milliseconds by the server's clock, which made the times of runs: a browser may be minutes off. */
export const serverNow = clock.now;
