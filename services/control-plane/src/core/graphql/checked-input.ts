import type { z } from 'zod';
import { invalid } from '../errors/app-error.js';

/** What a GraphQL input says, read by the schema of the REST body that says the same. Throws `invalid`. */
export function checkedInput<T extends z.ZodType>(schema: T, input: object): z.output<T> {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const [place, words] = [issue?.path.join('.') ?? '', issue ? wordsFor(issue) : 'not valid'];
  if (!place) throw invalid(words);
  throw invalid(`${place}: ${words}`, { fields: { [place]: words } });
}

/** The only texts that have to be of a form are names; people are told what the form means. */
const wordsFor = (issue: z.core.$ZodIssue): string =>
  issue.code === 'invalid_format' ? 'must not contain / % & > <' : issue.message.replace(/^Value error, /, '');

/** Without what was not said; null is said. */
export const given = (input: Record<string, unknown>) =>
  Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined));

/** Without what was not said or said to be nothing: for what a new thing leaves to its defaults. */
export const filled = (input: Record<string, unknown>) =>
  Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined && value !== null));
