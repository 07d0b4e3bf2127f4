import { isLosslessNumber, LosslessNumber, parse, stringify } from 'lossless-json';

/** A text without such a run of digits holds no number that JavaScript would change, or none that matters. */
const long = /\d{16}/;

/** What JavaScript would write otherwise than it was given stays as it was given: digits beyond 2^53, `1e400`. */
const kept = (text: string): unknown => {
  const plain = Number(text);
  return String(plain) === text || (!long.test(text) && Number.isFinite(plain)) ? plain : new LosslessNumber(text);
};

/** Parses JSON without changing an integer. Costs what `JSON.parse` costs where there are no long ones. */
export const parseExact = (text: string): unknown =>
  long.test(text) ? parse(text, undefined, { parseNumber: kept }) : JSON.parse(text);

/** Writes JSON with every number as it was read. */
export const stringifyExact = (value: unknown, space?: number): string => stringify(value, undefined, space) ?? 'null';

/** For readers that only take a reviver; where the browser does not hand it the source, numbers are as it reads them. */
export const exactReviver = (_key: string, value: unknown, context?: { source?: string }): unknown =>
  typeof value === 'number' && context?.source ? kept(context.source) : value;

/** A number as somebody typed it, or null when it is none. What is beyond JavaScript's numbers is kept as typed. */
export function readNumber(text: string): number | LosslessNumber | null {
  const typed = text.trim();
  if (!/^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:e[+-]?\d+)?$/i.test(typed)) return null;
  return String(Number(typed)) === typed ? Number(typed) : new LosslessNumber(typed);
}

export { isLosslessNumber, LosslessNumber };

/** The same with ordinary numbers, for who only compares. */
export function withPlainNumbers(value: unknown): unknown {
  if (isLosslessNumber(value)) return Number(value.toString());
  if (Array.isArray(value)) return value.map(withPlainNumbers);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, withPlainNumbers(each)]));
}
