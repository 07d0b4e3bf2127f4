/** Epoch numbers above this are milliseconds, not seconds: the year 2603 is far away. */
const secondsMax = 2e10;

/** ISO 8601 in UTC with six digits and `Z`; null for what is no time. */
export function toWireTime(value: string | number): string | null {
  if (typeof value === 'number') return fromEpoch(value);
  return /^-?\d+(\.\d+)?$/.test(value) && !compactDay.test(value) ? fromEpoch(Number(value)) : fromText(value);
}

function fromEpoch(value: number): string | null {
  const seconds = Math.abs(value) > secondsMax ? value / 1000 : value;
  const whole = Math.floor(seconds);
  const date = new Date(whole * 1000);
  if (Number.isNaN(date.getTime()) || date.getUTCFullYear() > 9999 || date.getUTCFullYear() < 1) return null;
  const micros = Math.min(Math.round((seconds - whole) * 1e6), 999_999);
  return `${date.toISOString().slice(0, 19)}.${String(micros).padStart(6, '0')}Z`;
}

const compactDay = /^\d{8}$/;
const day = String.raw`(\d{4})-?(\d{2})-?(\d{2})`;
const clock = String.raw`(\d{2})(?::?(\d{2})(?::?(\d{2})(?:[.,](\d+))?)?)?`;
const zone = String.raw`(Z|[+-]\d{2}(?::?\d{2})?)?`;
const shape = new RegExp(`^${day}(?:[T _]${clock}${zone})?$`, 'i');

/** What nearly every client writes, on a day that every month has: it need not be taken apart. */
const alreadyWire =
  /^(?!0000)\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{6}(?:Z|\+00:00)$/;

function fromText(text: string): string | null {
  if (alreadyWire.test(text)) return `${text.slice(0, 26)}Z`;
  const match = shape.exec(text);
  if (!match) return null;
  const [year, month, date, hour = 0, minute = 0, second = 0] = match
    .slice(1, 7)
    .map((part) => part && Number(part)) as [number, number, number, number?, number?, number?];
  if (hour > 23 || minute > 59 || second > 59) return null;
  const local = new Date(0);
  local.setUTCFullYear(year, month - 1, date);
  // The 30th of February is not the second of March.
  if (local.getUTCMonth() !== month - 1 || local.getUTCDate() !== date) return null;
  local.setUTCHours(hour, minute, second);
  const offset = offsetMinutes(match[8]);
  if (Math.abs(offset) >= 24 * 60) return null;
  const utc = new Date(local.getTime() - offset * 60_000);
  if (utc.getUTCFullYear() > 9999 || utc.getUTCFullYear() < 1) return null;
  return `${utc.toISOString().slice(0, 19)}.${(match[7] ?? '').padEnd(6, '0').slice(0, 6)}Z`;
}

function offsetMinutes(text = 'Z'): number {
  if (text.toUpperCase() === 'Z') return 0;
  const minutes = Number(text.slice(1, 3)) * 60 + Number(text.slice(3).replace(':', '') || 0);
  return text.startsWith('-') ? -minutes : minutes;
}
