import { badRequest, conflict } from '../../../core/errors/app-error.js';
import { hydrate, HydrationError } from './hydrate.js';
import type { JsonSchema } from './prepare-schema.js';
import { wrongParameters } from './validate.js';

export type ParameterCheck = {
  /** For the error's text: `creating flow run`. */
  doing: string;
  /** Null: parameters are taken as they are. */
  schema: JsonSchema | null;
  /** Whether all that the schema requires has to be there. */
  complete: boolean;
};

/** Parameters with their values resolved. Throws 400 for a value that cannot be, 409 for what does not fit the schema. */
export function checkedParameters(
  given: Record<string, unknown>,
  { doing, schema, complete }: ParameterCheck,
): Record<string, unknown> {
  const parameters = hydrated(given, doing);
  const wrong = schema && wrongParameters(schema, parameters, { ignoreRequired: !complete });
  if (wrong) throw conflict(`Error ${doing}: ${wrong}`);
  return parameters;
}

function hydrated(given: Record<string, unknown>, doing: string): Record<string, unknown> {
  try {
    return hydrate(given);
  } catch (error) {
    if (error instanceof HydrationError)
      throw badRequest(`Error hydrating ${doing.replace(/^\w+ /, '')} parameters: ${error.message}`);
    throw error;
  }
}
