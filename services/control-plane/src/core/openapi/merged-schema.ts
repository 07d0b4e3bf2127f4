import { isDeepStrictEqual } from 'node:util';
import { alternativesOf, type Json } from './open-api.js';

/** A schema of what either takes. */
export function merged(one: Json, other: Json): Json {
  if (isDeepStrictEqual(one, other)) return one;
  const [mine, theirs] = [alternativesOf(one), alternativesOf(other)];
  if (mine.length > 1 || theirs.length > 1 || one['type'] !== other['type'] || one['$ref'] !== other['$ref'])
    return { ...inCommon(one, other, ['anyOf']), anyOf: eitherOf(mine, theirs) };
  if (one['type'] === 'object')
    return { ...inCommon(one, other, ['properties', 'required']), ...mergedKeys(one, other) };
  if (one['type'] === 'array')
    return { ...inCommon(one, other, ['items']), items: merged(one['items'] ?? {}, other['items'] ?? {}) };
  const values = one['enum'] && other['enum'] && { enum: [...new Set([...one['enum'], ...other['enum']])] };
  return { ...inCommon(one, other, ['enum']), ...values };
}

/** Those of the first, and of the second what has no like among them. */
function eitherOf(mine: Json[], theirs: Json[]): Json[] {
  return theirs.reduce<Json[]>((all, each) => {
    const at = all.findIndex((known) => known['type'] === each['type'] && known['$ref'] === each['$ref']);
    return at < 0 ? [...all, each] : all.with(at, merged(all[at]!, each));
  }, mine);
}

const inCommon = (one: Json, other: Json, apart: string[]): Json =>
  Object.fromEntries(
    Object.entries(one).filter(([key, value]) => !apart.includes(key) && isDeepStrictEqual(value, other[key])),
  );

function mergedKeys(one: Json, other: Json): Json {
  const [mine, theirs] = [one['properties'] ?? {}, other['properties'] ?? {}] as [Json, Json];
  const both = Object.keys(mine).filter((key) => key in theirs);
  const required = ((one['required'] ?? []) as string[]).filter((key) => other['required']?.includes(key));
  return {
    properties: { ...mine, ...theirs, ...Object.fromEntries(both.map((key) => [key, merged(mine[key], theirs[key])])) },
    ...(required.length > 0 && { required }),
  };
}
