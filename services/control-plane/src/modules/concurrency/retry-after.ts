import type { SeenLimit } from './slots.sql.js';

/** So often somebody of those who wait for a limit comes to see whether there is a slot, however many they are. */
const looksPerSecond = 4;
const soonestSeconds = 0.5;

/**
 * Seconds after which to ask again. Those who wait before us drain at the pace of the limit: its decay, or its slots over
 * the time that each is held. Nobody knows when a slot is given back, though, and nobody can be rung: so those `waiting`
 * share it among them to look often enough. A draw around that mean keeps the refused from coming back together.
 */
export function retryAfterSeconds(
  blocking: SeenLimit[],
  slots: number,
  waiting: number,
  draw: () => number = Math.random,
): number {
  const mean = Math.max(...blocking.map((limit) => expectedWait(limit, slots, waiting)));
  const spread = Math.min(1.5, Math.max(0.5, -Math.log(1 - draw())));
  const longest = Math.max(...blocking.map(capOf));
  return Math.round(Math.min(longest, Math.max(0.05, mean * spread)) * 1000) / 1000;
}

const capOf = (limit: SeenLimit): number => (limit.name.startsWith('tag:') ? 10 : 30);

function expectedWait(limit: SeenLimit, slots: number, waiting: number): number {
  const wanted = limit.denied + slots;
  if (limit.decay > 0) return Math.min(capOf(limit), wanted / limit.decay);
  const drained = (Math.min(limit.occupancy, capOf(limit)) * wanted) / Math.max(1, limit.limit);
  const myTurnToLook = Math.max(soonestSeconds, (waiting + 1) / looksPerSecond);
  return Math.min(capOf(limit), drained, myTurnToLook);
}

/** The limits that had too few slots. */
export const blockingOf = (seen: SeenLimit[], slots: number): SeenLimit[] =>
  seen.filter((limit) => limit.active && limit.used + slots > limit.limit + 1e-6);
