import type { Budget } from '../documents/budget.js';

/** A JSON object. */
export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Whether a value is of a type, by the type's name in JSON Schema. */
export function ofType(value: unknown, type: unknown): boolean {
  switch (type) {
    case 'array':
      return Array.isArray(value);
    case 'object':
      return isObject(value);
    case 'null':
      return value === null;
    case 'integer':
      return typeof value === 'number' && Number.isInteger(value);
    case 'number':
    case 'string':
    case 'boolean':
      return typeof value === type;
    default:
      return false;
  }
}

/** Whether two JSON values are the same, whatever the order of keys. */
export function equal(one: unknown, other: unknown, budget: Budget): boolean {
  budget.spend(1);
  if (Array.isArray(one) && Array.isArray(other))
    return one.length === other.length && one.every((each, at) => equal(each, other[at], budget));
  if (!isObject(one) || !isObject(other)) return one === other;
  const keys = Object.keys(one);
  return (
    keys.length === Object.keys(other).length &&
    keys.every((key) => Object.hasOwn(other, key) && equal(one[key], other[key], budget))
  );
}
