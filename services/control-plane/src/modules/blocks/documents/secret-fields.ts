import { isJsonObject, type JsonObject } from '../../../core/json/exact-json.js';

/** What is shown instead of a secret, however long it is. */
export const mask = '********';

/** Paths as schemas write them: `token`, `login.password`, `headers.*` for everything below. */
export function secretFieldsOf(schema: { fields: JsonObject }): string[] {
  const fields = schema.fields['secret_fields'];
  return Array.isArray(fields) ? fields.filter((path) => typeof path === 'string') : [];
}

/** The data with its secrets masked. */
export const masked = (data: JsonObject, secretFields: string[]): JsonObject =>
  secretFields.reduce((before, path) => {
    const { parts, everything } = parse(path);
    return changeAt(before, parts, everything ? maskLeaves : (value) => (value === null ? null : mask)) as JsonObject;
  }, data);

/** Who sends back a mask does not mean it: there the secret stays what it was. */
export const unmasked = (data: JsonObject, current: JsonObject, secretFields: string[]): JsonObject =>
  secretFields.reduce((before, path) => {
    const { parts } = parse(path);
    return changeAt(before, parts, (value) => restore(value, valueAt(current, parts))) as JsonObject;
  }, data);

function parse(path: string): { parts: string[]; everything: boolean } {
  const parts = path.split('.');
  const star = parts.indexOf('*');
  return star < 0 ? { parts, everything: false } : { parts: parts.slice(0, star), everything: true };
}

const isBranch = (value: unknown): value is JsonObject => isJsonObject(value) && Object.keys(value).length > 0;

const mapValues = (object: JsonObject, change: (value: unknown, key: string) => unknown): JsonObject =>
  Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(value, key)]));

/** A path that leads nowhere changes nothing. */
function changeAt(value: unknown, [part, ...rest]: string[], change: (value: unknown) => unknown): unknown {
  if (part === undefined) return change(value);
  if (!isJsonObject(value) || !Object.hasOwn(value, part)) return value;
  return mapValues(value, (each, key) => (key === part ? changeAt(each, rest, change) : each));
}

function valueAt(value: unknown, parts: string[]): unknown {
  return parts.reduce<unknown>(
    (inside, part) => (isJsonObject(inside) && Object.hasOwn(inside, part) ? inside[part] : undefined),
    value,
  );
}

const maskLeaves = (value: unknown): unknown => (isBranch(value) ? mapValues(value, maskLeaves) : mask);

function restore(value: unknown, current: unknown): unknown {
  if (value === mask) return current === undefined || current === null ? value : current;
  if (!isBranch(value)) return value;
  return mapValues(value, (each, key) => restore(each, valueAt(current, [key])));
}
