import { invalid } from '../errors/app-error.js';
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
  const prepared = prepareSchema(schema, preparation);
  const broken = wrongSchema(prepared);
  if (broken) throw invalid(`Invalid schema: ${broken}`);
  try {
    const wrong = bestMismatch(mismatchesOf(values, prepared));
    return wrong && describe(wrong);
  } catch (error) {
    if (error instanceof Unresolvable) return `Validation failed. Failure reason: ${error.message}`;
    if (error instanceof CircularSchema)
      throw invalid('Invalid schema: Unable to validate schema with circular references.');
    throw error;
  }
}

/** The same few schemas come again and again. */
const sound = new Set<string>();
const soundMax = 500;

/** What keeps a schema from being one; null when nothing does. */
export function wrongSchema(schema: JsonSchema): string | null {
  const text = JSON.stringify(schema);
  if (sound.has(text)) return null;
  const wrong = bestMismatch(mismatchesOf(schema, metaSchema));
  if (wrong) return wrong.reason;
  if (sound.size >= soundMax) sound.clear();
  sound.add(text);
  return null;
}
