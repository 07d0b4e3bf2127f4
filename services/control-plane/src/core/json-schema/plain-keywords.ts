import { equal, isObject, ofType } from './json-types.js';
import type { JsonSchema } from './prepare-schema.js';
import { pythonRepr as repr } from './python-repr.js';
import { regex } from './regex.js';

/** Why a value does not do, in Python's words; one reason each. */
type Keyword = (wanted: never, data: unknown, schema: JsonSchema) => string[];
const reprs = (values: unknown[]): string => values.map(repr).join(', ');
const when = (wrong: boolean, reason: () => string): string[] => (wrong ? [reason()] : []);

/** Keywords about numbers say nothing about other data; so do those about text, lists and objects. */
const number = (wrong: (data: number, limit: number) => boolean, words: string) => (limit: number, data: unknown) =>
  when(typeof data === 'number' && wrong(data, limit), () => `${repr(data)} ${words} ${repr(limit)}`);

type Sizes = { few: string; many: string };
const size = (of: (data: unknown) => number | null, { few, many }: Sizes) => ({
  atLeast: (limit: number, data: unknown) => {
    const found = of(data);
    return when(found !== null && found < limit, () => `${repr(data)} ${limit === 1 ? 'should be non-empty' : few}`);
  },
  atMost: (limit: number, data: unknown) => {
    const found = of(data);
    return when(
      found !== null && found > limit,
      () => `${repr(data)} ${limit === 0 ? 'is expected to be empty' : many}`,
    );
  },
});

const length = { few: 'is too short', many: 'is too long' };
/** By code points, not by UTF-16 units. */
const text = size((data) => (typeof data === 'string' ? [...data].length : null), length);
const list = size((data) => (Array.isArray(data) ? data.length : null), length);
const object = size((data) => (isObject(data) ? Object.keys(data).length : null), {
  few: 'does not have enough properties',
  many: 'has too many properties',
});

const hasTwins = (data: unknown[]): boolean =>
  data.some((one, at) => data.slice(0, at).some((other) => equal(one, other)));
const isMultiple = (data: number, of: number): boolean =>
  Number.isInteger(of) ? data % of === 0 : Number.isInteger(data / of);

export const plainKeywords = {
  type: (types: unknown, data) =>
    when(
      ![types].flat().some((type) => ofType(data, type)),
      () => `${repr(data)} is not of type ${reprs([types].flat())}`,
    ),
  enum: (values: unknown[], data) =>
    when(!values.some((value) => equal(value, data)), () => `${repr(data)} is not one of ${repr(values)}`),
  const: (value: unknown, data) => when(!equal(value, data), () => `${repr(value)} was expected`),
  minimum: number((data, limit) => data < limit, 'is less than the minimum of'),
  maximum: number((data, limit) => data > limit, 'is greater than the maximum of'),
  exclusiveMinimum: number((data, limit) => data <= limit, 'is less than or equal to the minimum of'),
  exclusiveMaximum: number((data, limit) => data >= limit, 'is greater than or equal to the maximum of'),
  multipleOf: number((data, limit) => !isMultiple(data, limit), 'is not a multiple of'),
  minLength: text.atLeast,
  maxLength: text.atMost,
  minItems: list.atLeast,
  maxItems: list.atMost,
  minProperties: object.atLeast,
  maxProperties: object.atMost,
  pattern: (pattern: string, data) =>
    when(typeof data === 'string' && !regex(pattern).test(data), () => `${repr(data)} does not match ${repr(pattern)}`),
  uniqueItems: (unique: boolean, data) =>
    when(unique && Array.isArray(data) && hasTwins(data), () => `${repr(data)} has non-unique elements`),
  required: (names: string[], data) =>
    isObject(data)
      ? names.filter((name) => !Object.hasOwn(data, name)).map((name) => `${repr(name)} is a required property`)
      : [],
  dependentRequired: (needs: Record<string, string[]>, data) =>
    isObject(data)
      ? Object.entries(needs).flatMap(([name, others]) =>
          Object.hasOwn(data, name)
            ? others
                .filter((other) => !Object.hasOwn(data, other))
                .map((other) => `${repr(other)} is a dependency of ${repr(name)}`)
            : [],
        )
      : [],
} satisfies Record<string, Keyword>;
