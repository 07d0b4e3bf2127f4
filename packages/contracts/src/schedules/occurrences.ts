import { cronTimes, isCronText } from './cron.js';
import { intervalMicros, intervalTimes } from './interval.js';
import { isBeforeCalendar, isUsable, isZone, toOccurrence, type Micros } from './local-time.js';
import { rruleTimes, wrongRRule } from './rrule.js';
import { isCron, isInterval, isRRule, zoneOf, type Occurrence, type Schedule } from './schedule.js';

function timesOf(schedule: Schedule, from: Micros): Iterable<Micros> {
  if (isInterval(schedule)) return intervalTimes(schedule, from);
  if (isCron(schedule)) return cronTimes(schedule, from);
  return isRRule(schedule) ? rruleTimes(schedule, from) : [];
}

/** When a schedule fires, from a moment (epoch milliseconds) on: strictly rising, without end for most schedules. */
export function* occurrences(schedule: Schedule, fromMs: number): Generator<Occurrence> {
  const zone = zoneOf(schedule);
  for (const at of moments(schedule, fromMs)) yield toOccurrence(at, zone);
}

/** The same without their texts, which take most of the time. */
export function* moments(schedule: Schedule, fromMs: number): Generator<Micros> {
  let last = fromMs * 1000 - 1;
  for (const at of timesOf(schedule, fromMs * 1000)) {
    // Where the clock is put back the wall clock repeats itself, where it is put forward two times fall together.
    if (at <= last || isBeforeCalendar(at)) continue;
    if (!isUsable(at)) return;
    last = at;
    yield at;
  }
}

/** What is wrong with a schedule; null when nothing is. */
export function wrongSchedule(schedule: Schedule): string | null {
  const zone = zoneOf(schedule);
  if (!isZone(zone))
    return `Invalid timezone: "${zone}" (specify in IANA tzdata format, for example, America/New_York)`;
  if (isInterval(schedule)) {
    const micros = intervalMicros(schedule.interval);
    if (micros < 1) return 'interval must be positive';
    // Schedules that fire more often make runs faster than anything can end them.
    return micros < 1_000_000 ? 'interval must be at least one second' : null;
  }
  if (isCron(schedule)) return isCronText(schedule.cron) ? null : `Invalid cron string: "${schedule.cron}"`;
  return isRRule(schedule) ? wrongRRule(schedule) : null;
}
