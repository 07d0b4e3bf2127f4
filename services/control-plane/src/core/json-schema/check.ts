import { StepsSpent, type Budget } from '../documents/budget.js';
import type { Job } from '../documents/job.js';
import { onDocumentThread } from '../documents/thread.js';
import { withPlainNumbers } from '../json/exact-json.js';
import type { JsonSchema, Preparation } from './prepare-schema.js';
import { everyMismatch, misfits, schemaMistake, type Told, type Values } from './validate.js';

/** Longer documents are not even begun with on the thread that everybody shares. */
const lengthMaxHere = 50_000;

/**
 * Checks values (a flow's parameters, a job's variables) against a schema. Answers what is wrong, in the wire's words;
 * null when nothing is. Throws `invalid` when the schema itself cannot be used, or when checking takes too long.
 */
export async function wrongValues(
  schema: JsonSchema,
  values: Values,
  preparation: Preparation,
  budget: Budget,
): Promise<string | null> {
  const [wrong] = await wrongOfEach(schema, [values], preparation, budget);
  return wrong ?? null;
}

/** The same for several values by themselves. */
export async function wrongOfEach(
  schema: JsonSchema,
  values: Values[],
  preparation: Preparation,
  budget: Budget,
): Promise<(string | null)[]> {
  const schemaJson = JSON.stringify(schema);
  const { plain, json } = withPlainNumbers(values);
  const job: Job = { kind: 'misfits', schemaJson, valuesJson: json, preparation };
  const here = () => misfits({ schema, json: schemaJson }, plain, preparation, budget);
  return hereOrThere(job, here, schemaJson.length + json.length, budget);
}

/** Everything that is wrong with values, for who shows it field by field. Throws `invalid` as above. */
export async function allWrong(schema: JsonSchema, values: Values, budget: Budget): Promise<Told[]> {
  const schemaJson = JSON.stringify(schema);
  const { plain, json } = withPlainNumbers([values]);
  const job: Job = { kind: 'mismatches', schemaJson, valuesJson: json };
  const here = () => everyMismatch({ schema, json: schemaJson }, plain[0]!, budget);
  return hereOrThere(job, here, schemaJson.length + json.length, budget);
}

/** What keeps a schema from being one; null when nothing does. */
export async function wrongSchema(schema: JsonSchema, budget: Budget): Promise<string | null> {
  const json = JSON.stringify(schema);
  return hereOrThere({ kind: 'schema', json }, () => schemaMistake(schema, budget), json.length, budget);
}

/** Ordinary schemas are checked at once. What needs more steps than may be spent here is begun anew where nobody waits. */
async function hereOrThere<T>(job: Job, here: () => T, length: number, budget: Budget): Promise<T> {
  try {
    if (length <= lengthMaxHere) return here();
  } catch (error) {
    if (!(error instanceof StepsSpent)) throw error;
  }
  return onDocumentThread<T>(job, 'The schema of these values', budget);
}
