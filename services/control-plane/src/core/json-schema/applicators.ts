import type { Budget } from '../documents/budget.js';
import { patternOf } from '../patterns/pattern.js';
import { isObject } from './json-types.js';
import { plain, type Mismatch } from './mismatch.js';
import type { JsonSchema } from './prepare-schema.js';
import { pythonRepr as repr } from './python-repr.js';

export type Schema = JsonSchema | boolean;

/** A keyword at work: what it says, in which schema, about which data, and the way on into schemas below. */
type Case = {
  wanted: unknown;
  data: unknown;
  schema: JsonSchema;
  budget: Budget;
  evaluate: (data: unknown, schema: Schema) => Mismatch[];
  /** The same for the schema that a reference means. */
  evaluateReferred: (data: unknown, ref: string) => Mismatch[];
};
type Applicator = (at: Case) => Mismatch[];
type Schemas = Record<string, Schema>;

const fits = ({ evaluate }: Case, data: unknown, schema: Schema): boolean => evaluate(data, schema).length === 0;
const below = ({ evaluate }: Case, step: string | number, data: unknown, schema: Schema): Mismatch[] =>
  evaluate(data, schema).map((mismatch) => ({ ...mismatch, path: [step, ...mismatch.path] }));
const reprs = (values: unknown[]): string => repr(values).slice(1, -1);
const has = (data: object, key: string): boolean => Object.hasOwn(data, key);
const wereUnexpected = (names: unknown[]): string =>
  `(${reprs(names)} ${names.length === 1 ? 'was' : 'were'} unexpected)`;

/** A keyword that speaks about objects, or about lists, and passes over anything else. */
const ofObject =
  (use: (at: Case, data: Record<string, unknown>) => Mismatch[]): Applicator =>
  (at) =>
    isObject(at.data) ? use(at, at.data) : [];
const ofList =
  (use: (at: Case, data: unknown[]) => Mismatch[]): Applicator =>
  (at) =>
    Array.isArray(at.data) ? use(at, at.data) : [];

const properties = ofObject((at, data) => {
  const wanted = at.wanted as Schemas;
  const [names, given] = [Object.keys(wanted), Object.keys(data)];
  const fewer = given.length < names.length ? given.filter((name) => has(wanted, name)) : names;
  return fewer.flatMap((name) => (has(data, name) ? below(at, name, data[name], wanted[name]!) : []));
});

const matches = (at: Case, pattern: string, name: string): boolean => patternOf(pattern, at.budget)(name, at.budget);

const patternProperties = ofObject((at, data) =>
  Object.entries(at.wanted as Schemas).flatMap(([pattern, schema]) =>
    Object.keys(data).flatMap((name) => (matches(at, pattern, name) ? below(at, name, data[name], schema) : [])),
  ),
);

const additionalProperties = ofObject((at, data) => {
  const known = (at.schema['properties'] ?? {}) as object;
  const patterns = Object.keys((at.schema['patternProperties'] ?? {}) as object);
  const extra = Object.keys(data).filter(
    (name) => !has(known, name) && !patterns.some((pattern) => matches(at, pattern, name)),
  );
  if (isObject(at.wanted)) return extra.flatMap((name) => below(at, name, data[name], at.wanted as JsonSchema));
  if (at.wanted !== false || extra.length === 0) return [];
  const names = extra.toSorted();
  const reason = () =>
    'patternProperties' in at.schema
      ? `${reprs(names)} ${names.length === 1 ? 'does' : 'do'} not match any of the regexes: ${reprs(patterns.toSorted())}`
      : `Additional properties are not allowed ${wereUnexpected(names)}`;
  return [plain('additionalProperties', at.schema, data, reason)];
});

const propertyNames = ofObject((at, data) =>
  Object.keys(data).flatMap((name) => at.evaluate(name, at.wanted as Schema)),
);

const dependentSchemas = ofObject((at, data) =>
  Object.entries(at.wanted as Schemas).flatMap(([name, schema]) => (has(data, name) ? at.evaluate(data, schema) : [])),
);

const prefixItems = ofList((at, data) =>
  (at.wanted as Schema[]).slice(0, data.length).flatMap((schema, index) => below(at, index, data[index], schema)),
);

const items = ofList((at, data) => {
  const prefix = ((at.schema['prefixItems'] ?? []) as unknown[]).length;
  const rest = data.slice(prefix);
  if (at.wanted !== false) return rest.flatMap((each, index) => below(at, prefix + index, each, at.wanted as Schema));
  if (rest.length === 0) return [];
  const reason = () =>
    `Expected at most ${prefix} ${prefix === 1 ? 'item' : 'items'} but found ${rest.length} extra: ${repr(rest.length === 1 ? rest[0] : rest)}`;
  return [plain('items', at.schema, data, reason)];
});

const contains = ofList((at, data) => {
  const { minContains: least = 1, maxContains: most = data.length } = at.schema as Record<string, number>;
  const found = data.filter((each) => fits(at, each, at.wanted as Schema)).length;
  const tell = (reason: () => string) => [plain('contains', at.schema, data, reason)];
  if (found > most) return tell(() => `Too many items match the given schema (expected at most ${most})`);
  if (found >= least) return [];
  if (found === 0) return tell(() => `${repr(data)} does not contain items matching the given schema`);
  return tell(() => `Too few items match the given schema (expected at least ${least} but only ${found} matched)`);
});

const allOf: Applicator = (at) => (at.wanted as Schema[]).flatMap((schema) => at.evaluate(at.data, schema));

const noneFits = (at: Case, keyword: string, branches: Mismatch[]): Mismatch => ({
  ...plain(keyword, at.schema, at.data, () => `${repr(at.data)} is not valid under any of the given schemas`),
  branches,
});

const anyOf: Applicator = (at) => {
  const branches: Mismatch[] = [];
  for (const schema of at.wanted as Schema[]) {
    const found = at.evaluate(at.data, schema);
    if (found.length === 0) return [];
    for (const mismatch of found) branches.push(mismatch);
  }
  return [noneFits(at, 'anyOf', branches)];
};

const oneOf: Applicator = (at) => {
  const found = (at.wanted as Schema[]).map((schema) => ({ schema, mismatches: at.evaluate(at.data, schema) }));
  const [first, ...more] = found.filter(({ mismatches }) => mismatches.length === 0).map(({ schema }) => schema);
  if (first === undefined)
    return [
      noneFits(
        at,
        'oneOf',
        found.flatMap(({ mismatches }) => mismatches),
      ),
    ];
  if (more.length === 0) return [];
  const reason = () => `${repr(at.data)} is valid under each of ${reprs([...more, first])}`;
  return [plain('oneOf', at.schema, at.data, reason)];
};

const not: Applicator = (at) =>
  fits(at, at.data, at.wanted as Schema)
    ? [plain('not', at.schema, at.data, () => `${repr(at.data)} should not be valid under ${repr(at.wanted)}`)]
    : [];

const ifThenElse: Applicator = (at) => {
  const next = at.schema[fits(at, at.data, at.wanted as Schema) ? 'then' : 'else'] as Schema | undefined;
  return next === undefined ? [] : at.evaluate(at.data, next);
};

const reference: Applicator = (at) => at.evaluateReferred(at.data, String(at.wanted));

export const applicators: Record<string, Applicator | undefined> = {
  properties,
  patternProperties,
  additionalProperties,
  propertyNames,
  dependentSchemas,
  prefixItems,
  items,
  contains,
  allOf,
  anyOf,
  oneOf,
  not,
  if: ifThenElse,
  $ref: reference,
  $dynamicRef: reference,
};
