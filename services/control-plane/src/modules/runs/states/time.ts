const microsOf = (iso: string): number => Number((/\.(\d{1,6})/.exec(iso)?.[1] ?? '0').padEnd(6, '0'));

/** Microseconds since the epoch; exact, because they fit in a double until the year 2255. */
export const toMicros = (iso: string): number =>
  Math.floor(Date.parse(`${iso.slice(0, 19)}Z`) / 1000) * 1e6 + microsOf(iso);

export function fromMicros(micros: number): string {
  const seconds = Math.floor(micros / 1e6);
  return `${new Date(seconds * 1000).toISOString().slice(0, 19)}.${String(Math.round(micros - seconds * 1e6)).padStart(6, '0')}Z`;
}

export const plusSeconds = (iso: string, seconds: number): string =>
  fromMicros(toMicros(iso) + Math.round(seconds * 1e6));
export const secondsBetween = (earlier: string, later: string): number => (toMicros(later) - toMicros(earlier)) / 1e6;
export const isAfter = (one: string, other: string): boolean => toMicros(one) > toMicros(other);
