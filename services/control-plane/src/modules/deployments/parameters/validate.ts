import Ajv, { type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import { invalid } from '../../../core/errors/app-error.js';
import { bestMismatch } from './best-mismatch.js';
import { describe, type Mismatch } from './mismatch.js';
import { prepareSchema, type JsonSchema } from './prepare-schema.js';

const checksMax = 300;
/** Compiling costs a hundred times what checking does; the same few schemas come again and again. */
const checks = new Map<string, ValidateFunction>();
const ajv = new Ajv.default({ strict: false, allErrors: true, verbose: true, logger: false, validateFormats: false, addUsedSchema: false });

/**
 * Checks parameters against a flow's schema. Answers what is wrong, in the wire's words; null when nothing is.
 * Throws `invalid` when the schema itself cannot be used.
 */
export function wrongParameters(schema: JsonSchema, parameters: Record<string, unknown>, { ignoreRequired = false } = {}): string | null {
  if (Object.keys(schema).length === 0) return null;
  const check = checkOf(schema, ignoreRequired);
  if (check(parameters)) return null;
  const prepared = check.schema as JsonSchema;
  return describe(bestMismatch(mismatchesOf(check, parameters), (mismatch) => branchesOf(mismatch, prepared)));
}

function checkOf(schema: JsonSchema, ignoreRequired: boolean): ValidateFunction {
  const key = `${ignoreRequired}${JSON.stringify(schema)}`;
  const known = checks.get(key);
  if (known) return known;
  const made = compile(prepareSchema(schema, { ignoreRequired }));
  if (checks.size >= checksMax) checks.clear();
  checks.set(key, made);
  return made;
}

function compile(schema: JsonSchema): ValidateFunction {
  try {
    return ajv.compile(schema);
  } catch (error) {
    throw invalid(`The parameter schema is not valid: ${error instanceof Error ? error.message : String(error)}`);
  } finally {
    // Or the library keeps every schema that it has seen.
    ajv.removeSchema(schema);
  }
}

/** What is wrong in each branch, each taken for itself, with the whole's definitions. */
function branchesOf({ wanted, data }: Mismatch, { definitions, $defs }: JsonSchema): Mismatch[] {
  return (wanted as JsonSchema[]).flatMap((branch) => {
    const check = compile({ ...branch, ...(definitions !== undefined && { definitions }), ...($defs !== undefined && { $defs }) });
    return check(data) ? [] : mismatchesOf(check, data);
  });
}

/** The library's errors without those that stand inside a branching, and with one for all superfluous properties. */
function mismatchesOf(check: ValidateFunction, data: unknown): Mismatch[] {
  const errors = (check.errors ?? []) as ErrorObject[];
  const branchings = errors.filter(({ keyword }) => keyword === 'anyOf' || keyword === 'oneOf');
  const inBranch = ({ schemaPath, parentSchema }: ErrorObject) =>
    branchings.some((each) => schemaPath.startsWith(`${each.schemaPath}/`) || reaches(each.schema, parentSchema));
  const found = errors.filter((error) => !inBranch(error)).map((error) => toMismatch(error, data));
  const extra = found.filter(({ keyword }) => keyword === 'additionalProperties');
  return found.flatMap((each) => (each.keyword !== 'additionalProperties' ? [each] : each === extra.find(({ schema, data }) => schema === each.schema && data === each.data) ? [joined(each, extra)] : []));
}
