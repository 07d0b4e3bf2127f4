import { expect, test } from 'vitest';
import { schedule as scheduleBody } from '../rest/deployments.js';
import { upcoming, type Horizon } from './horizon.js';
import { occurrences, wrongSchedule } from './occurrences.js';
import { storedRRule } from './rrule.js';
import type { Schedule } from './schedule.js';
import { summarize } from './summary.js';

const horizon: Horizon = { countMin: 3, secondsMin: 3_600, countMax: 100, secondsMax: 100 * 86_400 };
const now = Date.parse('2026-11-21T12:00:00Z');
const cron = (text: string): Schedule => ({ cron: text, timezone: 'UTC', day_or: true });
const every = (interval: number): Schedule => ({ interval, anchor_date: '2026-01-01T00:00:00Z', timezone: null });
const minutes = (lookAgainMs: number | null) => (lookAgainMs === null ? null : (lookAgainMs - now) / 60_000);

test('runs are made until there are three of them that reach an hour ahead', () => {
  expect(upcoming(cron('0 8 * * *'), now, horizon).occurrences).toHaveLength(3);
  expect(upcoming(cron('* * * * *'), now, horizon).occurrences).toHaveLength(61);
  expect(upcoming(every(900), now, horizon).occurrences).toHaveLength(5);
});

test('never more than a hundred, and none more than a hundred days ahead', () => {
  expect(upcoming(every(1), now, horizon).occurrences).toHaveLength(100);
  expect(upcoming(cron('0 0 1 2 *'), now, horizon)).toMatchObject({
    occurrences: [{ instant: '2027-02-01T00:00:00.000000Z' }],
  });
  expect(upcoming(cron('0 0 1 6 *'), now, horizon).occurrences).toEqual([]);
});

test('it is time to look again when too few are left or the last comes near', () => {
  expect(minutes(upcoming(cron('0 8 * * *'), now, horizon).lookAgainMs)).toBe(20 * 60);
  expect(minutes(upcoming(every(900), now, horizon).lookAgainMs)).toBe(0);
  expect(minutes(upcoming(every(900), now + 1_000, horizon).lookAgainMs)).toBe(15);
  expect(minutes(upcoming(cron('0 0 1 6 *'), now, horizon).lookAgainMs)).toBe(24 * 60);
});

test('a schedule that is over needs no look', () => {
  expect(upcoming({ rrule: 'DTSTART:20260101T000000\nFREQ=DAILY;COUNT=3', timezone: 'UTC' }, now, horizon)).toEqual({
    occurrences: [],
    lookAgainMs: null,
  });
  expect(upcoming({}, now, horizon).lookAgainMs).toBeNull();
  expect(upcoming(cron('0 0 31 2 *'), now, horizon).lookAgainMs).toBeNull();
});

test('a rule that never fires ends, and so do intervals beyond the calendar', () => {
  expect([...occurrences({ rrule: 'FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30', timezone: 'UTC' }, now)]).toEqual([]);
  expect([...occurrences(every(1e12), now)].length).toBeLessThan(2);
});

test('dates alone are a schedule', () => {
  const dates = 'DTSTART:20260101T000000\nRDATE:20270101T080000,20261201T000000\nEXDATE:20261201T000000';
  const found = [...occurrences({ rrule: dates, timezone: 'Europe/Berlin' }, now)];
  expect(found.map((each) => each.instant)).toEqual(['2027-01-01T07:00:00.000000Z']);
});

test('a rule without a start gets one when it is stored', () => {
  expect(storedRRule('FREQ=DAILY', 'UTC', now)).toBe('DTSTART:20200101T000000\nFREQ=DAILY');
  expect(storedRRule('RRULE:FREQ=HOURLY;INTERVAL=5', 'UTC', now)).toBe(
    'DTSTART:20200101T000000\nRRULE:FREQ=HOURLY;INTERVAL=5',
  );
  expect(storedRRule('DTSTART:20250101T000000\nRRULE:FREQ=DAILY', 'UTC', now)).toBe(
    'DTSTART:20250101T000000\nRRULE:FREQ=DAILY',
  );
});

test('a rule by the minute starts lately, in step with the year 2020, on the clock of its zone', () => {
  expect(storedRRule('FREQ=MINUTELY;INTERVAL=45', 'UTC', now + 300_000)).toBe(
    'DTSTART:20261121T120000\nFREQ=MINUTELY;INTERVAL=45',
  );
  expect(storedRRule('FREQ=SECONDLY;INTERVAL=20', 'Asia/Tokyo', now)).toBe(
    'DTSTART:20261121T210000\nFREQ=SECONDLY;INTERVAL=20',
  );
  expect(storedRRule('FREQ=MINUTELY;COUNT=10', 'UTC', now)).toBe('DTSTART:20200101T000000\nFREQ=MINUTELY;COUNT=10');
});

