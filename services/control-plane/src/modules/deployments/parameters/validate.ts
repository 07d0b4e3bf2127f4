import Ajv, { type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';

type JsonSchema = Record<string, unknown>;

/**
 * Checks parameters against a flow's schema. Answers what is wrong, in the wire's words; null when nothing is.
 * Optional properties take null, tuples are read as such, and references to blocks are accepted.
 */
export function wrongParameters(schema: JsonSchema, parameters: Record<string, unknown>, { ignoreRequired = false } = {}): string | null {
  if (Object.keys(schema).length === 0) return null;
  const check = compile(prepare(schema, ignoreRequired));
  if (typeof check === 'string') return check;
  if (check(parameters)) return null;
  return describe(check.errors ?? []);
}

function compile(schema: JsonSchema): ValidateFunction | string {
  const ajv = new Ajv.default({ strict: false, allErrors: true, verbose: true, logger: false, validateFormats: false });
  try {
    return ajv.compile(schema);
  } catch (error) {
    return `The parameter schema is not valid: ${error instanceof Error ? error.message : String(error)}`;
  }
}

function prepare(schema: JsonSchema, ignoreRequired: boolean): JsonSchema {
  const required = ignoreRequired ? [] : ((schema['required'] as string[] | undefined) ?? []);
  const properties = Object.entries((schema['properties'] as Record<string, JsonSchema> | undefined) ?? {}).map(([key, property]) => {
    const own = tweak(property) as JsonSchema;
    return [key, required.includes(key) || 'default' in property ? own : { anyOf: [own, { type: 'null' }] }];
  });
  const { $schema: _, ...rest } = tweak({ ...schema, properties: {} }) as JsonSchema;
  return { ...rest, type: 'object', properties: Object.fromEntries(properties), required };
}

function tweak(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(tweak);
  if (typeof value !== 'object' || value === null) return value;
  const schema = Object.fromEntries(Object.entries(value).map(([key, each]) => [key, key === 'default' || key === 'enum' || key === 'const' ? each : tweak(each)])) as JsonSchema;
  if (Array.isArray(schema['items'])) {
    schema['prefixItems'] = schema['items'];
    delete schema['items'];
  }
  if ('block_type_slug' in schema) return { anyOf: [schema, { type: 'object', required: ['$ref'] }] };
  return schema;
}

/** The error that says most: of several branches that fail, what is wrong at the branching. */
function describe(errors: ErrorObject[]): string {
  const error = errors.find((each) => each.keyword === 'required' || each.keyword === 'additionalProperties') ?? errors.find((each) => each.keyword !== 'anyOf') ?? errors[0]!;
  const field = error.instancePath.slice(1).replaceAll('/', '.');
  const value = JSON.stringify(error.data)?.replaceAll('"', "'") ?? 'undefined';
  const reason =
    error.keyword === 'required'
      ? `'${(error.params as { missingProperty: string }).missingProperty}' is a required property`
      : error.keyword === 'type'
        ? `${value} is not of type '${String((error.params as { type: string }).type)}'`
        : error.keyword === 'enum'
          ? `${value} is not one of ${JSON.stringify((error.params as { allowedValues: unknown[] }).allowedValues).replaceAll('"', "'")}`
          : (error.message ?? 'not valid');
  return field ? `Validation failed for field '${field}'. Failure reason: ${reason}` : `Validation failed. Failure reason: ${reason}`;
}
