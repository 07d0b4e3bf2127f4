import { expect, test } from 'vitest';
import { freeHandle, handleFrom, isReserved } from './handles.js';

const taken =
  (...handles: string[]) =>
  (candidates: string[]) =>
    Promise.resolve(candidates.filter((each) => handles.includes(each)));

test('a handle is what is left of a name in lower-case letters, digits and dashes', () => {
  expect(handleFrom('Zoë & Sons, Ltd.', 'x')).toBe('zoe-sons-ltd');
  expect(handleFrom('  --A__b  ', 'x')).toBe('a-b');
  expect(handleFrom('日本', 'user')).toBe('user');
  expect(handleFrom(`${'a'.repeat(39)} b`, 'x')).toBe('a'.repeat(39));
});

test('a handle that is taken gets a number, and beyond nine a random ending', async () => {
  expect(await freeHandle('acme', taken())).toBe('acme');
  expect(await freeHandle('acme', taken('acme', 'acme-2'))).toBe('acme-3');
  expect(await freeHandle('acme', (all) => Promise.resolve(all))).toMatch(/^acme-[0-9a-f]{8}$/);
});

test('a reserved word is never a handle by itself', async () => {
  for (const word of ['api', 'auth', 'graphql', 'settings', 'sign-in', 'health', '_next'])
    expect(isReserved(word)).toBe(true);
  expect(await freeHandle('api', taken())).toBe('api-2');
});
