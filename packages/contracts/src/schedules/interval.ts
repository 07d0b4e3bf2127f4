import { DateTime } from 'luxon';
import type { IntervalSchedule } from './schedule.js';

const secondsPerDay = 86_400;

/**
 * The first occurrence of a pass is a whole number of intervals after the anchor in elapsed time; each next one is so
 * many calendar days and seconds later on the wall clock of the zone: "every 24 hours" keeps its hour over a clock change.
 */
export function* intervalOccurrences(schedule: IntervalSchedule, fromMs: number): Generator<DateTime<true>> {
  const zone = schedule.timezone ?? 'UTC';
  const anchor = DateTime.fromISO(schedule.anchor_date, { zone: 'UTC' }).setZone(zone);
  if (!anchor.isValid) return;
  const stepMs = schedule.interval * 1000;
  const steps = Math.ceil((fromMs - anchor.toMillis()) / stepMs);
  let time = anchor.plus({ milliseconds: steps * stepMs });
  const days = Math.floor(schedule.interval / secondsPerDay);
  const seconds = schedule.interval - days * secondsPerDay;
  let last = -Infinity;
  while (true) {
    if (time.toMillis() >= fromMs && time.toMillis() > last) {
      last = time.toMillis();
      yield time;
    }
    time = time.plus({ days }).plus({ milliseconds: Math.round(seconds * 1000) });
  }
}
