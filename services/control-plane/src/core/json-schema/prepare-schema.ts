export type JsonSchema = Record<string, unknown>;

/** Values, not schemas: what stands under these keys is left alone. */
const literal = new Set(['default', 'enum', 'const', 'examples']);

export type Preparation = {
  /** Nothing has to be there, at any depth. */
  ignoreRequired?: boolean;
  /** Optional properties take null also where they have a default. */
  nullOverDefault?: boolean;
  /** The schema means what it says: none of the allowances below. */
  literally?: boolean;
};

/**
 * The schema as values are checked against it. Optional properties without a default take null, tuples are read as
 * such, and where a block is expected a reference to one will do.
 */
export function prepareSchema(schema: JsonSchema, preparation: Preparation): JsonSchema {
  const { $schema: _, ...prepared } = prepare(schema, preparation) as JsonSchema;
  return { type: 'object', ...prepared };
}

function prepare(value: unknown, preparation: Preparation): unknown {
  if (Array.isArray(value)) return value.map((each) => prepare(each, preparation));
  if (typeof value !== 'object' || value === null) return value;
  const schema: JsonSchema = {};
  for (const [key, each] of Object.entries(value)) {
    if (key === 'properties' && isObject(each))
      schema[key] = propertiesOf(each, (value as JsonSchema)['required'], preparation);
    else if (key !== 'required' || !preparation.ignoreRequired)
      schema[key] = literal.has(key) ? each : prepare(each, preparation);
  }
  return preparation.literally ? schema : withBlockReference(withTuple(schema));
}

function propertiesOf(properties: JsonSchema, required: unknown, preparation: Preparation): JsonSchema {
  const needed = new Set(Array.isArray(required) ? required : []);
  const prepared = Object.entries(properties).map(([key, property]) => {
    const own = prepare(property, preparation);
    const takesNull = isObject(own) && !needed.has(key) && !preparation.literally;
    return [key, takesNull ? nullable(own, preparation.nullOverDefault ?? false) : own];
  });
  return Object.fromEntries(prepared) as JsonSchema;
}

function nullable(property: JsonSchema, overDefault: boolean): JsonSchema {
  if (!('type' in property) || property['type'] === 'null') return property;
  if ('default' in property && !overDefault) return property;
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
