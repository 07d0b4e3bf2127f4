import { alternativesOf, isNothing, resolved, type Document, type Json } from './open-api.js';

/** Of the published alternatives the one that says most of what ours says; none when there is none of its kind. */
export function closest([ours, our]: [Json, Document], theirs: Json[], law: Document): Json | undefined {
  const rated = theirs.map((schema) => ({ schema, likeness: likeness([ours, our], [schema, law]) }));
  const best = rated.toSorted((one, other) => other.likeness - one.likeness)[0];
  return best && best.likeness > 0 ? best.schema : undefined;
}

const kindOf = (schema: Json): string =>
  isNothing(schema)
    ? 'any'
    : (schema['type'] ??
      (schema['const'] !== undefined ? typeof schema['const'] : (typeof schema['enum']?.[0] as string)));

const depthMax = 4;

/** Nothing for other kinds of value. */
function likeness([one, our]: [Json, Document], [other, law]: [Json, Document], depth = 0): number {
  const [ours, theirs] = [resolved(one, our), resolved(other, law)];
  const [mine, wanted] = [alternativesOf(ours), alternativesOf(theirs)];
  if (depth > depthMax) return 1;
  if (mine.length > 1 || wanted.length > 1)
    return Math.max(...mine.flatMap((each) => wanted.map((law_) => likeness([each, our], [law_, law], depth + 1))));
  const kinds = [kindOf(ours), kindOf(theirs)];
  if (kinds.includes('any')) return 0.5;
  if (kinds[0] !== kinds[1]) return kinds.toSorted().join() === 'integer,number' ? 1 : 0;
  if (kinds[0] === 'array') return 2 + within(ours['items'], theirs['items'], [our, law], depth) / 10;
  if (kinds[0] === 'object') return 2 + overlap(ours, theirs, [our, law], depth);
  const values = valuesInCommon(ours, theirs);
  return values === null ? 0 : 2 + values + Number(ours['format'] === theirs['format']) / 2;
}

const within = (ours: Json | undefined, theirs: Json | undefined, [our, law]: [Document, Document], depth: number) =>
  ours && theirs ? likeness([ours, our], [theirs, law], depth + 1) : 0;

/** How much of their keys is the same; a key that may hold other values only (the kind of a thing) tells them apart. */
function overlap(ours: Json, theirs: Json, documents: [Document, Document], depth: number): number {
  const [mine, wanted] = [Object.keys(ours['properties'] ?? {}), Object.keys(theirs['properties'] ?? {})];
  const shared = mine.filter((key) => wanted.includes(key));
  const sum = shared.reduce((all, key) => {
    const like = within(ours['properties'][key], theirs['properties'][key], documents, depth);
    return all + (like > 0 ? 1 : -1);
  }, 0);
  return (3 * sum) / Math.max(1, new Set([...mine, ...wanted]).size);
}

const valuesOf = (schema: Json): unknown[] | undefined =>
  schema['enum'] ?? (schema['const'] === undefined ? undefined : [schema['const']]);

/** Null when what is allowed by name has nothing in common. */
function valuesInCommon(ours: Json, theirs: Json): number | null {
  const [mine, wanted] = [valuesOf(ours), valuesOf(theirs)];
  if (!mine || !wanted) return mine || wanted ? 0 : 1;
  return mine.some((value) => wanted.includes(value)) ? 2 : null;
}
