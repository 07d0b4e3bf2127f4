/** A JSON schema as it stands in an OpenAPI document of any version. */
export type Schema = Record<string, any>;
export type Document = {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Schema> };
};
export type Operation = {
  parameters?: { name: string; in: string; required?: boolean; schema: Schema }[];
  requestBody?: { content: Record<string, { schema: Schema }> };
  responses: Record<string, { content?: Record<string, { schema: Schema }> }>;
};

/** One of the kinds of value that a schema allows, whatever words it used to say so. */
export type Shape = {
  /** `string`, `string uuid`, `integer`, `object`, `array`, `null`, `any` … */
  kind: string;
  enum?: string[];
  /** Bounds and patterns. */
  limits: Record<string, unknown>;
  properties?: Record<string, Schema>;
  required?: string[];
  /** Refuses keys that it does not name. */
  closed?: boolean;
  /** What keys that it does not name hold. */
  values?: Schema;
  items?: Schema;
};

const formats = new Set(['uuid', 'date-time']);
const bounds = ['minimum', 'exclusiveMinimum', 'maximum', 'minLength', 'maxLength', 'pattern', 'minItems', 'maxItems'];
const kindOfValue = (value: unknown) => (value === null ? 'null' : typeof value);

/** The kinds of value that a schema allows. */
export function shapesOf(schema: Schema, document: Document): Shape[] {
  const shapes = listShapes(schema, document);
  const has = (kind: string) => shapes.some((shape) => shape.kind === kind);
  if (has('any') || everyKind.every(has)) return [{ kind: 'any', limits: {} }];
  return has('number') ? shapes.filter(({ kind }) => kind !== 'integer') : shapes;
}

const everyKind = ['array', 'boolean', 'null', 'number', 'object', 'string'];

function listShapes(schema: Schema, document: Document): Shape[] {
  if (schema['enum']?.every((value: unknown) => value === null)) return [{ kind: 'null', limits: {} }];
  if (schema['nullable'])
    return [...listShapes({ ...schema, nullable: false }, document), { kind: 'null', limits: {} }];
  if (schema['$ref']) return listShapes(resolved(schema['$ref'], document), document);
  const either = schema['anyOf'] ?? schema['oneOf'];
  if (either) return (either as Schema[]).flatMap((each) => listShapes(each, document));
  if (schema['allOf']?.length === 1) return listShapes(schema['allOf'][0], document);
  if ('const' in schema) return listShapes({ type: schema['type'], enum: [schema['const']] }, document);
  const types = schema['type'] ?? (schema['enum'] ? [...new Set(schema['enum'].map(kindOfValue))] : 'any');
  return [types].flat().map((type: string) => shapeOf(type, schema));
}

function shapeOf(type: string, schema: Schema): Shape {
  const limits = limitsOf(type, schema);
  const kind = type === 'string' && formats.has(schema['format']) ? `string ${schema['format']}` : type;
  if (type === 'array')
    return { kind, limits, items: schema['prefixItems'] ? { anyOf: schema['prefixItems'] } : (schema['items'] ?? {}) };
  if (type !== 'object') return { kind, limits, ...(schema['enum'] && { enum: schema['enum'].map(String).sort() }) };
  const { additionalProperties: others } = schema;
  return {
    kind,
    limits,
    properties: schema['properties'] ?? {},
    required: schema['required'] ?? [],
    closed: others === false,
    ...(others && { values: others === true ? {} : others }),
  };
}

/** `exclusiveMinimum` is a number in newer documents and a flag in older ones; for integers, above nothing is from one on. */
function limitsOf(type: string, schema: Schema): Record<string, unknown> {
  const limits = Object.fromEntries(bounds.filter((key) => schema[key] !== undefined).map((key) => [key, schema[key]]));
  const { exclusiveMinimum: above, minimum, ...others } = limits;
  if (above === undefined || above === false) return { ...others, ...(minimum !== undefined && { minimum }) };
  const bound = Number(above === true ? minimum : above);
  return type === 'integer' ? { ...others, minimum: bound + 1 } : { ...others, exclusiveMinimum: bound };
}

function resolved(reference: string, document: Document): Schema {
  const schema = document.components.schemas[reference.replace('#/components/schemas/', '')];
  if (!schema) throw new Error(`${reference} is nowhere`);
  return schema;
}
