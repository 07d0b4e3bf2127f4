import { z } from 'zod';
import { absent, limit, offset, uuid, tags, part } from './common.js';
import { operator } from './filters.js';

/** Bodies of the variable routes. A variable is a named JSON value. */

const nameLengthMax = 255;
const valueBytesMax = 5000;

const name = z
  .string()
  .max(nameLengthMax)
  .regex(
    /^[a-z0-9_-]*$/,
    'Value error, Variable name must only contain lowercase letters, numbers, and dashes or underscores.',
  );

/** Any JSON value, null too; but there has to be one. */
const value = z.nonoptional(z.unknown().superRefine(refuseTooLarge));

function refuseTooLarge(given: unknown, context: z.RefinementCtx): void {
  const bytes = bytesOf(given);
  if (bytes === null) context.addIssue('Value error, Variable value must be serializable to JSON');
  else if (bytes > valueBytesMax)
    context.addIssue(`Value error, Variable value must be less than ${valueBytesMax} characters`);
}

/** Null for what nests too deeply to be written. */
function bytesOf(given: unknown): number | null {
  try {
    return new TextEncoder().encode(JSON.stringify(given) ?? '').length;
  } catch {
    return null;
  }
}

export const variableCreate = z.strictObject({ name, value, tags: tags.default([]) });
export type VariableCreate = z.infer<typeof variableCreate>;

/** What is sent changes; a value of null is a value. */
export const variableUpdate = z.strictObject({
  name: name.optional(),
  value: z.unknown().superRefine(refuseTooLarge).optional(),
  tags: tags.optional(),
});
export type VariableUpdate = z.infer<typeof variableUpdate>;

const texts = z.array(z.string()).nullish();
const text = z.strictObject({ any_: texts, like_: part.nullish() }).nullish();
const variableFilter = z.strictObject({
  operator,
  id: z.strictObject({ any_: z.array(uuid).nullish() }).nullish(),
  name: text,
  /** Of a value that is not a string, its JSON text counts. */
  value: text,
  tags: z.strictObject({ operator, all_: texts, is_null_: z.boolean().nullish() }).nullish(),
});
export type VariableFilter = z.infer<typeof variableFilter>;

export const variableSorts = ['CREATED_DESC', 'UPDATED_DESC', 'NAME_DESC', 'NAME_ASC'] as const;
export type VariableSort = (typeof variableSorts)[number];

export const variablesCount = z.object({ variables: absent(variableFilter) });
export const variablesFilter = z.object({
  limit,
  offset,
  ...variablesCount.shape,
  sort: absent(z.enum(variableSorts)),
});
export type VariablesFilter = z.infer<typeof variablesFilter>;

export type VariableJson = {
  id: string;
  created: string;
  updated: string;
  name: string;
  value: unknown;
  tags: string[];
};