test('a line that does not say what it is holds the rule, in any case', () => {
  const first = (rrule: string) => [...upcoming({ rrule, timezone: 'UTC' }, now, horizon).occurrences][0]?.pythonText;
  for (const rrule of [
    'FREQ=DAILY;BYHOUR=9',
    'DTSTART:20200101T000000\nFREQ=DAILY;BYHOUR=9',
    'RRULE:freq=daily;byhour=9',
    'DTSTART;TZID=Asia/Tokyo:20200101T000000\r\nRRULE:FREQ=DAILY;BYHOUR=9',
  ]) {
    expect(first(rrule), rrule).toBe('2026-11-22 09:00:00+00:00');
  }
});

test('what is not a schedule is refused', () => {
  const wrong: Schedule[] = [
    every(0),
    every(-5),
    every(1e-7),
    { interval: 60, anchor_date: '2026-01-01T00:00:00Z', timezone: 'Mars/Base' },
    cron('61 * * * *'),
    { rrule: 'garbage', timezone: 'UTC' },
    { rrule: '', timezone: 'UTC' },
    { rrule: 'FREQ=SOMETIMES', timezone: 'UTC' },
    { rrule: `FREQ=DAILY;BYHOUR=${'1,'.repeat(4_000)}1`, timezone: 'UTC' },
  ];
  for (const each of wrong) expect(wrongSchedule(each), JSON.stringify(each).slice(0, 80)).toEqual(expect.any(String));
});

test('the body of a schedule is one of the kinds, and nothing more', () => {
  expect(scheduleBody.parse({ cron: '@daily' })).toEqual({ cron: '@daily', timezone: null, day_or: true });
  expect(scheduleBody.parse({ interval: 'PT15M', anchor_date: '2026-01-01 00:00:00+01:00' })).toEqual({
    interval: 900,
    anchor_date: '2025-12-31T23:00:00.000000Z',
    timezone: 'UTC',
  });
  for (const body of [{}, { cron: '* * * * *', interval: 5 }, { cron: '* * *' }, { interval: 'soon' }, { every: 5 }])
    expect(scheduleBody.safeParse(body).success).toBe(false);
});

test('schedules are said in words', () => {
  expect(summarize(every(900))).toBe('Every 15 minutes');
  expect(summarize(every(86_400))).toBe('Every day');
  for (const [cron, words] of [
    ['@daily', 'Every day at 00:00 (UTC)'],
    ['@Hourly', 'Every hour at minute 0 (UTC)'],
    ['@weekly', 'Every Sunday at 00:00 (UTC)'],
  ] as const)
    expect(summarize({ cron, timezone: null, day_or: true })).toBe(words);
  expect(summarize({ cron: '0 8 * * *', timezone: 'Europe/Berlin', day_or: true })).toBe(
    'Every day at 08:00 (Europe/Berlin)',
  );
  expect(summarize(cron('*/5 * * * *'))).toBe('Every 5 minutes (UTC)');
  expect(summarize(cron('30 7 * * 1-5'))).toBe('Every weekday at 07:30 (UTC)');
  expect(summarize(cron('0 0 1 * *'))).toBe('Cron 0 0 1 * * (UTC)');
  expect(summarize(cron('* * * * * *'))).toBe('Every second (UTC)');
  expect(summarize(cron('*/7 * * * * *'))).toBe('Every 7 minutes, each second of that minute (UTC)');
  expect(summarize(cron('0 8 * * * 30'))).toBe('Every day at 08:00, at second 30 (UTC)');
  expect(summarize(cron('0 8 * * 1-5 */20'))).toBe('Every weekday at 08:00, every 20 seconds of that minute (UTC)');
  expect(summarize(cron('0 8 1 * * *'))).toBe('Cron 0 8 1 * * * (UTC)');
  expect(summarize(cron('* * * * * */15'))).toBe('Every 15 seconds (UTC)');
  expect(summarize(cron('30 7 * * * 0'))).toBe('Every day at 07:30 (UTC)');
  expect(summarize(cron('30 7 * * * 20'))).toBe('Every day at 07:30, at second 20 (UTC)');
  expect(summarize(cron('* 8 * * * */7'))).toBe('Cron * 8 * * * */7 (UTC)');
  expect(summarize({ rrule: 'DTSTART:20260101T080000\nFREQ=WEEKLY;BYDAY=MO', timezone: 'UTC' })).toBe(
    'Every week on Monday at 8 AM (UTC)',
  );
  expect(summarize({})).toBe('Never');
});
