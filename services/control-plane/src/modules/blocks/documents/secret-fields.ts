import { isJsonObject, type JsonObject } from '../../../core/json/exact-json.js';

/** What is shown instead of a secret, however long it is. */
export const mask = '********';

/** Paths as schemas write them: `token`, `login.password`, `headers.*` for everything below. */
export function secretFieldsOf(schema: { fields: JsonObject }): string[] {
  const fields = schema.fields['secret_fields'];
  return Array.isArray(fields) ? fields.filter((path) => typeof path === 'string') : [];
}

/** Of one place: what its secrets are, and the places below that have some. */
class Place {
  /** The value itself is one. */
  isSecret = false;
  /** Everything below is. */
  isAllSecret = false;
  readonly below = new Map<string, Place>();

  at(part: string): Place {
    const place = this.below.get(part) ?? new Place();
    this.below.set(part, place);
    return place;
  }
}

/** The secret fields of a schema as a tree: data is walked once, however many paths there are. */
export class SecretFields {
  private readonly root = new Place();

  static of(schema: { fields: JsonObject }): SecretFields {
    return new SecretFields(secretFieldsOf(schema));
  }

  constructor(paths: string[]) {
    for (const path of paths) {
      const parts = path.split('.');
      const star = parts.indexOf('*');
      let place = this.root;
      for (const part of star < 0 ? parts : parts.slice(0, star)) place = place.at(part);
      if (star < 0) place.isSecret = true;
      else place.isAllSecret = true;
    }
  }

  /** The data with its secrets masked. */
  masked(data: JsonObject): JsonObject {
    return maskedAt(data, this.root) as JsonObject;
  }

  /** Who sends back a mask does not mean it: there the secret stays what it was. */
  unmasked(data: JsonObject, current: JsonObject): JsonObject {
    return unmaskedAt(data, current, this.root) as JsonObject;
  }
}

/** A path that leads nowhere changes nothing. */
function maskedAt(value: unknown, place: Place): unknown {
  if (place.isSecret) return value === null && !place.isAllSecret ? null : mask;
  const shown = place.isAllSecret ? maskLeaves(value) : value;
  return changeBelow(shown, place, maskedAt);
}

function unmaskedAt(value: unknown, current: unknown, place: Place): unknown {
  if (place.isSecret || place.isAllSecret) return restore(value, current);
  return changeBelow(value, place, (each, below, key) => unmaskedAt(each, valueAt(current, key), below));
}

function changeBelow(value: unknown, { below }: Place, change: (value: unknown, at: Place, key: string) => unknown) {
  if (below.size === 0 || !isJsonObject(value)) return value;
  return mapValues(value, (each, key) => (below.has(key) ? change(each, below.get(key)!, key) : each));
}

const isBranch = (value: unknown): value is JsonObject => isJsonObject(value) && Object.keys(value).length > 0;

const mapValues = (object: JsonObject, change: (value: unknown, key: string) => unknown): JsonObject =>
  Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(value, key)]));

const valueAt = (value: unknown, key: string): unknown =>
  isJsonObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;

const maskLeaves = (value: unknown): unknown => (isBranch(value) ? mapValues(value, maskLeaves) : mask);

function restore(value: unknown, current: unknown): unknown {
  if (value === mask) return current === undefined || current === null ? value : current;
  if (!isBranch(value)) return value;
  return mapValues(value, (each, key) => restore(each, valueAt(current, key)));
}
