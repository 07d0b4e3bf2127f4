/**
 * Crontabs come in croniter's dialect: seconds are the sixth field, ranges may wrap around (`6-1`, `FRI-MON`), a number
 * may be stepped from (`5/20`), a step may lead out of its range at once (`5/90`), and the last Friday is `L5`. Croner's
 * differs in these, so it gets each field as the list of its values. `golden/fuzz.test.ts` compares with croniter.
 */

type Field = { min: number; max: number; names?: string[]; takes?: 'last day' | 'weekdays' };
type Fields = { day: Set<Value>; weekday: Set<Value>; nth: Set<string> };
/** `*` is any, `L` the last day of the month. */
type Value = number | '*' | 'L';

const months = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const weekdays = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];
const day: Field = { min: 1, max: 31, takes: 'last day' };
const month: Field = { min: 1, max: 12, names: ['', ...months] };
const weekday: Field = { min: 0, max: 6, names: weekdays, takes: 'weekdays' };
/** In croniter's order. */
const fields: Field[] = [
  { min: 0, max: 59 },
  { min: 0, max: 23 },
  day,
  month,
  weekday,
  { min: 0, max: 59 },
  { min: 1970, max: 2099 },
];

const aliases: Record<string, string> = {
  '@MIDNIGHT': '0 0 * * *',
  '@HOURLY': '0 * * * *',
  '@DAILY': '0 0 * * *',
  '@WEEKLY': '0 0 * * 0',
  '@MONTHLY': '0 0 1 * *',
  '@YEARLY': '0 0 1 1 *',
  '@ANNUALLY': '0 0 1 1 *',
};

const wrong = (piece: string): Error => new Error(`"${piece}" is not understood.`);

/**
 * The expression for croner; `dayOr`: a day that is named by its date or by its weekday is enough. Throws when there is a
 * wrong number of fields, when one is not understood, or asks for chance.
 */
export function toCroner(expression: string, dayOr = true): string {
  const upper = expression.toUpperCase();
  const parts = (aliases[upper] ?? upper).trim().split(/\s+/);
  if (parts.length < 5 || parts.length > 7)
    throw new Error('A cron expression has five fields, or six with seconds last.');
  if (parts.some((part) => /(^|,)[RH](\W|$)/.test(part)))
    throw new Error('Random and hashed expressions are not supported.');
  const nth = new Set<string>();
  const values = parts.map((part, at) => valuesOf(part, fields[at]!, parts.length, nth));
  const [minutes, hours, days, monthly, weekly, seconds, years] = values.map((each, at) => asWhole(each, at, parts));
  return [
    ...(seconds ? [textOf(seconds)] : []),
    textOf(minutes!),
    textOf(hours!),
    ...daysOf({ day: days!, weekday: weekly!, nth }, dayOr, monthly!),
    ...(years ? [textOf(years)] : []),
  ].join(' ');
}

const textOf = (values: Set<Value>): string => (values.has('*') ? '*' : [...values].join(','));

/** Day, month and weekday. Where some weekday of a month is named, its dates count only beside days that are any. */
function daysOf({ day: days, weekday: weekly, nth }: Fields, dayOr: boolean, monthly: Set<Value>): string[] {
  if (nth.size === 0) return [textOf(days), textOf(monthly), textOf(weekly)];
  if (weekly.size !== 7 && [...weekly].some((value) => value !== '*' && !hasNth(nth, value)))
    throw new Error('Weekdays and weekdays of a month cannot stand beside each other.');
  const isAny = days.has('*') || (dayOr && !weekly.has('*'));
  return [isAny ? '*' : textOf(days), textOf(monthly), [...nth].join(',')];
}

const hasNth = (nth: Set<string>, value: Value): boolean => [...nth].some((each) => each.startsWith(`${value}#`));

/** All values are any. Of days only where the other field of days has a star: else both that are named count. */
function asWhole(values: Set<Value>, at: number, parts: string[]): Set<Value> {
  const field = fields[at]!;
  if (values.size !== field.max - field.min + 1) return values;
  const other = field === day ? parts[4]! : field === weekday ? parts[2]! : '*';
  return other.includes('*') ? new Set<Value>(['*']) : values;
}

/** Puts weekdays of a month (`5#3`, `L5`) into `nth` as well. */
function valuesOf(part: string, field: Field, count: number, nth: Set<string>): Set<Value> {
  if (part.includes('?')) {
    if (part !== '?' || (field !== day && field !== weekday)) throw wrong(part);
    return new Set<Value>(['*']);
  }
  const values = new Set<Value>();
  for (const piece of part.split(',')) {
    const [plain, which] = field === weekday ? ofMonth(piece) : [piece, null];
    for (const value of valuesOfPiece(plain, field, count)) {
      values.add(value);
      if (which !== null) nth.add(`${value}#${which}`);
    }
  }
  return values;
}

/** `FRI#3` is a Friday, and which of its month; the last one is `L5`. */
function ofMonth(piece: string): [plain: string, which: string | null] {
  const [, named, which, last] = /^(?:(\w+|[A-Z]{3}-[A-Z]{3})#(\d+)|L(\d+))$/.exec(piece) ?? [];
  if (last !== undefined) return [last, 'L'];
  if (named === undefined) return [piece, null];
  if (Number(which) < 1 || Number(which) > 5) throw wrong(piece);
  return [named, String(Number(which))];
}

function valuesOfPiece(piece: string, field: Field, count: number): Value[] {
  const { min, max } = field;
  const spelled = piece.replace(/^\*(?=\/.)/, `${min}-${max}`);
  const range = /^([^-]+)-([^-/]+)(?:\/(\d+))?$/;
  const [, from, to, step] = range.exec(spelled) ?? range.exec(piece.replace(/^(.+)\/(.+)$/, `$1-${max}/$2`)) ?? [];
  if (from === undefined) return [single(piece, field, count)];
  const low = numberOf(from, field, count);
  const high = field === day && to === 'L' ? max : numberOf(to!, field, count);
  if (Math.max(low, high) > max || step === '0' || Number(step ?? 1) === 0) throw wrong(piece);
  const values = between(low, high, Number(step ?? 1), field);
  if (values.some((value) => value < min)) throw wrong(piece);
  return values;
}

function single(piece: string, field: Field, count: number): Value {
  if (piece === '*') return '*';
  if (piece === 'L' && field === day) return 'L';
  const value = numberOf(piece, field, count);
  if (value < field.min || value > field.max) throw wrong(piece);
  return value;
}

/** A range of one value is the whole field. One that wraps around goes on with its step beyond the end of the field. */
function between(low: number, high: number, step: number, { min, max }: Field): number[] {
  if (low < high) return steps(low, high, step);
  if (low === high) return steps(min, max, step);
  const first = steps(low, max, step);
  const [last, size] = [first.at(-1)!, max - min + 1];
  const passed = max - last;
  const skipped = last - min + step > size && passed < step ? step - passed : 0;
  return [...first, ...steps(min + skipped, high, step)];
}

function steps(from: number, to: number, step: number): number[] {
  const values = [];
  for (let value = from; value <= to; value += step) values.push(value);
  return values;
}

function numberOf(text: string, field: Field, count: number): number {
  const value = /^\d+$/.test(text) ? Number(text) : (field.names?.indexOf(text) ?? -1);
  if (value < 0 || text === '') throw wrong(text);
  // Sunday is the seventh day, too, and the zeroth of a month its first; not in every length of expression.
  if (field === weekday && value === 7 && count === 5) return 0;
  return field === day && value === 0 && count === 6 ? 1 : value;
}
