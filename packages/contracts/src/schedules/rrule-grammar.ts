/**
 * What a calendar rule may say, told from its text alone: the library that reads rules takes a tenth of a second for a
 * large one, and a request may bring many.
 */

const numbers =
  (low: number, high: number, signed = false) =>
  (text: string) =>
    text.split(',').every((each) => {
      const value = Number(each);
      return /^[+-]?\d+$/.test(each) && (signed ? Math.abs(value) >= 1 : value >= low) && Math.abs(value) <= high;
    });
const positive = (text: string) => /^\d{1,15}$/.test(text) && Number(text) >= 1;
const weekday = /^(?:[+-]?\d{1,3})?(?:MO|TU|WE|TH|FR|SA|SU)$/;

const parts: Record<string, (text: string) => boolean> = {
  FREQ: (text) => ['YEARLY', 'MONTHLY', 'WEEKLY', 'DAILY', 'HOURLY', 'MINUTELY', 'SECONDLY'].includes(text),
  INTERVAL: positive,
  COUNT: (text) => /^\d{1,15}$/.test(text),
  BYSECOND: numbers(0, 60),
  BYMINUTE: numbers(0, 59),
  BYHOUR: numbers(0, 23),
  BYMONTH: numbers(1, 12),
  BYMONTHDAY: numbers(1, 31, true),
  BYYEARDAY: numbers(1, 366, true),
  BYWEEKNO: numbers(1, 53, true),
  BYSETPOS: numbers(1, 366, true),
  BYDAY: (text) => text.split(',').every((each) => weekday.test(each)),
};

/** What is wrong with one rule (`FREQ=DAILY;BYHOUR=9`); null when nothing is that can be told so. */
export function wrongRule(rule: string): string | null {
  const named = rule
    .split(';')
    .filter(Boolean)
    .map((part) => part.split('='));
  if (!named.some(([name]) => name === 'FREQ')) return 'It names no frequency.';
  for (const [name = '', text = ''] of named)
    if (Object.hasOwn(parts, name) && !parts[name]!(text)) return `Invalid '${name}': ${text || 'nothing'}`;
  return null;
}

/** Days of the months, in leap years. */
const days = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** Whether a rule names days that none of its months has (30 February). Looking for one would take seconds. */
export function fitsNoMonth(rule: string): boolean {
  const numbersOf = (name: string) =>
    new RegExp(`(?:^|;)${name}=([^;]*)`)
      .exec(rule)?.[1]
      ?.split(',')
      .map((each) => Math.abs(Number(each)));
  const [months, monthDays] = [numbersOf('BYMONTH'), numbersOf('BYMONTHDAY')];
  if (!months || !monthDays) return false;
  return months.every((month) => monthDays.every((day) => day > days[month - 1]!));
}
