import { shapesOf, type Document, type Schema, type Shape } from './shape.js';

/** Two schemas in their documents: the published one and ours. */
type Pair = { theirs: [Schema, Document]; ours: [Schema, Document] };
type Direction = 'request' | 'answer';
const depthMax = 12;

/**
 * What differs between the schemas, in words, with the place. A request has to be taken as they take it; an answer may
 * say less than they could (never null, always there), and never anything else.
 */
export function differences({ theirs, ours }: Pair, direction: Direction, at: string, depth = 0): string[] {
  if (depth > depthMax) return [];
  const [wanted, given] = [shapesOf(...theirs), shapesOf(...ours)];
  if (wanted[0]?.kind === 'any' && (direction === 'answer' || given[0]?.kind === 'any')) return [];
  const kinds = compareKinds(wanted, given, direction, at);
  const deeper = given.flatMap((shape) => {
    const attempts = wanted
      .filter((other) => alike(other, shape))
      .map((other) => compareShapes([other, theirs[1]], [shape, ours[1]], direction, at, depth));
    return attempts.toSorted((one, other) => one.length - other.length)[0] ?? [];
  });
  return [...kinds, ...new Set(deeper)];
}

/** Of several kinds of object, or of array, the one that fits best is meant. */
const alike = (one: Shape, other: Shape): boolean =>
  one.kind === other.kind || (one.kind === 'number' && other.kind === 'integer');

const kindsOf = (shapes: Shape[]) => [...new Set(shapes.map(({ kind }) => kind))].sort();

function compareKinds(wanted: Shape[], given: Shape[], direction: Direction, at: string): string[] {
  const [theirs, ours] = [kindsOf(wanted), kindsOf(given)];
  const fits = (kind: string) => theirs.includes(kind) || (kind === 'integer' && theirs.includes('number'));
  const same = direction === 'answer' ? ours.every(fits) : theirs.join() === ours.join();
  return same ? [] : [`${at}: is ${ours.join(' | ')} and not ${theirs.join(' | ')}`];
}

function compareShapes(
  [wanted, their]: [Shape, Document],
  [given, our]: [Shape, Document],
  direction: Direction,
  at: string,
  depth: number,
): string[] {
  const within = (theirs: Schema, ours: Schema, place: string) =>
    differences({ theirs: [theirs, their], ours: [ours, our] }, direction, place, depth + 1);
  if (given.kind === 'array') {
    const limits = compareLimits(wanted, given, direction, at);
    return [...limits, ...within(wanted.items ?? {}, given.items ?? {}, `${at}[]`)];
  }
  if (given.kind === 'object') return compareObjects(wanted, given, direction, at, within);
  return [...compareEnums(wanted, given, direction, at), ...compareLimits(wanted, given, direction, at)];
}

function compareEnums(wanted: Shape, given: Shape, direction: Direction, at: string): string[] {
  const [theirs, ours] = [wanted.enum, given.enum];
  if (theirs === undefined && (direction === 'answer' || ours === undefined)) return [];
  const same = direction === 'answer' ? ours?.every((each) => theirs!.includes(each)) : theirs?.join() === ours?.join();
  return same ? [] : [`${at}: is one of ${ours?.join(', ') ?? 'any'} and not of ${theirs?.join(', ') ?? 'any'}`];
}

function compareLimits(wanted: Shape, given: Shape, direction: Direction, at: string): string[] {
  if (direction === 'answer') return [];
  const keys = [...new Set([...Object.keys(wanted.limits), ...Object.keys(given.limits)])];
  return keys
    .filter((key) => wanted.limits[key] !== given.limits[key])
    .map((key) => `${at}: ${key} is ${given.limits[key] ?? 'none'} and not ${wanted.limits[key] ?? 'none'}`);
}

type Within = (theirs: Schema, ours: Schema, place: string) => string[];

function compareObjects(wanted: Shape, given: Shape, direction: Direction, at: string, within: Within): string[] {
  const [theirs, ours] = [wanted.properties ?? {}, given.properties ?? {}];
  const has = (shape: Shape, key: string) => shape.required?.includes(key) ?? false;
  const both = Object.keys(ours).filter((key) => key in theirs);
  return [
    ...Object.keys(theirs).flatMap((key) => (key in ours || wantsNothing(given) ? [] : [`${at}.${key}: missing`])),
    ...Object.keys(ours).flatMap((key) => (key in theirs || wanted.values ? [] : [`${at}.${key}: ours alone`])),
    ...both.flatMap((key) => {
      const place = `${at}.${key}`;
      if (direction === 'answer' && !has(given, key)) return [`${place}: not always there`];
      if (direction === 'request' && has(given, key) !== has(wanted, key))
        return [`${place}: ${has(given, key) ? 'required by us alone' : 'required by them alone'}`];
      return within(theirs[key]!, ours[key]!, place);
    }),
    ...(direction === 'request' && wanted.closed !== given.closed
      ? [`${at}: unknown keys are ${given.closed ? 'refused' : 'ignored'} by us alone`]
      : []),
    ...(wanted.values && given.values ? within(wanted.values, given.values, `${at}.*`) : []),
  ];
}

/** A map of anything: it may hold whatever they name. */
const wantsNothing = (shape: Shape): boolean =>
  Boolean(shape.values) && Object.keys(shape.properties ?? {}).length === 0;
