import { timeOfId } from '@headgate/contracts';

/**
 * Who has lost a run may go on for a moment: it was asleep, or could not be ended. What such a copy does while another one
 * has the run is not told as the run's. What it did before is, however late that comes. Clocks of machines differ by less.
 */
const clocksDifferSeconds = 10;

/** Claims are ids of ours: they rise in time, and tell when they were made. */
export const overtakes = (held: string, shown: string): string => `${held} > ${shown}`;

/** From when on nothing is taken under claims before this one. */
export const overtakenAt = (held: string): string =>
  `to_timestamp(('x' || left(translate(${held}::text, '-', ''), 12))::bit(48)::bigint / 1000.0) + interval '${clocksDifferSeconds} seconds'`;

/** The same, of one that we have at hand, in milliseconds since 1970. */
export const overtakenAtMs = (held: string): number => (timeOfId(held) ?? Infinity) + clocksDifferSeconds * 1_000;
