import type { CheckedValuesJson, MistakeJson } from '@headgate/contracts/rest/answers/screens';
import type { Budget } from '../../core/documents/budget.js';
import { invalid } from '../../core/errors/app-error.js';
import { isJsonObject } from '../../core/json/exact-json.js';
import { allWrong } from '../../core/json-schema/check.js';
import type { JsonSchema } from '../../core/json-schema/prepare-schema.js';
import { hydrate, HydrationError, openOnes, type FindVariable } from './hydrate.js';

type Path = (string | number)[];
/** What a form is told: where, and why. */
type Told = { path: Path; reason: string };
/** A form has few values that have to be looked up, and each is looked up by itself. */
const holdersMax = 100;
/** Values as they are meant, and the places that cannot be held against a schema, with the reason if there is one. */
type Resolved = { values: Record<string, unknown>; open: { path: Path; reason: string | null }[] };

/** What a form says of its fields: all that is wrong with values, each where it is. */
export async function checkValues(
  schema: JsonSchema,
  given: object,
  find: FindVariable,
  budget: Budget,
): Promise<CheckedValuesJson> {
  const { values, open } = await resolve(given, find, budget);
  const isOpen = (path: Path) => open.some((each) => each.path.every((part, at) => part === path[at]));
  const wrong = await allWrong(schema, values, budget);
  const told = wrong.filter(({ path }) => !isOpen(path)).map(toTold);
  const unresolved = open.flatMap(({ path, reason }) => (reason === null ? [] : [{ path, reason }]));
  const errors = inOrder(asTree([...told, ...unresolved]));
  return { errors, valid: errors.length === 0 };
}

/** What is required is missed one level down, at the field that is missing. */
function toTold({ path, reason, keyword }: Told & { keyword: string }): Told {
  return { path: keyword === 'required' ? [...path, reason.split(' ', 1)[0]!.replaceAll("'", '')] : path, reason };
}

/** What is wrong in a place, and the places inside that have been met: a long list may be wrong in each of its items. */
type Place = { errors: MistakeJson[]; inside: Map<string | number, Place> };

function asTree(told: Told[]): MistakeJson[] {
  const root: Place = { errors: [], inside: new Map() };
  for (const { path, reason } of told) {
    const above = path.slice(0, -1).reduce(placeIn, root);
    const last = path.at(-1);
    if (last === undefined) above.errors.push(reason);
    else add(above, last, [reason]);
  }
  return root.errors;
}

const placeIn = (place: Place, part: string | number): Place => place.inside.get(part) ?? add(place, part, []);

/** What is told of one part more than once stands in the first of its entries. */
function add({ errors: above, inside }: Place, part: string | number, errors: MistakeJson[]): Place {
  const place: Place = { errors, inside: new Map() };
  above.push(entryOf(part, errors));
  if (!inside.has(part)) inside.set(part, place);
  return place;
}

/** Items of a list are told in their order. */
function inOrder(errors: MistakeJson[]): MistakeJson[] {
  const at = (each: MistakeJson) => (typeof each !== 'string' && 'index' in each ? each.index : 0);
  return errors
    .map((each) => (typeof each === 'string' ? each : { ...each, errors: inOrder(each.errors) }))
    .toSorted((one, other) => at(one) - at(other));
}

const entryOf = (part: string | number, errors: MistakeJson[]): Exclude<MistakeJson, string> =>
  typeof part === 'number' ? { index: part, errors } : { property: part, errors };

/** Values that say how they are meant, resolved one by one, so that each can be wrong by itself. */
async function resolve(given: unknown, find: FindVariable, budget: Budget): Promise<Resolved> {
  let holders = 0;
  const toResolve = openOnes(given, Infinity);
  const isToResolve = (value: unknown) => typeof value === 'object' && toResolve.has(value);
  const open: Resolved['open'] = [];
  const left = (path: Path, reason: string | null) => (open.push({ path, reason }), null);
  /** Waits only for what has something to resolve: a promise for each item of a long list would be dear. */
  const walk = async (value: unknown, path: Path): Promise<unknown[]> => {
    if (!isToResolve(value)) return [value];
    if (Array.isArray(value)) {
      const items: unknown[] = [];
      for (let at = 0; at < value.length; at++)
        if (!isToResolve(value[at])) items.push(value[at]);
        else items.push(...(await walk(value[at], [...path, at])));
      return [items];
    }
    const object = value as Record<string, unknown>;
    if (Object.hasOwn(object, '__prefect_kind')) return holder(object, path);
    const entries: [string, unknown][] = [];
    for (const [key, each] of Object.entries(object))
      if (!isToResolve(each)) entries.push([key, each]);
      else for (const one of await walk(each, [...path, key])) entries.push([key, one]);
    return [Object.fromEntries(entries)];
  };
  /** None when it asks to be left out. A template is not filled in before the run, and may become anything. */
  const holder = async (value: Record<string, unknown>, path: Path): Promise<unknown[]> => {
    if (++holders > holdersMax) throw invalid(`More than ${holdersMax} values would have to be resolved.`);
    try {
      const { it } = await hydrate({ it: value }, find, budget);
      if (it === undefined) return [];
      return value['__prefect_kind'] === 'jinja' ? [left(path, null)] : [it];
    } catch (error) {
      if (!(error instanceof HydrationError)) throw error;
      return [left(path, error.message)];
    }
  };
  const [values] = await walk(given, []);
  return { values: isJsonObject(values) ? values : {}, open };
}
