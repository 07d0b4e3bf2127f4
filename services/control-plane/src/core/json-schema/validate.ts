import { invalid } from '../errors/app-error.js';
import type { Budget } from '../documents/budget.js';
import { bestMismatch } from './best-mismatch.js';
import { CircularSchema, mismatchesOf } from './evaluate.js';
import { metaSchema } from './meta-schema.js';
import { describe } from './mismatch.js';
import { prepareSchema, type JsonSchema, type Preparation } from './prepare-schema.js';
import { Unresolvable } from './references.js';

export type Values = Record<string, unknown>;

/** A schema, and the text of it. */
export type WrittenSchema = { schema: JsonSchema; json: string };

/** Each of several values against one schema: what is wrong with it, in the wire's words; null when nothing is. */
export function misfits(
  written: WrittenSchema,
  values: Values[],
  preparation: Preparation,
  budget: Budget,
): (string | null)[] {
  if (Object.keys(written.schema).length === 0) return values.map(() => null);
  const prepared = soundSchema(written, preparation, budget);
  return values.map((each) => misfit(prepared, each, budget));
}

function misfit(prepared: JsonSchema, values: Values, budget: Budget): string | null {
  try {
    const wrong = bestMismatch(mismatchesOf(values, prepared, budget));
    return wrong && describe(wrong);
  } catch (error) {
    if (error instanceof Unresolvable) return `Validation failed. Failure reason: ${error.message}`;
    if (error instanceof CircularSchema)
      throw invalid('Invalid schema: Unable to validate schema with circular references.');
    throw error;
  }
}

/** Where something is wrong with values, and why. */
export type Told = { path: (string | number)[]; keyword: string; reason: string };
const toldMax = 500;

/** What is wrong with values, for who shows it field by field: so much of it that people may want to read it. */
export function everyMismatch(written: WrittenSchema, values: Values, budget: Budget): Told[] {
  const prepared = soundSchema(written, {}, budget);
  try {
    const wrong = mismatchesOf(values, prepared, budget).slice(0, toldMax);
    return wrong.map(({ path, keyword, reason }) => ({ path, keyword, reason: reason() }));
  } catch (error) {
    if (error instanceof Unresolvable)
      throw invalid(`Invalid schema: Validation failed. Failure reason: ${error.message}`);
    if (error instanceof CircularSchema)
      throw invalid('Invalid schema: Unable to validate schema with circular references.');
    throw error;
  }
}

/** The same few schemas come again and again, and preparing one costs more than checking against it. */
const known = new Map<string, JsonSchema>();
const knownMax = 500;
const keyLengthMax = 50_000;

function soundSchema({ schema, json }: WrittenSchema, preparation: Preparation, budget: Budget): JsonSchema {
  const key = `${JSON.stringify(preparation)}${json}`;
  const found = known.get(key);
  if (found) return found;
  const prepared = prepareSchema(schema, preparation);
  const broken = schemaMistake(prepared, budget);
  if (broken) throw invalid(`Invalid schema: ${broken}`);
  if (key.length > keyLengthMax) return prepared;
  if (known.size >= knownMax) known.clear();
  known.set(key, prepared);
  return prepared;
}

/** What keeps a schema from being one; null when nothing does. */
export function schemaMistake(schema: JsonSchema, budget: Budget): string | null {
  try {
    return bestMismatch(mismatchesOf(schema, metaSchema, budget))?.reason() ?? null;
  } catch (error) {
    if (error instanceof CircularSchema) return 'it is nested too deep';
    throw error;
  }
}
