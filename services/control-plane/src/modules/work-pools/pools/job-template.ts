import Ajv from 'ajv/dist/2020.js';
import { invalid, type AppError } from '../../../core/errors/app-error.js';
import type { JobTemplate } from './work-pool.js';

const placeholder = /\{\{\s*([\w.-]+)\s*\}\}/g;

function placeholdersIn(value: unknown): string[] {
  if (typeof value === 'string') return [...value.matchAll(placeholder)].map((match) => match[1]!);
  if (Array.isArray(value)) return value.flatMap(placeholdersIn);
  if (value && typeof value === 'object') return Object.values(value).flatMap(placeholdersIn);
  return [];
}

/** A template that is not empty says what a job is made of, and declares every variable that it uses. */
export function checkTemplate(template: JobTemplate): void {
  if (Object.keys(template).length === 0) return;
  if (!template.job_configuration || !template.variables) {
    throw invalid('The `base_job_template` must contain both a `job_configuration` key and a `variables` key.');
  }
  const declared = new Set(Object.keys(template.variables.properties ?? {}));
  const missing = [...new Set(placeholdersIn(template.job_configuration))].filter(
    (name) => !declared.has(name) && !name.startsWith('prefect.') && !name.startsWith('ctx.'),
  );
  if (missing.length > 0) {
    throw invalid(
      `The variables specified in the job configuration template must be present as properties in the variables schema. Your job configuration uses the following undeclared variable(s): ${missing.join(' ,')}.`,
    );
  }
}

/** Checks job variables against a pool's template, with its defaults filled in. Answers what is wrong; null when nothing is. */
export function wrongJobVariables(template: JobTemplate, given: Record<string, unknown>): string | null {
  const { variables } = template;
  if (!variables?.properties) return null;
  const properties = Object.fromEntries(
    Object.entries(variables.properties).map(([key, schema]) => [key, allowNull(schema)]),
  );
  const defaults = Object.entries(variables.properties).flatMap(([key, schema]) =>
    'default' in schema && schema['default'] !== null ? [[key, schema['default']]] : [],
  );
  const check = new Ajv.default({ strict: false, logger: false, validateFormats: false }).compile({
    type: 'object',
    ...variables,
    properties,
  });
  if (check({ ...Object.fromEntries(defaults), ...given })) return null;
  const [error] = check.errors ?? [];
  const field = error?.instancePath.slice(1).replaceAll('/', '.');
  const reason =
    error?.keyword === 'required'
      ? `'${(error.params as { missingProperty: string }).missingProperty}' is a required property`
      : error?.message;
  return field
    ? `Validation failed for field '${field}'. Failure reason: ${reason}`
    : `Validation failed. Failure reason: ${reason}`;
}

/** A variable with a default may be set to nothing. */
const allowNull = (schema: Record<string, unknown>) =>
  'default' in schema ? { anyOf: [schema, { type: 'null' }] } : schema;

export function refuseWrongJobVariables(
  template: JobTemplate,
  given: Record<string, unknown>,
  doing: string,
): AppError | void {
  const wrong = wrongJobVariables(template, given);
  if (wrong) throw invalid(`Error ${doing}: ${wrong}`);
}
