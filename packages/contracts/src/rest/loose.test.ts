import { expect, test } from 'vitest';
import { dateTime, durationSeconds, uuid } from './common.js';

const midnight = '2026-01-01T00:00:00.000000Z';
const times: [given: unknown, becomes: string | null][] = [
  ['2026-01-01T00:00:00Z', midnight],
  ['2026-01-01 00:00:00+00:00', midnight],
  ['2026-01-01T00:00', midnight],
  ['2026-01-01', midnight],
  ['20260101T000000Z', midnight],
  ['2026-01-01t02:00:00+0200', midnight],
  ['2025-12-31T19:00:00-05', midnight],
  [1_767_225_600, midnight],
  ['1767225600', midnight],
  [1_767_225_600_000, midnight],
  [1_767_225_600.5, '2026-01-01T00:00:00.500000Z'],
  ['2026-01-01T00:00:00,5Z', '2026-01-01T00:00:00.500000Z'],
  ['2026-11-21 00:08:03.355416+00:00', '2026-11-21T00:08:03.355416Z'],
  ['2026-01-01T00:00:00.123456789Z', '2026-01-01T00:00:00.123456Z'],
  [-1, '1969-12-31T23:59:59.000000Z'],
  ['9999-12-31T23:59:59Z', '9999-12-31T23:59:59.000000Z'],
  ['9999-12-31T23:59:59-01:00', null],
  ['2026-02-30', null],
  ['2026-01-01T00:00:00+99:00', null],
  ['2026-01-01T24:00:00Z', null],
  ['2026-01-01T00:00:60Z', null],
  ['2026-1-1', null],
  ['soon', null],
  ['', null],
  [1e20, null],
  [true, null],
  [null, null],
];

test.each(times)('the time %j is %s', (given, becomes) => {
  expect(dateTime.safeParse(given).data ?? null).toBe(becomes);
});

const durations: [given: unknown, seconds: number | null][] = [
  [60, 60],
  [0.5, 0.5],
  ['PT1H', 3600],
  ['P1DT2H30M', 95_400],
  ['PT0.5S', 0.5],
  ['P1W', 604_800],
  ['-PT1H', -3600],
  ['01:00:00', 3600],
  ['1 day, 01:00:00', 90_000],
  ['2 days', 172_800],
  [1e20, null],
  ['60', null],
  ['1:00', null],
  ['P', null],
  ['PT', null],
  ['', null],
  [null, null],
];

test.each(durations)('the duration %j is %s seconds', (given, seconds) => {
  expect(durationSeconds.safeParse(given).data ?? null).toBe(seconds);
});

const id = '0190b2b0-0000-7000-8000-00000000000a';
test.each([id, id.toUpperCase(), id.replaceAll('-', ''), `{${id}}`, `urn:uuid:${id}`])('%s is one UUID', (given) => {
  expect(uuid.parse(given)).toBe(id);
});

/** As the library that reads them on the other side of the wire tells it. */
const noUuids: [given: string, why: string][] = [
  ['', 'invalid length: found 0'],
  ['x', 'invalid character: found `x` at 0'],
  ['urn:uuid:x', 'invalid character: found `x` at 9'],
  [`${id} `, 'invalid character: found ` ` at 36'],
  [id.slice(1).replaceAll('-', ''), 'invalid length: found 31'],
  ['x'.repeat(46), 'invalid length: found 46'],
  ['--', 'invalid group count: expected 5, found 3'],
  ['0-0-0-0-0', 'invalid group length in group 0: expected 8, found 1'],
  [id.slice(1), 'invalid group length in group 0: expected 8, found 7'],
  [`${id}0`, 'invalid group length in group 4: expected 12, found 13'],
];
test.each(noUuids)('%j is no UUID: %s', (given, why) => {
  const [issue] = uuid.safeParse(given).error!.issues;
  expect(issue).toMatchObject({ message: `Input should be a valid UUID, ${why}`, params: { ctx: { error: why } } });
});
