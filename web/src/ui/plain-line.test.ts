import { expect, test } from 'vitest';
import { plainLine } from './plain-line';

test('the first line of markdown is told in plain words', () => {
  expect(plainLine('\n# Backfill **one** day\n')).toBe('Backfill one day');
  expect(plainLine('# Backfill\n\nLoads `one` day.')).toBe('Loads one day.');
  expect(plainLine('- see [the page](https://x.example) `now`')).toBe('see the page now');
  expect(plainLine('2 * 3 = 6, snake_case_name')).toBe('2 * 3 = 6, snake_case_name');
  expect(plainLine('')).toBe('');
});
