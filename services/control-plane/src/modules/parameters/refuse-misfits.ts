import type { Budget } from '../../core/documents/budget.js';
import { InvalidRequest } from '../../core/http/zod-body.js';
import { wrongSchema, wrongValues } from '../../core/json-schema/check.js';
import type { JsonSchema } from '../../core/json-schema/prepare-schema.js';

type Insistence = {
  enforce_parameter_schema?: boolean | null | undefined;
  parameter_openapi_schema?: JsonSchema | null | undefined;
  parameters?: Record<string, unknown> | null | undefined;
};

/**
 * For deployments that insist on the schema when they are made: what they bring is held against it as it is written,
 * unresolved. Throws `invalid` in the envelope of requests that do not parse.
 */
export async function refuseMisfits(body: Insistence, budget: Budget): Promise<void> {
  const { enforce_parameter_schema: insists, parameter_openapi_schema: schema, parameters } = body;
  if (!insists || !schema) return;
  const broken = await wrongSchema(schema, budget);
  const wrong = broken
    ? `The provided schema is not a valid json schema. Schema error: ${broken}`
    : await wrongValues(schema, parameters ?? {}, { ignoreRequired: true, literally: true }, budget);
  if (!wrong) return;
  const issue = { type: 'value_error', loc: ['body'], msg: `Value error, ${wrong}`, input: body, ctx: { error: {} } };
  throw new InvalidRequest([issue], body);
}
