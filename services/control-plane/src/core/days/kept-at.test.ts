import { expect, test } from 'vitest';
import { keptAt } from './kept-at.js';

const received = Date.parse('2026-12-01T10:00:00.000Z');

test.each([
  ['1970-01-01T00:00:00.000000Z', '1970-01-01T00:00:00.000000Z', null],
  ['2026-12-02T09:59:59.999999Z', '2026-12-02T09:59:59.999999Z', null],
  ['2026-12-02T10:00:00.001000Z', '2026-12-02T10:00:00.001000Z', '2026-12-02T10:00:00.001000Z'],
  ['2026-12-09T08:00:00.123456Z', '2026-12-02T08:00:00.123456Z', '2026-12-09T08:00:00.123456Z'],
  ['9999-12-31T23:59:59.999999Z', '2026-12-02T23:59:59.999999Z', '9999-12-31T23:59:59.999999Z'],
])('what says %s when it comes in is kept at %s', (written, at, dated) => {
  expect(keptAt(written, received)).toEqual({ at, dated });
});

test('the end of a month and of a year is no border', () => {
  const { at } = keptAt('2030-05-31T01:02:03.000000Z', Date.parse('2026-12-31T23:00:00.000Z'));
  expect(at).toBe('2027-01-01T01:02:03.000000Z');
});
