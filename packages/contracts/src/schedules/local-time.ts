import { DateTime } from 'luxon';
import type { Occurrence } from './schedule.js';

/**
 * Wall-clock arithmetic is done on "naive" times: the local wall clock written as if it were UTC. Only the result is
 * put back into the zone. A time that a clock change skips moves forward by the gap; of a time that comes twice the
 * first is meant.
 */
export const toNaive = (instantMs: number, zone: string): number => instantMs + DateTime.fromMillis(instantMs, { zone }).offset * 60_000;

export function fromNaive(naiveMs: number, zone: string): DateTime<true> {
  const naive = DateTime.fromMillis(naiveMs, { zone: 'UTC' });
  const local = DateTime.fromObject(
    { year: naive.year, month: naive.month, day: naive.day, hour: naive.hour, minute: naive.minute, second: naive.second, millisecond: naive.millisecond },
    { zone },
  );
  const earlier = local.minus({ hours: 1 });
  const first = earlier.hour === local.hour && earlier.minute === local.minute && earlier.day === local.day ? earlier : local;
  return first as DateTime<true>;
}

export const isZone = (zone: string): boolean => DateTime.local().setZone(zone).isValid;

/** `2026-11-21 00:00:00-05:00`, with six digits of a second where it is not whole. */
export function toOccurrence(time: DateTime<true>): Occurrence {
  const fraction = time.millisecond ? `.${String(time.millisecond).padStart(3, '0')}000` : '';
  return { instant: time.toUTC().toISO().replace(/(\.\d{3})?Z$/, `.${String(time.millisecond).padStart(3, '0')}000Z`), pythonText: time.toFormat('yyyy-MM-dd HH:mm:ss') + fraction + time.toFormat('ZZ') };
}
