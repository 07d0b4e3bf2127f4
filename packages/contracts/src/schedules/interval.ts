import { isUsable, parseMicros, plusDays, type Micros } from './local-time.js';
import type { IntervalSchedule } from './schedule.js';

const microsPerDay = 86_400_000_000;

/** Whole microseconds, of which an interval needs at least one. */
export const intervalMicros = (seconds: number): Micros => Math.round(seconds * 1_000_000);

/**
 * A pass jumps to the last occurrence before its start by whole intervals of elapsed time since the anchor (the first
 * one after it, where the anchor lies ahead). From there each is so many calendar days and seconds later on the wall
 * clock of the zone: "every 24 hours" keeps its hour over a clock change.
 */
export function* intervalTimes(schedule: IntervalSchedule, from: Micros): Generator<Micros> {
  const zone = schedule.timezone ?? 'UTC';
  const step = intervalMicros(schedule.interval);
  const anchor = parseMicros(schedule.anchor_date);
  if (step < 1 || !isUsable(anchor)) return;
  const days = Math.floor(step / microsPerDay);
  const rest = step - days * microsPerDay;
  let at = anchor + Math.trunc((from - anchor) / step) * step;
  while (isUsable(at)) {
    if (at >= from) yield at;
    at = (days > 0 ? plusDays(at, days, zone) : at) + rest;
  }
}
