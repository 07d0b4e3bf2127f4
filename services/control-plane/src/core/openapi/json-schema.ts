import { z } from 'zod';

type Json = Record<string, unknown>;

/** Turns schemas into JSON schemas, and keeps those that have a name of their own apart, as components. */
export class JsonSchemas {
  readonly components: Record<string, Json> = {};

  /** `in` for what we read, `out` for what we answer. */
  of(schema: z.ZodType, direction: 'in' | 'out'): Json {
    const {
      $schema: _,
      $defs = {},
      ...rest
    } = z.toJSONSchema(schema, {
      target: 'draft-2020-12',
      io: direction === 'in' ? 'input' : 'output',
      unrepresentable: 'any',
      override: ({ zodSchema, jsonSchema }) => sayAsOnTheWire(zodSchema as unknown as z.ZodType, jsonSchema as Json),
    }) as Json & { $defs?: Record<string, Json> };
    for (const [name, definition] of Object.entries($defs)) this.components[name] = pointed(definition) as Json;
    return pointed(rest) as Json;
  }
}

/**
 * A schema whose code cannot be read as JSON schema (a time in one of several spellings) says by its `wire` metadata
 * what it is for a client. That an integer is one that JavaScript can hold is left out.
 */
function sayAsOnTheWire(schema: z.ZodType, json: Json): void {
  if (json['maximum'] === Number.MAX_SAFE_INTEGER) delete json['maximum'];
  if (json['minimum'] === Number.MIN_SAFE_INTEGER) delete json['minimum'];
  // What errors call it is of no use here, and keys of JSON are text anyway.
  delete json['tag'];
  delete json['propertyNames'];
  const { wire } = (z.globalRegistry.get(schema) ?? {}) as { wire?: Json };
  if (!wire) return;
  for (const key of Object.keys(json)) delete json[key];
  Object.assign(json, wire);
}

/** References point to the components of the document; of several types a value is spelled as one of several values. */
function pointed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(pointed);
  if (typeof value !== 'object' || value === null) return value;
  const { anyOf } = value as Json;
  if (Array.isArray(anyOf) && anyOf.some(isOnlyUnion))
    return pointed({
      ...value,
      anyOf: anyOf.flatMap((each: Json) => (isOnlyUnion(each) ? (each['anyOf'] as Json[]) : each)),
    });
  const { type, default: fallback, ...rest } = value as Json;
  if (Array.isArray(type) && type.every((each) => typeof each === 'string')) {
    const anyOf = type.map((each) => (each === 'null' ? { type: each } : pointed({ ...rest, type: each })));
    return { anyOf, ...(fallback !== undefined && { default: fallback }) };
  }
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) =>
      key === '$ref' && typeof each === 'string'
        ? [key, each.replace('#/$defs/', '#/components/schemas/')]
        : [key, pointed(each)],
    ),
  );
}

const isOnlyUnion = (schema: Json): boolean => Object.keys(schema).join() === 'anyOf';
