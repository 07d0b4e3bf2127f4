import type { StandardSchemaV1 } from '@standard-schema/spec';
import { z } from 'zod';
import { ParameterError } from './errors.js';

/** What the schema makes of the given parameters, defaults filled in. Throws ParameterError that lists what is wrong. */
export async function validated(
  schema: StandardSchemaV1 | undefined,
  given: unknown,
  flowName: string,
): Promise<unknown> {
  if (!schema) return given;
  const answer = await schema['~standard'].validate(given ?? {});
  if (!answer.issues) return answer.value;
  const wrong = answer.issues.map((issue) => `${pathOf(issue)}: ${issue.message}`).join('; ');
  throw new ParameterError(`Parameters of flow ${flowName} are not valid: ${wrong}`);
}

const pathOf = ({ path = [] }: StandardSchemaV1.Issue): string =>
  path.map((part) => String(typeof part === 'object' ? part.key : part)).join('.') || '(all)';

type JsonSchema = Record<string, unknown> & { properties?: Record<string, Record<string, unknown>> };

/** The JSON schema that forms are made from. Without a schema, any object will do. */
export function parameterSchema(schema: StandardSchemaV1 | undefined): JsonSchema {
  const json = schema ? jsonSchemaOf(schema) : null;
  const { $schema: _, additionalProperties: __, ...rest } = json ?? {};
  const properties = Object.entries((rest as JsonSchema).properties ?? {}).map(([name, property], position) => [
    name,
    { title: name, position, ...property },
  ]);
  return { title: 'Parameters', type: 'object', ...rest, properties: Object.fromEntries(properties) };
}

/** Of zod 4 by its own converter, of others by the JSON part of Standard Schema where they have it. */
function jsonSchemaOf(schema: StandardSchemaV1): JsonSchema | null {
  const { vendor, jsonSchema } = schema['~standard'] as {
    vendor: string;
    jsonSchema?: { input(options: { target: string }): JsonSchema };
  };
  if (vendor === 'zod' && '_zod' in schema)
    return z.toJSONSchema(schema as unknown as z.ZodType, {
      io: 'input',
      target: 'draft-7',
      unrepresentable: 'any',
    }) as JsonSchema;
  return jsonSchema?.input({ target: 'draft-07' }) ?? null;
}
