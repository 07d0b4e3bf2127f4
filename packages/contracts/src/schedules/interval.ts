import { gapsBetween } from './clock-changes.js';
import { fromNaive, isUsable, parseMicros, plusDays, toNaive, type Micros } from './local-time.js';
import type { IntervalSchedule } from './schedule.js';

const microsPerDay = 86_400_000_000;
const msPerDay = 86_400_000;

/** Whole microseconds, of which an interval needs at least one. */
export const intervalMicros = (seconds: number): Micros => Math.round(seconds * 1_000_000);

/**
 * Occurrences from a moment on. Each is so many calendar days and seconds later on the wall clock of the zone than the
 * one before it: "every 24 hours" keeps its hour over a clock change, whenever it is asked.
 */
export function* intervalTimes(schedule: IntervalSchedule, from: Micros): Generator<Micros> {
  const zone = schedule.timezone ?? 'UTC';
  const step = intervalMicros(schedule.interval);
  const anchor = parseMicros(schedule.anchor_date);
  if (step < 1 || !isUsable(anchor)) return;
  const days = Math.floor(step / microsPerDay);
  const rest = step - days * microsPerDay;
  if (days > 0 && rest === 0) return yield* dailyTimes({ anchor, days, zone }, from);
  // Whole intervals of elapsed time lead to the last occurrence before the start.
  let at = anchor + Math.floor((from - anchor) / step) * step;
  while (isUsable(at)) {
    if (at >= from) yield at;
    at = (days > 0 ? plusDays(at, days, zone) : at) + rest;
  }
}

type Days = { anchor: Micros; days: number; zone: string };

/**
 * Every so many days at the same time of day. An occurrence that a clock change skips moves forward, and all that come
 * after it stay there; what lies before the anchor goes by the anchor itself.
 */
function* dailyTimes({ anchor, days, zone }: Days, from: Micros): Generator<Micros> {
  const [anchorMs, fromMs] = [Math.floor(anchor / 1000), Math.floor(from / 1000)];
  const stepMs = days * msPerDay;
  const start = from < anchor ? toNaive(anchorMs, zone) : naiveAfterGaps(anchorMs, fromMs, stepMs, zone);
  const steps = Math.floor((toNaive(fromMs, zone) - start) / stepMs) - 1;
  const atStep = (nth: number): Micros => fromNaive(start + nth * stepMs, zone) * 1000 + (anchor - anchorMs * 1000);
  let nth = from < anchor ? steps : Math.max(0, steps);
  for (; from < anchor && nth < 0; nth++) if (atStep(nth) >= from) yield atStep(nth);
  let at = nth === 0 && start === toNaive(anchorMs, zone) ? anchor : atStep(nth);
  while (isUsable(at)) {
    if (at >= from) yield at;
    at = plusDays(at, days, zone);
  }
}

/** The wall-clock time that the series goes by at a moment: the anchor's, put forward by each gap that it fell into. */
function naiveAfterGaps(anchorMs: number, fromMs: number, stepMs: number, zone: string): number {
  let naive = toNaive(anchorMs, zone);
  for (const gap of gapsBetween(zone, anchorMs, fromMs)) {
    const met = naive + Math.max(0, Math.ceil((gap.from - naive) / stepMs)) * stepMs;
    if (met >= gap.from && met < gap.until) naive = met + (gap.until - gap.from);
  }
  return naive;
}
