import { graceSeconds, type CatchUp } from './catch-up.js';
import { toOccurrence, type Micros } from './local-time.js';
import { moments } from './occurrences.js';
import { zoneOf, type Occurrence, type Schedule } from './schedule.js';

/** Moments that were passed over: how many, `more` when there were more than were counted, and the first and the last. */
export type PassedOver = { count: number; more: boolean; first: string; last: string };
export type Missed = { kept: Occurrence[]; dropped: PassedOver | null };

/** Of one schedule, at one time: the newest. */
const keptMax = 100;
/** More are not looked through at once, nor counted. */
const countedMax = 500;

/**
 * The moments of a span (epoch milliseconds, its beginning excluded) for which no run was made: those that are made up for
 * as the policy wants it, in order, and what is left out. `latest` keeps one, the others `keptMax`.
 */
export function missed(schedule: Schedule, afterMs: number, untilMs: number, catchUp: CatchUp): Missed {
  const all = momentsOf(schedule, afterMs + 1, untilMs);
  if (all.length === 0) return { kept: [], dropped: null };
  const isWhole = all.length <= countedMax;
  const newest = isWhole ? all : newestOf(schedule, all, untilMs);
  const from = keptFrom(catchUp, untilMs) * 1000;
  const kept = newest.filter((each) => each >= from).slice(catchUp === 'latest' ? -1 : -keptMax);
  const textOf = (at: Micros) => toOccurrence(at, zoneOf(schedule));
  const made = kept.map(textOf);
  if (kept.length === all.length) return { kept: made, dropped: null };
  const last = newest.at(-kept.length - 1) ?? all.at(-1)!;
  const count = isWhole ? all.length - kept.length : countedMax;
  return { kept: made, dropped: { count, more: !isWhole, first: textOf(all[0]!).instant, last: textOf(last).instant } };
}

function keptFrom(catchUp: CatchUp, nowMs: number): number {
  if (catchUp === 'none') return nowMs - graceSeconds * 1000;
  return typeof catchUp === 'object' ? nowMs - catchUp.within_seconds * 1000 : -Infinity;
}

/** In order; one more than `countedMax` when there are more. */
function momentsOf(schedule: Schedule, fromMs: number, untilMs: number): Micros[] {
  const found: Micros[] = [];
  for (const at of moments(schedule, fromMs)) {
    if (at > untilMs * 1000) break;
    found.push(at);
    if (found.length > countedMax) break;
  }
  return found;
}

/**
 * Of more than can be looked through, those of the end, given the first ones: of a time in which as many as are kept
 * should come, or of more where they were fewer.
 */
function newestOf(schedule: Schedule, first: Micros[], untilMs: number): Micros[] {
  const beganMs = first[0]! / 1000;
  let spanMs = ((first.at(-1)! - first[0]!) / 1000 / first.length) * keptMax * 1.5;
  let grows = true;
  while (true) {
    const fromMs = Math.max(beganMs, Math.floor(untilMs - spanMs));
    const found = momentsOf(schedule, fromMs, untilMs);
    if (found.length > countedMax) {
      grows = false;
      spanMs /= 2;
    } else if (!grows || found.length >= keptMax || fromMs === beganMs) return found;
    else spanMs *= 3;
  }
}
