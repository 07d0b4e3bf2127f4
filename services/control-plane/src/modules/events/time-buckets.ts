import type { EventTimeUnit } from '@headgate/contracts/rest/events';
import type { Span } from './events.queries.js';

/** A Monday before all events: all buckets of all widths are counted from here. */
export const bucketsFrom = '2024-04-01T00:00:00.000000Z';
const bucketsMax = 1_000;
const unitSeconds = { week: 604_800, day: 86_400, hour: 3_600, minute: 60, second: 1 };

export type Bucket = { from: string; to: string };

export const secondsOf = (unit: EventTimeUnit, interval: number): number => widthOf(unit, interval) / 1e6;

/** Whole microseconds, as are all moments below. */
const widthOf = (unit: EventTimeUnit, interval: number): number => Math.round(unitSeconds[unit] * interval * 1e6);

/** Why a span cannot be counted in buckets of this width; null when it can. */
export function wrongWidth(span: Span, unit: EventTimeUnit, interval: number, now: string): string | null {
  const width = widthOf(unit, interval);
  const count = Math.ceil((micros(span.until) - micros(span.since)) / width);
  if (count > bucketsMax)
    return `The given interval would create ${count} buckets, which is too many. Please increase the interval or reduce the time range to produce ${bucketsMax} buckets or fewer.`;
  const [start, end] = [startOf(micros(span.since), width), shownUntil(span, unit, now)];
  const isWritable = start >= firstMicros && startOf(end, width) + width - 1 <= lastMicros;
  return isWritable || start >= end
    ? null
    : 'The given interval is too large: its buckets would begin before the year 1 or end after the year 9999.';
}

/** The buckets that a span touches, without a gap, and the number of the first of them. */
export function bucketsOf(
  span: Span,
  unit: EventTimeUnit,
  interval: number,
  now: string,
): { first: number; buckets: Bucket[] } {
  const width = widthOf(unit, interval);
  const end = shownUntil(span, unit, now);
  const buckets: Bucket[] = [];
  for (let start = startOf(micros(span.since), width); start < end; start += width)
    buckets.push({ from: iso(start), to: iso(start + width - 1) });
  return { first: numberOf(micros(span.since), width), buckets };
}

/** Nothing is shown beyond the unit that is now. */
const shownUntil = ({ until }: Span, unit: EventTimeUnit, now: string): number =>
  micros(until) > micros(now) ? endOfUnit(micros(now), unit) : micros(until);

/** Weeks begin on Mondays, as the origin does. */
function endOfUnit(at: number, unit: EventTimeUnit): number {
  const width = widthOf(unit, 1);
  return startOf(at, width) + width - 1;
}

const micros = (time: string): number => Date.parse(`${time.slice(0, 19)}Z`) * 1000 + Number(time.slice(20, 26));
const origin = micros(bucketsFrom);
/** Other moments cannot be written. */
const [firstMicros, lastMicros] = [micros('0001-01-01T00:00:00.000000Z'), micros('9999-12-31T23:59:59.999999Z')];

const numberOf = (at: number, width: number): number => Math.floor((at - origin) / width);
/** When the bucket begins in which a moment lies. */
const startOf = (at: number, width: number): number => origin + numberOf(at, width) * width;

const iso = (at: number): string => {
  const fraction = ((at % 1e6) + 1e6) % 1e6;
  return `${new Date((at - fraction) / 1000).toISOString().slice(0, 19)}.${String(fraction).padStart(6, '0')}Z`;
};
