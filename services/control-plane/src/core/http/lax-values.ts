import { ExactNumber } from '../json/exact-json.js';
import type { Mistake } from './zod-issues.js';

/**
 * The wire is lax: where a number or a boolean is meant, it takes text that says one, `1` for true, and true for 1.
 * Schemas stay strict, so that the OpenAPI document says what a client should send; what they refuse is read here.
 */
const flags = new Map<unknown, boolean>([
  ...[1, '1', 'true', 't', 'yes', 'y', 'on'].map((word) => [word, true] as const),
  ...[0, '0', 'false', 'f', 'no', 'n', 'off'].map((word) => [word, false] as const),
]);
const whole = /^[+-]?\d+(_\d+)*(\.0+)?$/;
const decimal = /^[+-]?(\d+(_\d+)*\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

const read = (pattern: RegExp) => (given: unknown) => {
  if (typeof given === 'boolean') return Number(given);
  const text = given instanceof ExactNumber ? given.source : typeof given === 'string' ? given.trim() : '';
  return pattern.test(text) ? Number(text.replaceAll('_', '')) : undefined;
};
const integer = read(whole);
const float = read(decimal);
const flag = (given: unknown) => flags.get(typeof given === 'string' ? given.toLowerCase() : given);

/** By what is wrong with a value: what it may be read as; undefined when there is nothing to be read. */
const readers: Record<string, (given: unknown) => number | boolean | undefined> = {
  int_parsing: integer,
  int_type: integer,
  float_parsing: float,
  float_type: float,
  bool_parsing: flag,
};

const readingOf = ({ issue }: Mistake) => readers[issue.type]?.(issue.input);
export const canBeReadLaxly = (mistake: Mistake): boolean => readingOf(mistake) !== undefined;

/** The request with each value that an issue complains of as it was meant; null when there is none that says it. */
export function readLaxly(request: unknown, mistakes: Mistake[]): unknown {
  const meant = mistakes.flatMap((mistake) => {
    const value = readingOf(mistake);
    return value === undefined ? [] : [{ place: mistake.place, value }];
  });
  if (meant.length === 0) return null;
  return meant.reduce((whole, { place, value }) => withValue(whole, place, value), request);
}

/** A copy in which that one place has another value. */
function withValue(whole: unknown, [key, ...path]: Mistake['place'], value: unknown): unknown {
  if (key === undefined) return value;
  const inner = withValue((whole as Record<string | number, unknown>)[key], path, value);
  if (Array.isArray(whole)) return whole.with(Number(key), inner);
  return { ...(whole as object), [key]: inner };
}

/** A copy without the keys at these places; each object on the way is copied once, however many it loses. */
export function withoutPlaces(whole: unknown, places: Mistake['place'][]): unknown {
  if (typeof whole !== 'object' || whole === null) return whole;
  const copy = (Array.isArray(whole) ? [...whole] : { ...whole }) as Record<string | number, unknown>;
  const deeper = new Map<string | number, Mistake['place'][]>();
  for (const [key, ...path] of places) {
    if (key === undefined) continue;
    if (path.length === 0) delete copy[key];
    else if (!deeper.get(key)?.push(path)) deeper.set(key, [path]);
  }
  for (const [key, paths] of deeper) if (key in copy) copy[key] = withoutPlaces(copy[key], paths);
  return copy;
}
