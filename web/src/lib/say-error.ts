import type { CombinedError } from 'urql';
import { duration } from './format';
import { errorCode } from './graphql-client';

/** What went wrong, in words for the person in front of the screen. */
export function sayError(error: CombinedError): string {
  const code = errorCode(error);
  if (code === 'offline') return 'The server cannot be reached. Check your connection, then try again.';
  if (code === 'tooMany') return `Too many attempts. Try again ${waitOf(error)}.`;
  if (code === 'unavailable') return 'The server is not ready at the moment. Try again shortly.';
  if (code === 'internal') return 'Something went wrong on the server. It has been logged.';
  return error.graphQLErrors[0]?.message ?? error.message;
}

/** What is wrong with single fields of a form, by the name of the field. */
export function fieldErrors(error: CombinedError | undefined): Record<string, string> {
  const fields = error?.graphQLErrors[0]?.extensions?.['fields'];
  if (!fields || typeof fields !== 'object') return {};
  return Object.fromEntries(Object.entries(fields).map(([name, what]) => [name, asSentence(String(what))]));
}

/** How long to wait before the next attempt, when the server said so. */
export function retryAfterSeconds(error: CombinedError): number | null {
  const seconds = Number(error.graphQLErrors[0]?.extensions?.['retryAfterSeconds']);
  return errorCode(error) === 'tooMany' && seconds > 0 ? seconds : null;
}

function waitOf(error: CombinedError): string {
  const seconds = retryAfterSeconds(error);
  return seconds === null ? 'in a minute' : `in ${duration(seconds)}`;
}

/** `must not be empty` reads `Must not be empty.` */
export const asSentence = (text: string) =>
  text.charAt(0).toUpperCase() + text.slice(1) + (/[.!?]$/.test(text) ? '' : '.');
