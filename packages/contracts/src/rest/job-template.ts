import { jsonObject } from './common.js';

/** What the workers of a pool make their jobs from: a configuration with places for variables, and their schema. */
export type JobTemplate = {
  job_configuration?: Record<string, unknown>;
  variables?: {
    properties?: Record<string, Record<string, unknown>>;
    required?: string[];
    definitions?: Record<string, unknown>;
  };
};

const placeholder = /\{\{\s*([\w.\-[\]$]+)\s*\}\}/g;
const isFilled = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && Object.keys(value).length > 0;

/** A template that is not empty says what a job is made of, and declares every variable that it uses. Answers what is wrong. */
export function wrongTemplate(template: JobTemplate): string | null {
  if (Object.keys(template).length === 0) return null;
  const { job_configuration: configuration, variables } = template;
  if (!isFilled(configuration) || !isFilled(variables))
    return 'The `base_job_template` must contain both a `job_configuration` key and a `variables` key.';
  const declared = new Set(Object.keys(variables.properties ?? {}));
  const used = [...JSON.stringify(Object.values(configuration)).matchAll(placeholder)].map((match) => match[1]!);
  const missing = [...new Set(used)].filter((name) => !declared.has(name));
  if (missing.length === 0) return null;
  return `The variables specified in the job configuration template must be present as properties in the variables schema. Your job configuration uses the following undeclared variable(s): ${missing.join(' ,')}.`;
}

export const jobTemplate = jsonObject.superRefine((template, context) => {
  const wrong = wrongTemplate(template as JobTemplate);
  if (wrong) context.addIssue({ code: 'custom', message: `Value error, ${wrong}` });
});
