import { ofType } from './json-types.js';
import type { Mismatch } from './mismatch.js';

const branching = new Set(['anyOf', 'oneOf']);

/**
 * Of all that does not fit, the one to tell: what lies least deep, and not a branching if something plain lies as high;
 * of a branching, what lies least deep in its branches, unless two of them tell as much.
 */
export function bestMismatch(all: Mismatch[]): Mismatch | null {
  let best = all.reduce<Mismatch | null>((one, other) => (!one || compare(other, one) > 0 ? other : one), null);
  while (best && best.branches.length > 0) {
    const [least, second] = best.branches.toSorted(compare);
    if (second && compare(least!, second) === 0) return best;
    best = { ...least!, path: [...best.path, ...least!.path] };
  }
  return best;
}

/** Above zero when the first is the more telling of the two. */
function compare(one: Mismatch, other: Mismatch): number {
  return (
    other.path.length - one.path.length ||
    comparePaths(one.path, other.path) ||
    Number(!branching.has(one.keyword)) - Number(!branching.has(other.keyword)) ||
    Number(!matchesType(one)) - Number(!matchesType(other))
  );
}

function comparePaths(one: Mismatch['path'], other: Mismatch['path']): number {
  const at = one.findIndex((part, place) => part !== other[place]);
  return at < 0 ? 0 : one[at]! > other[at]! ? 1 : -1;
}

/** Whether the data is at least of a type that the schema asks for. */
function matchesType({ schema, data }: Mismatch): boolean {
  if (typeof schema === 'boolean' || schema['type'] === undefined) return false;
  return [schema['type']].flat().some((type) => ofType(data, type));
}
