import type { Budget } from '../documents/budget.js';
import { patternOf } from '../patterns/pattern.js';
import { equal, isObject, ofType } from './json-types.js';
import { pythonRepr as repr } from './python-repr.js';
import { hasTwins } from './twins.js';

/** Why a value does not do, in Python's words; one reason each. */
type Reason = () => string;
type Keyword = (wanted: never, data: unknown, budget: Budget) => Reason[];
const reprs = (values: unknown[]): string => repr(values).slice(1, -1);
const when = (wrong: boolean, reason: Reason): Reason[] => (wrong ? [reason] : []);

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
const pairs = /[\uD800-\uDBFF][\uDC00-\uDFFF]/g;
const codePoints = (data: string): number => data.length - (data.match(pairs)?.length ?? 0);
/** By code points, not by UTF-16 units. */
const text = size((data) => (typeof data === 'string' ? codePoints(data) : null), length);
const list = size((data) => (Array.isArray(data) ? data.length : null), length);
const object = size((data) => (isObject(data) ? Object.keys(data).length : null), {
  few: 'does not have enough properties',
  many: 'has too many properties',
});

const isMultiple = (data: number, of: number): boolean =>
  Number.isInteger(of) ? data % of === 0 : Number.isInteger(data / of);

export const plainKeywords = {
  type: (types: unknown, data) =>
    when(
      ![types].flat().some((type) => ofType(data, type)),
      () => `${repr(data)} is not of type ${reprs([types].flat())}`,
    ),
  enum: (values: unknown[], data, budget) =>
    when(!values.some((value) => equal(value, data, budget)), () => `${repr(data)} is not one of ${repr(values)}`),
  const: (value: unknown, data, budget) => when(!equal(value, data, budget), () => `${repr(value)} was expected`),
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
  pattern: (pattern: string, data, budget) =>
    when(
      typeof data === 'string' && !patternOf(pattern, budget)(data, budget),
      () => `${repr(data)} does not match ${repr(pattern)}`,
    ),
  uniqueItems: (unique: boolean, data, budget) =>
    when(unique && Array.isArray(data) && hasTwins(data, budget), () => `${repr(data)} has non-unique elements`),
  required: (names: string[], data) =>
    isObject(data)
      ? names.filter((name) => !Object.hasOwn(data, name)).map((name) => () => `${repr(name)} is a required property`)
      : [],
  dependentRequired: (needs: Record<string, string[]>, data, budget) =>
    isObject(data)
      ? Object.entries(needs).flatMap(([name, others]) => {
          if (!Object.hasOwn(data, name)) return [];
          budget.spend(others.length >> 2);
          return others
            .filter((other) => !Object.hasOwn(data, other))
            .map((other) => () => `${repr(other)} is a dependency of ${repr(name)}`);
        })
      : [],
} satisfies Record<string, Keyword>;
