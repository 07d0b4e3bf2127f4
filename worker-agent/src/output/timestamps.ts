let last = 0;

/** Now, in microseconds of a clock that never repeats itself: lines of one millisecond keep their order. */
export function nextTimestamp(): string {
  last = Math.max(Math.floor((performance.timeOrigin + performance.now()) * 1000), last + 1);
  return isoOfMicros(last);
}

/** ISO 8601 in UTC with six digits. */
export function isoOfMicros(micros: number): string {
  const millis = Math.floor(micros / 1000);
  return new Date(millis).toISOString().replace('Z', `${String(micros - millis * 1000).padStart(3, '0')}Z`);
}

/** Microseconds since 1970 of an ISO 8601 text with up to six digits. */
export function microsOf(timestamp: string): number {
  const [, fraction = ''] = /\.(\d+)/.exec(timestamp) ?? [];
  return Date.parse(timestamp.replace(/\.\d+/, '')) * 1000 + Number(fraction.slice(0, 6).padEnd(6, '0'));
}
