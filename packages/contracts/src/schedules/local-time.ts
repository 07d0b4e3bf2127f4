import { DateTime, IANAZone } from 'luxon';
import type { Occurrence } from './schedule.js';

/** Microseconds since the epoch: the precision of the wire. */
export type Micros = number;

/** The calendar of the wire: the beginning of the year 1, and that of the year 10000. */
const [microsMin, microsMax]: [Micros, Micros] = [-62_135_596_800_000_000, 253_402_300_800_000_000];

/** Whether a moment lies before the end of the calendar; arithmetic beyond it is not exact. */
export const isUsable = (at: Micros): boolean => Number.isFinite(at) && at < microsMax;
export const isBeforeCalendar = (at: Micros): boolean => at < microsMin;

/** ISO 8601 with up to six digits of a second. */
export function parseMicros(iso: string): Micros {
  const micros = /\.\d{3}(\d{1,3})/.exec(iso)?.[1] ?? '';
  return Math.floor(Date.parse(iso)) * 1000 + Number(micros.padEnd(3, '0'));
}

/**
 * Wall-clock arithmetic is done on "naive" times: the local wall clock written as if it were UTC, in milliseconds. Only
 * the result is put back into the zone. A time that a clock change skips moves forward by the gap; of a time that comes
 * twice the first is meant.
 */
export const toNaive = (instantMs: number, zone: string): number => instantMs + offsetMs(instantMs, zone);

export function fromNaive(naiveMs: number, zone: string): number {
  // The offset that holds before a change gives the first of two instants, and carries what is skipped over the gap.
  const before = offsetMs(naiveMs - 86_400_000, zone);
  const guess = naiveMs - before;
  return offsetMs(guess, zone) === before ? guess : settled(naiveMs, guess, zone);
}

/** The change lies behind the guess: either the wall clock now shows another time (take its offset), or a gap was met. */
function settled(naiveMs: number, guess: number, zone: string): number {
  const after = naiveMs - offsetMs(guess, zone);
  return toNaive(after, zone) === naiveMs ? after : guess;
}

const offsetMs = (instantMs: number, zone: string): number => DateTime.fromMillis(instantMs, { zone }).offset * 60_000;

/** The same, but a time that a clock change skips moves back by the gap: how calendar rules are read. */
export function fromNaiveBack(naiveMs: number, zone: string): number {
  const instant = fromNaive(naiveMs, zone);
  const skippedMs = toNaive(instant, zone) - naiveMs;
  return instant - skippedMs;
}

/** So many calendar days later, at the same time of day. */
export function plusDays(at: Micros, days: number, zone: string): Micros {
  const ms = Math.floor(at / 1000);
  return DateTime.fromMillis(ms, { zone }).plus({ days }).toMillis() * 1000 + (at - ms * 1000);
}

const zones = new Set<string>();

/** Asking costs a tenth of a millisecond; zones that there are, are not many. */
export function isZone(zone: string): boolean {
  if (zones.has(zone)) return true;
  if (zone.length > 100 || !IANAZone.isValidZone(zone)) return false;
  if (zones.size < 2_000) zones.add(zone);
  return true;
}

/** As Python writes it: `2026-11-21 00:00:00-05:00`, with six digits of a second where it is not whole. */
export function toOccurrence(at: Micros, zone: string): Occurrence {
  const time = DateTime.fromMillis(Math.floor(at / 1000), { zone });
  const fraction = String(((at % 1_000_000) + 1_000_000) % 1_000_000).padStart(6, '0');
  const python =
    time.toFormat('yyyy-MM-dd HH:mm:ss') + (fraction === '000000' ? '' : `.${fraction}`) + time.toFormat('ZZ');
  return { instant: `${time.toUTC().toFormat("yyyy-MM-dd'T'HH:mm:ss")}.${fraction}Z`, pythonText: python };
}
