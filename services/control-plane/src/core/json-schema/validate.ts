import Ajv, { type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import { invalid } from '../errors/app-error.js';
import { bestMismatch } from './best-mismatch.js';
import { describe, reason, type Mismatch } from './mismatch.js';
import { prepareSchema, type JsonSchema, type Preparation } from './prepare-schema.js';

const draft = 'https://json-schema.org/draft/2020-12/schema';
const checksMax = 300;
/** Compiling costs a hundred times what checking does; the same few schemas come again and again. */
const checks = new Map<string, ValidateFunction>();
const ajv = new Ajv.default({
  strict: false,
  allErrors: true,
  verbose: true,
  logger: false,
  validateFormats: false,
  addUsedSchema: false,
});

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
  const check = checkOf(schema, preparation);
  if (check(values)) return null;
  const prepared = check.schema as JsonSchema;
  return describe(bestMismatch(mismatchesOf(check, values), (mismatch) => branchesOf(mismatch, prepared)));
}

/** What keeps a schema from being one; null when nothing does. */
export function wrongSchema(schema: JsonSchema): string | null {
  const check = ajv.getSchema(draft)!;
  if (check(schema)) return null;
  return reason(bestMismatch(mismatchesOf(check, schema), () => []));
}

function checkOf(schema: JsonSchema, preparation: Preparation): ValidateFunction {
  const key = JSON.stringify([preparation, schema]);
  const known = checks.get(key);
  if (known) return known;
  const made = compile(prepareSchema(schema, preparation));
  if (checks.size >= checksMax) checks.clear();
  checks.set(key, made);
  return made;
}

function compile(schema: JsonSchema): ValidateFunction {
  try {
    return ajv.compile(schema);
  } catch (error) {
    throw invalid(`The schema is not valid: ${error instanceof Error ? error.message : String(error)}`);
  } finally {
    // Or the library keeps every schema that it has seen.
    ajv.removeSchema(schema);
  }
}

/** What is wrong in each branch, each taken for itself, with the whole's definitions. */
function branchesOf({ wanted, data }: Mismatch, { definitions, $defs }: JsonSchema): Mismatch[] {
  return (wanted as JsonSchema[]).flatMap((branch) => {
    const check = compile({
      ...branch,
      ...(definitions !== undefined && { definitions }),
      ...($defs !== undefined && { $defs }),
    });
    return check(data) ? [] : mismatchesOf(check, data);
  });
}

/** The library's errors but for those inside a branching, which it tells of before the branching itself. */
function mismatchesOf(check: ValidateFunction, data: unknown): Mismatch[] {
  const errors = (check.errors ?? []) as ErrorObject[];
  const plain = errors.filter((error, at) => !errors.slice(at + 1).some((later) => isInside(error, later)));
  return together(plain).map((error) => toMismatch(error, data));
}

function isInside(error: ErrorObject, branching: ErrorObject): boolean {
  if (branching.keyword !== 'anyOf' && branching.keyword !== 'oneOf') return false;
  const deeper =
    error.instancePath === branching.instancePath || error.instancePath.startsWith(`${branching.instancePath}/`);
  const referred =
    /^#\/(definitions|\$defs)\//.exec(error.schemaPath) !== null &&
    !error.schemaPath.startsWith(branching.schemaPath.replace(/\/\w+$/, ''));
  return deeper && (error.schemaPath.startsWith(`${branching.schemaPath}/`) || referred);
}

/** One error for all superfluous properties of an object. */
function together(errors: ErrorObject[]): ErrorObject[] {
  const same = (error: ErrorObject) =>
    errors.filter(
      (each) =>
        each.keyword === 'additionalProperties' &&
        each.instancePath === error.instancePath &&
        each.schemaPath === error.schemaPath,
    );
  return errors.flatMap((error) => {
    if (error.keyword !== 'additionalProperties') return [error];
    const all = same(error);
    const names = all.map((each) => (each.params as { additionalProperty: string }).additionalProperty);
    return error === all[0] ? [{ ...error, params: { additionalProperties: names } }] : [];
  });
}

function toMismatch(error: ErrorObject, root: unknown): Mismatch {
  const { keyword, schema, parentSchema, data, params } = error;
  return {
    path: pathOf(error.instancePath, root),
    keyword,
    wanted: schema,
    schema: parentSchema as JsonSchema,
    data,
    params,
  };
}

/** A JSON pointer as keys and positions. */
function pathOf(pointer: string, root: unknown): Mismatch['path'] {
  let value = root;
  return pointer
    .split('/')
    .slice(1)
    .map((part) => {
      const key = part.replaceAll('~1', '/').replaceAll('~0', '~');
      const step = Array.isArray(value) ? Number(key) : key;
      value = (value as Record<string | number, unknown>)[step];
      return step;
    });
}
