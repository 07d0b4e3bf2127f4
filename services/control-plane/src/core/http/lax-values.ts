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
  return changed(
    request,
    meant.map(({ place, value }) => ({ place, change: (copy, key) => void (copy[key] = value) })),
  );
}

type Keyed = Record<string | number, unknown>;
type Change = { place: Mistake['place']; change: (copy: Keyed, key: string | number) => void };

/** A copy without the keys at these places. */
export const withoutPlaces = (whole: unknown, places: Mistake['place'][]): unknown =>
  changed(
    whole,
    places.map((place) => ({ place, change: (copy, key) => void delete copy[key] })),
  );

/** A copy with these changes; each object on the way is copied once, however many it has. */
function changed(whole: unknown, changes: Change[]): unknown {
  if (typeof whole !== 'object' || whole === null) return whole;
  const copy = (Array.isArray(whole) ? [...whole] : { ...whole }) as Keyed;
  const deeper = new Map<string | number, Change[]>();
  for (const { place, change } of changes) {
    const [key, ...path] = place;
    if (key === undefined) continue;
    if (path.length === 0) change(copy, key);
    else if (!deeper.get(key)?.push({ place: path, change })) deeper.set(key, [{ place: path, change }]);
  }
  for (const [key, inner] of deeper) if (key in copy) copy[key] = changed(copy[key], inner);
  return copy;
}
