import { invalid } from '../errors/app-error.js';
import { withPlainNumbers } from '../json/exact-json.js';
import { bestMismatch } from './best-mismatch.js';
import { CircularSchema, mismatchesOf } from './evaluate.js';
import { metaSchema } from './meta-schema.js';
import { describe } from './mismatch.js';
import { prepareSchema, type JsonSchema, type Preparation } from './prepare-schema.js';
import { Unresolvable } from './references.js';

/**
 * Checks values (a flow's parameters, a job's variables) against a schema. Answers what is wrong, in the wire's words;
 * null when nothing is. Throws `invalid` when the schema itself cannot be used.
 */
export function wrongValues(
  schema: JsonSchema,
  values: Record<string, unknown>,
  preparation: Preparation = {},
): string | null {
  if (Object.keys(schema).length === 0) return null;
  const prepared = soundSchema(schema, preparation);
  try {
    const wrong = bestMismatch(mismatchesOf(withPlainNumbers(values), prepared));
    return wrong && describe(wrong);
  } catch (error) {
    if (error instanceof Unresolvable) return `Validation failed. Failure reason: ${error.message}`;
    if (error instanceof CircularSchema)
      throw invalid('Invalid schema: Unable to validate schema with circular references.');
    throw error;
  }
}

/** The same few schemas come again and again, and preparing one costs more than checking against it. */
const known = new Map<string, JsonSchema>();
const knownMax = 500;

function soundSchema(schema: JsonSchema, preparation: Preparation): JsonSchema {
  const key = JSON.stringify([preparation, schema]);
  const found = known.get(key);
  if (found) return found;
  const prepared = prepareSchema(schema, preparation);
  const broken = wrongSchema(prepared);
  if (broken) throw invalid(`Invalid schema: ${broken}`);
  if (known.size >= knownMax) known.clear();
  known.set(key, prepared);
  return prepared;
}

/** What keeps a schema from being one; null when nothing does. */
export const wrongSchema = (schema: JsonSchema): string | null =>
  bestMismatch(mismatchesOf(schema, metaSchema))?.reason ?? null;
