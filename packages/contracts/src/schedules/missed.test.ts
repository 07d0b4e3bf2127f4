import { expect, test } from 'vitest';
import { missedAt, whySkipped, type CatchUp } from './catch-up.js';
import { missed } from './missed.js';
import type { Schedule } from './schedule.js';

const hourly: Schedule = { cron: '0 * * * *', timezone: 'UTC', day_or: true };
const now = Date.parse('2026-11-30T12:00:30Z');
const since = (iso: string) => Date.parse(iso);
const hoursOf = (policy: CatchUp, from: string) => {
  const { kept, dropped } = missed(hourly, since(from), now, policy);
  return { kept: kept.map((each) => each.instant.slice(11, 13)), dropped };
};

test.for([
  ['all', ['10', '11', '12'], null],
  ['latest', ['12'], { count: 2, first: '10', last: '11' }],
  ['none', ['12'], { count: 2, first: '10', last: '11' }],
  [{ within_seconds: 3_700 }, ['11', '12'], { count: 1, first: '10', last: '10' }],
] as [CatchUp, string[], { count: number; first: string; last: string } | null][])(
  'of the moments of an absence, %j keeps those that it should',
  ([policy, kept, dropped]) => {
    const found = hoursOf(policy, '2026-11-30T09:30:00Z');
    expect(found.kept).toEqual(kept);
    expect(
      found.dropped && {
        count: found.dropped.count,
        first: found.dropped.first.slice(11, 13),
        last: found.dropped.last.slice(11, 13),
      },
    ).toEqual(dropped);
  },
);

test('an absence without a moment misses nothing', () => {
  expect(hoursOf('none', '2026-11-30T12:00:00Z')).toEqual({ kept: [], dropped: null });
});

test('of more moments than are looked through, the newest are kept', () => {
  const { kept, dropped } = missed(hourly, since('2020-01-01T00:00:00Z'), now, 'all');
  expect(kept).toHaveLength(100);
  expect(kept.at(-1)?.instant).toBe('2026-11-30T12:00:00.000000Z');
  expect(dropped).toEqual({
    count: 500,
    more: true,
    first: '2020-01-01T01:00:00.000000Z',
    last: '2026-11-26T08:00:00.000000Z',
  });
});

test.for([
  ['all', null],
  ['latest', '2026-11-30T13:00:00.000000Z'],
  ['none', '2026-11-30T12:01:00.000Z'],
  [{ within_seconds: 10 }, '2026-11-30T12:00:10.000Z'],
] as [CatchUp, string | null][])('under %j a run is missed from a moment on', ([policy, at]) => {
  expect(missedAt(policy, '2026-11-30T12:00:00.000000Z', '2026-11-30T13:00:00.000000Z')).toBe(at);
});

test('the latest run of a quick schedule has its minute, and the last one of all is never missed', () => {
  const due = '2026-11-30T12:00:00.000000Z';
  expect(missedAt('latest', due, '2026-11-30T12:00:05.000000Z')).toBe('2026-11-30T12:01:00.000Z');
  expect(missedAt('latest', due, null)).toBeNull();
});

test('every policy says why', () => {
  for (const policy of ['all', 'latest', 'none', { within_seconds: 5 }] as CatchUp[])
    expect(whySkipped(policy)).toMatch(/^Skipped: .*\.$/);
  expect(whySkipped({ within_seconds: 7_200 })).toContain('within 2h of its time');
});
