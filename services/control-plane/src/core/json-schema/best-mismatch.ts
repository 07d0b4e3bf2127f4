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

/**
 * Of all that does not fit in one place, what can matter to a choice above: the most telling, and the two least telling,
 * in their order. So a value that is wrong in a thousand ways costs no more than one that is wrong in three.
 */
export function mostTelling(all: Mismatch[]): Mismatch[] {
  if (all.length <= 3) return all;
  let [most, least, second] = [0, 0, -1];
  for (let at = 1; at < all.length; at++) {
    const each = all[at]!;
    if (compare(each, all[most]!) > 0) most = at;
    if (compare(each, all[least]!) < 0) [least, second] = [at, least];
    else if (second < 0 || compare(each, all[second]!) < 0) second = at;
  }
  return [...new Set([most, least, second])].toSorted((one, other) => one - other).map((at) => all[at]!);
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
