import { DateTime } from 'luxon';

/** Wall-clock times, in naive milliseconds, that a zone skips when its clocks are put forward. */
export type Gap = { from: number; until: number };

const dayMs = 86_400_000;
/** No zone has had two changes of its clocks within so few days. */
const sampleMs = 20 * dayMs;
/** Of older anchors, what happened before it is left out: looking it up takes longer than it is worth. */
const firstYear = 1970;

const foldAheadMs = 380 * dayMs;

const known = new Map<string, Gap[]>();
const knownMax = 20_000;

const offsetMs = (instantMs: number, zone: string): number => DateTime.fromMillis(instantMs, { zone }).offset * 60_000;

/** The times that a zone skips between two instants, in order. */
export function gapsBetween(zone: string, fromMs: number, untilMs: number): Gap[] {
  if (zone === 'UTC') return [];
  const first = Math.max(new Date(fromMs).getUTCFullYear(), firstYear);
  const last = new Date(untilMs).getUTCFullYear();
  const years = Array.from({ length: Math.max(0, last - first + 1) }, (_, at) => first + at);
  const naive = [fromMs + offsetMs(fromMs, zone), untilMs + offsetMs(untilMs, zone)] as const;
  return years.flatMap((year) => gapsOf(zone, year)).filter((gap) => gap.from >= naive[0] && gap.from <= naive[1]);
}

function gapsOf(zone: string, year: number): Gap[] {
  const key = `${zone} ${year}`;
  const found = known.get(key);
  if (found) return found;
  const gaps = findGaps(zone, Date.UTC(year, 0, 1), Date.UTC(year + 1, 0, 1));
  if (known.size >= knownMax) known.clear();
  known.set(key, gaps);
  return gaps;
}

function findGaps(zone: string, from: number, until: number): Gap[] {
  const gaps: Gap[] = [];
  for (let at = from; at < until; at += sampleMs) {
    const next = Math.min(at + sampleMs, until);
    const [before, after] = [offsetMs(at, zone), offsetMs(next, zone)];
    if (after <= before) continue;
    const change = changeBetween(zone, at, next, before);
    gaps.push({ from: change + before, until: change + after });
  }
  return gaps;
}

/** When the clocks of a zone are put back next, and by how much; null when that does not come within a year or so. */
export function nextFold(zone: string, fromMs: number): { atMs: number; foldMs: number } | null {
  for (let at = fromMs; zone !== 'UTC' && at < fromMs + foldAheadMs; at += sampleMs) {
    const [before, after] = [offsetMs(at, zone), offsetMs(at + sampleMs, zone)];
    if (after < before) return { atMs: changeBetween(zone, at, at + sampleMs, before), foldMs: before - after };
  }
  return null;
}

/** The instant at which an offset ends, to the millisecond. */
function changeBetween(zone: string, from: number, until: number, before: number): number {
  let [low, high] = [from, until];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (offsetMs(middle, zone) === before) low = middle;
    else high = middle;
  }
  return high;
}
