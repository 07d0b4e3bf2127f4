import { isObject } from './json-types.js';

export type JsonSchema = Record<string, unknown>;

export type Preparation = {
  /** Nothing has to be there, at any depth. */
  ignoreRequired?: boolean;
  /** Optional properties take null also where they have a default. */
  nullOverDefault?: boolean;
  /** The schema means what it says: none of the allowances below. */
  literally?: boolean;
};

/**
 * The schema as values are checked against it. In the properties and definitions that flows have, optional properties
 * without a default take null, tuples are read as such, and where a block is expected a reference to one will do.
 */
export function prepareSchema(
  schema: JsonSchema,
  { ignoreRequired, nullOverDefault, literally }: Preparation,
): JsonSchema {
  const allowing = literally ? schema : withAllowances(schema, nullOverDefault ?? false);
  return ignoreRequired ? withoutRequired(allowing) : allowing;
}

function withAllowances(schema: JsonSchema, nullOverDefault: boolean): JsonSchema {
  const prepared = withProperties(schema, nullOverDefault);
  const { definitions } = prepared;
  if (!isObject(definitions)) return prepared;
  const allowing = { ...definitions };
  for (const [key, definition] of Object.entries(definitions)) {
    if (!isObject(definition)) continue;
    allowing[key] = withProperties(definition, nullOverDefault);
    // Under its title, as the wire has it; references go by the same name.
    if ('block_type_slug' in definition) allowing[String(definition['title'] ?? key)] = orReference(allowing[key]);
  }
  return { ...prepared, definitions: allowing };
}

function withProperties(schema: JsonSchema, nullOverDefault: boolean): JsonSchema {
  const { properties, required } = schema;
  if (!isObject(properties)) return schema;
  const needed = new Set(Array.isArray(required) ? required : []);
  const prepared = Object.entries(properties).map(([key, property]) => {
    if (!isObject(property)) return [key, property];
    const own = needed.has(key) ? property : orNull(property, nullOverDefault);
    return [key, withProperties(withTuple(own), nullOverDefault)];
  });
  return { ...schema, properties: Object.fromEntries(prepared) as JsonSchema };
}

function orNull(property: JsonSchema, overDefault: boolean): JsonSchema {
  if (!('type' in property) || property['type'] === 'null') return property;
  if ('default' in property && !overDefault) return property;
  const { type, ...rest } = property;
  return { ...rest, anyOf: [{ type }, { type: 'null' }] };
}

function withTuple(property: JsonSchema): JsonSchema {
  const { items, ...rest } = property;
  return Array.isArray(items) && items.length > 0 && !rest['prefixItems'] ? { ...rest, prefixItems: items } : property;
}

const reference = {
  type: 'object',
  properties: {
    $ref: {
      oneOf: [
        { type: 'string', format: 'uuid' },
        { type: 'object', additionalProperties: { type: 'string' }, minProperties: 1 },
      ],
    },
  },
  required: ['$ref'],
};
const orReference = (definition: unknown): JsonSchema => ({ oneOf: [definition, reference] });

/** Not inside lists: a branch of a union keeps what it requires. */
function withoutRequired(schema: JsonSchema): JsonSchema {
  const entries = Object.entries(schema).filter(([key]) => key !== 'required');
  return Object.fromEntries(entries.map(([key, each]) => [key, isObject(each) ? withoutRequired(each) : each]));
}
