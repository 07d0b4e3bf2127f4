export type JsonSchema = Record<string, unknown>;

/** Values, not schemas: what stands under these keys is left alone. */
const literal = new Set(['default', 'enum', 'const', 'examples']);

/**
 * The schema as parameters are checked against it. Optional properties without a default take null, tuples are read as
 * such, and where a block is expected a reference to one will do. Without `required` nothing has to be there.
 */
export function prepareSchema(schema: JsonSchema, { ignoreRequired }: { ignoreRequired: boolean }): JsonSchema {
  const { $schema: _, ...prepared } = prepare(schema, ignoreRequired) as JsonSchema;
  return { type: 'object', ...prepared };
}

function prepare(value: unknown, ignoreRequired: boolean): unknown {
  if (Array.isArray(value)) return value.map((each) => prepare(each, ignoreRequired));
  if (typeof value !== 'object' || value === null) return value;
  const schema: JsonSchema = {};
  for (const [key, each] of Object.entries(value)) {
    if (key === 'properties' && isObject(each))
      schema[key] = propertiesOf(each, (value as JsonSchema)['required'], ignoreRequired);
    else if (key !== 'required' || !ignoreRequired)
      schema[key] = literal.has(key) ? each : prepare(each, ignoreRequired);
  }
  return withBlockReference(withTuple(schema));
}

function propertiesOf(properties: JsonSchema, required: unknown, ignoreRequired: boolean): JsonSchema {
  const needed = new Set(Array.isArray(required) ? required : []);
  const prepared = Object.entries(properties).map(([key, property]) => {
    const own = prepare(property, ignoreRequired);
    return [key, isObject(own) && !needed.has(key) ? nullable(own) : own];
  });
  return Object.fromEntries(prepared) as JsonSchema;
}

function nullable(property: JsonSchema): JsonSchema {
  if (!('type' in property) || 'default' in property || property['type'] === 'null') return property;
  const { type, ...rest } = property;
  return { ...rest, anyOf: [{ type }, { type: 'null' }] };
}

function withTuple(schema: JsonSchema): JsonSchema {
  if (!Array.isArray(schema['items'])) return schema;
  const { items, ...rest } = schema;
  return { ...rest, prefixItems: items };
}

function withBlockReference(schema: JsonSchema): JsonSchema {
  if (!('block_type_slug' in schema)) return schema;
  return {
    anyOf: [schema, { type: 'object', required: ['$ref'], properties: { $ref: { type: ['string', 'object'] } } }],
  };
}

const isObject = (value: unknown): value is JsonSchema =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
