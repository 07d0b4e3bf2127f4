import { z } from 'zod';

/**
 * What somebody calls us with, against what we take: plain JavaScript has no types that would tell a wrong argument, and a
 * wrong one must not do something else in silence. `call` is how the call is written, such as `emitEvent(draft)`.
 *
 * @throws TypeError that says what is wrong, with the place of the call first in its stack.
 */
export function refuseMistaken(
  call: string,
  schema: z.ZodType,
  given: unknown,
  called: (...args: any[]) => unknown,
): void {
  const { error } = schema.safeParse(given);
  if (!error) return;
  const words = wordsOf(error);
  // Of several arguments the path begins with which it is.
  const where =
    schema instanceof z.ZodTuple ? words.replace(/(?<=^|; )\d+/g, (at) => `argument ${Number(at) + 1}`) : words;
  const mistake = new TypeError(`${call}: ${where}`);
  Error.captureStackTrace(mistake, called);
  throw mistake;
}

/** All that is wrong, each with where it is. */
export const wordsOf = (error: z.ZodError): string => error.issues.map(wordsOfIssue).join('; ');

function wordsOfIssue(issue: z.core.$ZodIssue): string {
  const where = issue.path.map(String).join('.');
  const words = issue.message.replace(/^Value error, /, '').replace(/^Invalid input: /, '');
  return where ? `${where}: ${words}` : words;
}
