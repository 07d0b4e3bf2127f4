import { occurrences } from './occurrences.js';
import type { Occurrence, Schedule } from './schedule.js';

/** How far ahead runs are made: until there are so many that reach so far, but never more, and never further. */
export type Horizon = { countMin: number; secondsMin: number; countMax: number; secondsMax: number };

export type Upcoming = {
  occurrences: Occurrence[];
  /** Epoch milliseconds at which these fall short of the horizon; null when the schedule has no more occurrences. */
  lookAgainMs: number | null;
};

const lookAgainAfterMsMax = 86_400_000;

/** The next runs to make, and when to look again, so that looking costs what is due and not what is stored. */
export function upcoming(schedule: Schedule, fromMs: number, horizon: Horizon): Upcoming {
  const found: Occurrence[] = [];
  for (const occurrence of occurrences(schedule, fromMs)) {
    const ahead = secondsAhead(occurrence, fromMs);
    if (ahead > horizon.secondsMax || found.length >= horizon.countMax)
      return { occurrences: found, lookAgainMs: lookAgain(found, fromMs, horizon) };
    found.push(occurrence);
    if (found.length >= horizon.countMin && ahead >= horizon.secondsMin)
      return { occurrences: found, lookAgainMs: lookAgain(found, fromMs, horizon) };
  }
  return { occurrences: found, lookAgainMs: null };
}

/** When so many have passed that too few are left, or when the last of them comes too near; at the latest in a day. */
function lookAgain(found: Occurrence[], fromMs: number, { countMin, secondsMin }: Horizon): number {
  const tooFew = found.at(-countMin);
  const last = found.at(-1);
  return Math.min(
    fromMs + lookAgainAfterMsMax,
    tooFew ? Date.parse(tooFew.instant) : Infinity,
    last ? Math.max(Date.parse(last.instant) - secondsMin * 1000, fromMs) : Infinity,
  );
}

const secondsAhead = (occurrence: Occurrence, fromMs: number): number =>
  (Date.parse(occurrence.instant) - fromMs) / 1000;
