import { expect, test } from 'vitest';
import { initials } from './initials';

test('initials are the first letters as a reader sees them', () => {
  expect(initials('Ada Lovelace King')).toBe('AL');
  expect(initials('  ada  ')).toBe('A');
  expect(initials('')).toBe('');
  expect(initials('🚀 launch')).toBe('🚀L');
  expect(initials('👩‍👩‍👧 family')).toBe('👩‍👩‍👧F');
  expect(initials('🇳🇴 nord')).toBe('🇳🇴N');
  expect(initials('e\u0301mile zola')).toBe('E\u0301Z');
  expect(initials('𝒜da', 1)).toBe('𝒜');
});

test('no initial is half of a character', () => {
  for (const name of ['😀😀 😀😀', '𐐀𐐁', '👍🏽 ok', '한글 이름']) expect(initials(name)).not.toMatch(/\p{Cs}/u);
});
