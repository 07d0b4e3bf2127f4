import type { z } from 'zod';

/** All that is wrong, each with where it is. */
export const wordsOf = (error: z.ZodError): string => error.issues.map(wordsOfIssue).join('; ');

function wordsOfIssue(issue: z.core.$ZodIssue): string {
  const where = issue.path.map(String).join('.');
  const words = issue.message.replace(/^Value error, /, '').replace(/^Invalid input: /, '');
  return where ? `${where}: ${words}` : words;
}
