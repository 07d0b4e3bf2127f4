import { CombinedError } from 'urql';
import { expect, test } from 'vitest';
import { fieldErrors, sayError } from './say-error';

const answered = (message: string, extensions: object) =>
  new CombinedError({ graphQLErrors: [{ message, extensions } as never] });

test('what the person can mend is told in the server’s words', () => {
  expect(sayError(answered('E-mail or password is wrong.', { code: 'unauthenticated' }))).toBe(
    'E-mail or password is wrong.',
  );
});

test('too many attempts say how long to wait', () => {
  expect(sayError(answered('no', { code: 'tooMany', retryAfterSeconds: 90 }))).toBe(
    'Too many attempts. Try again in 1m 30s.',
  );
  expect(sayError(answered('no', { code: 'tooMany' }))).toBe('Too many attempts. Try again in a minute.');
});

test('a fault of the server, or its silence, is told without its innards', () => {
  expect(sayError(answered('relation "x" does not exist', { code: 'internal' }))).not.toContain('relation');
  expect(sayError(new CombinedError({ networkError: new Error('ECONNREFUSED') }))).toContain('cannot be reached');
});

test('each field of a form gets its own sentence', () => {
  const error = answered('invalid', { code: 'invalid', fields: { name: 'must not be empty', email: 'Is taken.' } });
  expect(fieldErrors(error)).toEqual({ name: 'Must not be empty.', email: 'Is taken.' });
  expect(fieldErrors(undefined)).toEqual({});
});
