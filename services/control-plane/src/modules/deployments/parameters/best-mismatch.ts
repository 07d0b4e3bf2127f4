import type { Mismatch } from './mismatch.js';

const branching = new Set(['anyOf', 'oneOf']);

/**
 * Of all that does not fit, the one to tell: what lies least deep, and not a branching if something plain lies as high;
 * of a branching, the branch that came nearest, if one came nearer than the others.
 */
export function bestMismatch(all: Mismatch[], branchesOf: (mismatch: Mismatch) => Mismatch[]): Mismatch {
  let best = all.reduce((one, other) => (isBetter(other, one) ? other : one));
  while (branching.has(best.keyword)) {
    const [nearest, second] = branchesOf(best).toSorted(compare);
    if (!nearest || (second && compare(nearest, second) === 0)) return best;
    best = { ...nearest, path: [...best.path, ...nearest.path] };
  }
  return best;
}

/** Of two that tell as much the first counts; within one schema, the one whose keyword is written first. */
function isBetter(other: Mismatch, one: Mismatch): boolean {
  const more = compare(other, one);
  return more === 0 && one.schema === other.schema ? place(other) < place(one) : more > 0;
}

const place = ({ schema, keyword }: Mismatch): number => Object.keys(schema).indexOf(keyword);

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

/** Whether the data is at least of the type that the schema asks for. */
function matchesType({ schema, data }: Mismatch): boolean {
  const { type } = schema;
  if (type === 'array') return Array.isArray(data);
  if (type === 'null') return data === null;
  if (type === 'object') return typeof data === 'object' && data !== null && !Array.isArray(data);
  if (type === 'integer') return Number.isInteger(data);
  return typeof type === 'string' && typeof data === type;
}
