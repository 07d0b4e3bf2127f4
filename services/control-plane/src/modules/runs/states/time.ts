const microsOf = (iso: string): number => Number((/\.(\d{1,6})/.exec(iso)?.[1] ?? '0').padEnd(6, '0'));

/** Microseconds since the epoch; exact, because they fit in a double until the year 2255. */
export const toMicros = (iso: string): number =>
  Math.floor(Date.parse(`${iso.slice(0, 19)}Z`) / 1000) * 1e6 + microsOf(iso);

export function fromMicros(micros: number): string {
  const seconds = Math.floor(micros / 1e6);
  return `${new Date(seconds * 1000).toISOString().slice(0, 19)}.${String(Math.round(micros - seconds * 1e6)).padStart(6, '0')}Z`;
}

/** Moments beyond these have no text. */
const [first, last] = [toMicros('0001-01-01T00:00:00.000000Z'), toMicros('9999-12-31T23:59:59.000000Z')];

/** What lies beyond the end of the calendar is at its end. */
export const plusSeconds = (iso: string, seconds: number): string =>
  fromMicros(Math.min(Math.max(toMicros(iso) + Math.round(seconds * 1e6), first), last));
export const secondsBetween = (earlier: string, later: string): number => (toMicros(later) - toMicros(earlier)) / 1e6;
export const isAfter = (one: string, other: string): boolean => toMicros(one) > toMicros(other);
