import type { EventTimeUnit } from '@headgate/contracts/rest/events';
import type { Span } from './events.queries.js';

/** A Monday before all events: all buckets of all widths are counted from here. */
export const bucketsFrom = '2024-04-01T00:00:00.000000Z';
const bucketsMax = 1_000;
const unitSeconds = { week: 604_800, day: 86_400, hour: 3_600, minute: 60, second: 1 };

export type Bucket = { from: string; to: string };

export const secondsOf = (unit: EventTimeUnit, interval: number): number =>
  Math.round(unitSeconds[unit] * interval * 1e6) / 1e6;

/** Why a span cannot be counted in buckets of this width; null when it can. */
export function tooFine({ since, until }: Span, seconds: number): string | null {
  const buckets = Math.ceil((micros(until) - micros(since)) / (seconds * 1e6));
  return buckets > bucketsMax
    ? `The given interval would create ${buckets} buckets, which is too many. Please increase the interval or reduce the time range to produce ${bucketsMax} buckets or fewer.`
    : null;
}

/** The buckets that a span touches, without a gap, and the number of the first of them. Nothing is shown beyond the unit that is now. */
export function bucketsOf(
  { since, until }: Span,
  unit: EventTimeUnit,
  interval: number,
  now: string,
): { first: number; buckets: Bucket[] } {
  const origin = micros(bucketsFrom);
  const width = secondsOf(unit, interval) * 1e6;
  const first = Math.floor((micros(since) - origin) / width);
  const end = micros(until) > micros(now) ? endOfUnit(micros(now), unit) : micros(until);
  const buckets: Bucket[] = [];
  for (let start = origin + first * width; start < end; start += width)
    buckets.push({ from: iso(start), to: iso(start + width - 1) });
  return { first, buckets };
}

/** Weeks begin on Mondays, as the origin does. */
function endOfUnit(at: number, unit: EventTimeUnit): number {
  const origin = micros(bucketsFrom);
  const width = unitSeconds[unit] * 1e6;
  return origin + (Math.floor((at - origin) / width) + 1) * width - 1;
}

const micros = (time: string): number => Date.parse(`${time.slice(0, 19)}Z`) * 1000 + Number(time.slice(20, 26));
const iso = (at: number): string => {
  const fraction = ((at % 1e6) + 1e6) % 1e6;
  return `${new Date((at - fraction) / 1000).toISOString().slice(0, 19)}.${String(fraction).padStart(6, '0')}Z`;
};
