import { expect, test } from 'vitest';
import { nextTimes, type Fires } from './next-times';

const now = Date.parse('2026-03-01T12:01:30Z');
const none: Fires = { kind: 'cron', cron: '', interval: '', rrule: '', timezone: '' };
const next = (values: Partial<Fires>) => nextTimes({ ...none, ...values }, null, now).map((iso) => iso.slice(0, 19));

test('the next three times are said of every kind of schedule', () => {
  expect(next({ cron: '0 8 * * *', timezone: 'Europe/Berlin' })).toEqual([
    '2026-03-02T07:00:00',
    '2026-03-03T07:00:00',
    '2026-03-04T07:00:00',
  ]);
  expect(next({ kind: 'interval', interval: '3600' })[0]).toBe('2026-03-01T13:01:30');
  expect(next({ kind: 'rrule', rrule: 'FREQ=WEEKLY;BYDAY=MO' })[0]).toBe('2026-03-02T00:00:00');
});

test('a sixth field shows what it does: every second of every seventh minute', () => {
  expect(next({ cron: '*/7 * * * * *' })).toEqual([
    '2026-03-01T12:07:00',
    '2026-03-01T12:07:01',
    '2026-03-01T12:07:02',
  ]);
});

test('what makes no schedule, or one that never fires, has no next time', () => {
  for (const values of [
    { cron: '' },
    { cron: 'nonsense' },
    { cron: '0 0 31 2 *' },
    { cron: '* * * * *', timezone: 'Nowhere/Land' },
    { kind: 'interval', interval: '1.5' } as const,
    { kind: 'rrule', rrule: 'FREQ=NEVER' } as const,
  ])
    expect(next(values)).toEqual([]);
});
