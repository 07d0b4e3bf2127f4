import { expect, test } from 'vitest';
import { suggestedHandle } from './suggested-handle';

const there = [
  { accountId: 'a', handle: 'main' },
  { accountId: 'b', handle: 'production' },
];

test('a name suggests a handle that is free in the account', () => {
  expect(suggestedHandle('Production', 'a', there)).toBe('production');
  expect(suggestedHandle('Production', 'b', there)).toBe('production-2');
  expect(suggestedHandle('Main', 'a', there)).toBe('main-2');
});

test('a reserved word is not suggested as it is', () => expect(suggestedHandle('API', 'a', there)).toBe('api-2'));

test('a name without letters of the alphabet suggests none', () => {
  for (const name of ['', '!!!', '日本']) expect(suggestedHandle(name, 'a', there)).toBe('');
});
