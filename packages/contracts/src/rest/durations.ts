const number = String.raw`(\d+(?:[.,]\d+)?)`;
const iso = new RegExp(
  `^([+-])?P(?:${number}Y)?(?:${number}M)?(?:${number}W)?(?:${number}D)?(?:T(?:${number}H)?(?:${number}M)?(?:${number}S)?)?$`,
  'i',
);
const clock = /^([+-])?(?:(\d+) ?d(?:ays?)?,? ?)?(?:(\d{1,2}):(\d{2})(?::(\d{2}(?:\.\d+)?))?)?$/i;

const day = 86_400;
/** A year has 365 days here, a month 30: there is no calendar to ask. */
const isoUnits = [365 * day, 30 * day, 7 * day, day, 3600, 60, 1];
const clockUnits = [day, 3600, 60, 1];

/** What Python can hold: 999,999,999 days. */
export const secondsMax = 999_999_999 * day;

/** Seconds of an ISO 8601 duration (`PT1H`), or of days and a clock (`1 day, 01:30:00`); null for anything else. */
export function secondsOf(text: string): number | null {
  const [match, units] = [iso.exec(text) ?? clock.exec(text), iso.test(text) ? isoUnits : clockUnits];
  const parts = match?.slice(2);
  if (!match || !parts?.some((part) => part !== undefined)) return null;
  // `1:00` could be minutes or hours.
  if (units === clockUnits && parts[1]?.length === 1 && parts[3] === undefined) return null;
  const seconds = parts.reduce((sum, part, at) => sum + Number((part ?? '0').replace(',', '.')) * units[at]!, 0);
  return match[1] === '-' ? -seconds : seconds;
}

/** Why a text is no duration, in the words of the wire. */
export function wrongDuration(text: string): string {
  if (/^[+-]?(P?T?)?$/i.test(text)) return 'input is too short';
  if (/^[+-]?P/i.test(text)) return `quantity invalid in ${/T/i.test(text) ? 'time' : 'date'} part of duration`;
  return /^[+-]?\d/.test(text) ? '"day" identifier in duration not correctly formatted' : 'invalid digit in duration';
}
