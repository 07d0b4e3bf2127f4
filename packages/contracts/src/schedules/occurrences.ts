import { cronOccurrences, wrongCron } from './cron.js';
import { intervalOccurrences } from './interval.js';
import { isZone, toOccurrence } from './local-time.js';
import { rruleOccurrences, wrongRRule } from './rrule.js';
import { isCron, isInterval, isRRule, type Occurrence, type Schedule } from './schedule.js';

/** When a schedule fires, from a moment (epoch milliseconds) on: strictly rising, without end for most schedules. */
export function* occurrences(schedule: Schedule, fromMs: number): Generator<Occurrence> {
  const times = isInterval(schedule)
    ? intervalOccurrences(schedule, fromMs)
    : isCron(schedule)
      ? cronOccurrences(schedule, fromMs)
      : isRRule(schedule)
        ? rruleOccurrences(schedule, fromMs)
        : [];
  for (const time of times) yield toOccurrence(time);
}

export type Horizon = { countMin: number; secondsMin: number; countMax: number; secondsMax: number };

/** The next runs to make: on until there are enough of them and they reach far enough, within the caps. */
export function upcoming(schedule: Schedule, fromMs: number, horizon: Horizon): Occurrence[] {
  const found: Occurrence[] = [];
  for (const occurrence of occurrences(schedule, fromMs)) {
    const ahead = (Date.parse(occurrence.instant) - fromMs) / 1000;
    if (ahead > horizon.secondsMax || found.length >= horizon.countMax) break;
    found.push(occurrence);
    if (found.length >= horizon.countMin && ahead >= horizon.secondsMin) break;
  }
  return found;
}

/** What is wrong with a schedule; null when nothing is. */
export function wrongSchedule(schedule: Schedule): string | null {
  const zone = 'timezone' in schedule ? schedule.timezone : null;
  if (zone && !isZone(zone)) return `Invalid timezone: "${zone}" (specify in IANA tzdata format, for example, America/New_York)`;
  if (isInterval(schedule)) return schedule.interval > 0 ? null : 'The interval must be positive';
  if (isCron(schedule)) {
    const wrong = wrongCron(schedule.cron);
    return wrong && `Invalid cron string: "${schedule.cron}". ${wrong}`;
  }
  return isRRule(schedule) ? wrongRRule(schedule.rrule) : null;
}
