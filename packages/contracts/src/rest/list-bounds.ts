import type { z } from 'zod';

/** How many items a list may have, and keys a map, where its schema says nothing of its own. */
export const listLengthMax = 5_000;

type Schema = z.core.$ZodType;
type Def = {
  type: string;
  innerType?: Schema;
  in?: Schema;
  getter?: () => Schema;
  shape?: Record<string, Schema>;
  element?: Schema;
  valueType?: Schema;
  items?: Schema[];
  options?: Schema[];
};

/** A list that is too long: where it stands, how long it may be, and how long it is. */
export type TooLong = { place: (string | number)[]; max: number; length: number };
type Check = (value: unknown, place: TooLong['place']) => TooLong | null;

const unbounded: Check = () => null;
const checks = new WeakMap<Schema, Check>();

/**
 * The first list or map in the request that is longer than its schema allows. A schema library looks at every item before
 * it counts them, and tells of each what is wrong: so this is asked first. Documents whose inside no schema describes are
 * bounded by their bytes alone.
 */
export const tooLong = (schema: Schema, request: unknown): TooLong | null => checkOf(schema)(request, []);

function checkOf(schema: Schema): Check {
  const known = checks.get(schema);
  if (known) return known;
  // A schema may contain itself.
  let made: Check = unbounded;
  checks.set(schema, (value, place) => made(value, place));
  made = makeCheck(schema);
  checks.set(schema, made);
  return made;
}

function makeCheck(schema: Schema): Check {
  const def = schema._zod.def as unknown as Def;
  const inner = def.innerType ?? def.in ?? def.getter?.();
  if (inner) return checkOf(inner);
  if (def.type === 'object') return ofObject(def.shape!);
  if (def.type === 'array') return ofList(checkOf(def.element!), maximumOf(schema));
  if (def.type === 'record')
    return ofMap(checkOf(def.valueType!), isAnything(def.valueType!) ? Infinity : listLengthMax);
  if (def.type === 'tuple') return ofTuple(def.items!.map(checkOf));
  if (def.type === 'union')
    return ofUnion(def.options!.map((option) => ({ check: checkOf(option), takes: (value) => takes(option, value) })));
  return unbounded;
}

const isAnything = (schema: Schema): boolean => ['unknown', 'any'].includes(schema._zod.def.type);

/** What the schema says itself by `.max()`; where it has words of its own for that, it says them itself. */
function maximumOf(schema: Schema): number {
  const { checks: own } = schema._zod.def as unknown as {
    checks?: { _zod: { def: { check: string; maximum?: number; error?: unknown } } }[];
  };
  const said = own?.find(({ _zod }) => _zod.def.check === 'max_length')?._zod.def;
  return said && !said.error ? said.maximum! : listLengthMax;
}

function ofObject(shape: Record<string, Schema>): Check {
  const bounded = Object.entries(shape)
    .map(([key, schema]) => [key, checkOf(schema)] as const)
    .filter(([, check]) => check !== unbounded);
  if (bounded.length === 0) return unbounded;
  return (value, place) => {
    if (!isMap(value)) return null;
    for (const [key, check] of bounded) {
      const found = value[key] === undefined ? null : check(value[key], [...place, key]);
      if (found) return found;
    }
    return null;
  };
}

const ofList =
  (check: Check, max: number): Check =>
  (value, place) => {
    if (!Array.isArray(value)) return null;
    if (value.length > max) return { place, max, length: value.length };
    return check === unbounded ? null : firstOf(value.entries(), check, place);
  };

const ofMap =
  (check: Check, max: number): Check =>
  (value, place) => {
    if (!isMap(value)) return null;
    const entries = Object.entries(value);
    if (entries.length > max) return { place, max, length: entries.length };
    return check === unbounded ? null : firstOf(entries, check, place);
  };

const ofTuple =
  (members: Check[]): Check =>
  (value, place) =>
    Array.isArray(value)
      ? firstOf(
          members.map((_, at) => [at, value[at]]),
          (each, at) => members[at.at(-1) as number]!(each, at),
          place,
        )
      : null;

type Alternative = { check: Check; takes(value: unknown): boolean };

/** Too long for one alternative may be right for another, but not for one that means something else altogether. */
function ofUnion(alternatives: Alternative[]): Check {
  return (value, place) => {
    let last: TooLong | null = null;
    for (const { check } of alternatives.filter((each) => each.takes(value))) {
      last = check(value, place);
      if (!last) return null;
    }
    return last;
  };
}

const flat = new Set(['string', 'number', 'int', 'boolean', 'date', 'enum', 'literal', 'null', 'undefined', 'bigint']);

/** Whether the schema may mean this kind of value: a list, a map, or one that has nothing in it. */
function takes(schema: Schema, value: unknown): boolean {
  const def = schema._zod.def as unknown as Def;
  const inner = def.innerType ?? def.in ?? def.getter?.();
  if (inner) return takes(inner, value);
  if (def.type === 'array' || def.type === 'tuple') return Array.isArray(value);
  if (def.type === 'object' || def.type === 'record') return isMap(value);
  return flat.has(def.type) ? typeof value !== 'object' || value === null : true;
}

function firstOf(
  entries: Iterable<readonly [string | number, unknown]>,
  check: Check,
  place: TooLong['place'],
): TooLong | null {
  for (const [key, value] of entries) {
    const found = check(value, [...place, key]);
    if (found) return found;
  }
  return null;
}

const isMap = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
