/** What the next pass of a loop depends on. `isAway`: the last one failed because the database could not be reached. */
export type Pace = { everySeconds: number; failuresInARow: number; isAway: boolean };

/** Replicas that started together do not stay together. */
const jitter = 0.1;
/** A pass that always fails is tried again more and more seldom, but at least so often. */
const backOffSecondsMax = 60;
/** Who comes back finds the loops at work soon. */
const awaySecondsMax = 5;

/** How long a loop rests before its next pass. */
export function nextDelayMs({ everySeconds, failuresInARow, isAway }: Pace, random = Math.random()): number {
  const most = Math.max(everySeconds, isAway ? awaySecondsMax : backOffSecondsMax);
  const seconds = Math.min(most, everySeconds * 2 ** Math.max(0, failuresInARow - 1));
  return seconds * 1000 * (1 - jitter + 2 * jitter * random);
}
