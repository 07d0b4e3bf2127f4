import type { SeenLimit } from './slots.sql.js';

/**
 * Seconds after which to ask again. Those who wait before us drain at the pace of the limit: its decay, or its slots over
 * the time that each is held. A draw around that mean keeps the refused from coming back together.
 */
export function retryAfterSeconds(blocking: SeenLimit[], slots: number, draw: () => number = Math.random): number {
  const mean = Math.max(...blocking.map((limit) => expectedWait(limit, slots)));
  const spread = Math.min(1.5, Math.max(0.5, -Math.log(1 - draw())));
  const longest = Math.max(...blocking.map(capOf));
  return Math.round(Math.min(longest, Math.max(0.05, mean * spread)) * 1000) / 1000;
}

const capOf = (limit: SeenLimit): number => (limit.name.startsWith('tag:') ? 10 : 30);

function expectedWait(limit: SeenLimit, slots: number): number {
  const waiting = limit.denied + slots;
  if (limit.decay > 0) return Math.min(capOf(limit), waiting / limit.decay);
  return Math.min(capOf(limit), (Math.min(limit.occupancy, capOf(limit)) * waiting) / Math.max(1, limit.limit));
}

/** The limits that had too few slots. */
export const blockingOf = (seen: SeenLimit[], slots: number): SeenLimit[] =>
  seen.filter((limit) => limit.active && limit.used + slots > limit.limit + 1e-6);
