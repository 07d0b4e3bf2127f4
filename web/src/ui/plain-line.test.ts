import { expect, test } from 'vitest';
import { plainLine, plainWords } from './plain-line';

test('the first line of markdown is told in plain words', () => {
  expect(plainLine('\n# Backfill **one** day\n')).toBe('Backfill one day');
  expect(plainLine('# Backfill\n\nLoads `one` day.')).toBe('Loads one day.');
  expect(plainLine('- see [the page](https://x.example) `now`')).toBe('see the page now');
  expect(plainLine('2 * 3 = 6, snake_case_name')).toBe('2 * 3 = 6, snake_case_name');
  expect(plainLine('')).toBe('');
});

test('help beside a field keeps its lines and loses its marks', () => {
  expect(plainWords('The **city** to look in.\n\nSee [the list](https://x.example), `Oslo` by default.\n')).toBe(
    'The city to look in.\n\nSee the list, Oslo by default.',
  );
  expect(plainWords('snake_case stays, and so does 2 * 3 * 4')).toBe('snake_case stays, and so does 2 * 3 * 4');
  for (const long of ['*'.repeat(50_000), '['.repeat(50_000), '`a'.repeat(50_000)]) expect(plainWords(long)).toBe(long);
});
