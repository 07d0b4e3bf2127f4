import { expect, test } from 'vitest';
import { expirationOf, expiries } from './key-expiry';

test('each choice of expiry gives a moment that far ahead, or none', () => {
  const now = Date.parse('2026-01-01T00:00:00Z');
  expect(expiries.map(({ value }) => expirationOf(value, now))).toEqual([
    '2026-01-08T00:00:00.000Z',
    '2026-01-31T00:00:00.000Z',
    '2026-04-01T00:00:00.000Z',
    '2027-01-01T00:00:00.000Z',
    null,
  ]);
});
