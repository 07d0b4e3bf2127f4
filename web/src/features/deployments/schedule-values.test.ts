import { expect, test } from 'vitest';
import { isOften, mistakesOf, valuesOf, type ScheduleValues } from './schedule-values';

const values = (some: Partial<ScheduleValues>): ScheduleValues => ({ ...valuesOf(null), cron: '0 8 * * *', ...some });
const wrong = (some: Partial<ScheduleValues>) => mistakesOf(values(some), null);

test('seconds are whole and in their range before they are sent', () => {
  const within = (text: string) => wrong({ catchUp: 'WITHIN', within: text });
  for (const text of ['0', '31622401', '99999999999', '9'.repeat(400)])
    expect(within(text)).toEqual({ within: 'From 1 to 31,622,400 seconds.' });
  for (const text of ['', 'soon', '-1', '1.5', '1e3'])
    expect(within(text)).toEqual({ within: 'A whole number of seconds.' });
  for (const text of ['1', '31622400', ' 60 ']) expect(within(text)).toEqual({});
  const interval = (text: string) => wrong({ kind: 'interval', interval: text });
  for (const text of ['0', '9'.repeat(400)])
    expect(interval(text)).toEqual({ interval: expect.stringMatching(/^From 1/) });
  expect(interval('often')).toEqual({ interval: 'A whole number of seconds.' });
  expect(interval('')).toEqual({ interval: 'Say when it fires.' });
});

test('what stood there before is not asked about: a client may have set half seconds', () => {
  const before = values({ kind: 'interval', interval: '90.5' });
  expect(mistakesOf({ ...before, catchUp: 'NONE' }, before)).toEqual({});
  expect(mistakesOf({ ...before, interval: '91.5' }, before)).toEqual({ interval: 'A whole number of seconds.' });
});

test('what fires more often than once a minute is told from the rest', () => {
  const often: Partial<ScheduleValues>[] = [
    { cron: '* * * * * *' },
    { cron: '0 8 * * * */30' },
    { kind: 'interval', interval: '59' },
    { kind: 'rrule', rrule: 'FREQ=SECONDLY' },
    { kind: 'rrule', rrule: 'FREQ=MINUTELY;BYSECOND=0,30' },
  ];
  const seldom: Partial<ScheduleValues>[] = [
    { cron: '* * * * *' },
    { cron: '* * * * * 30' },
    { cron: '' },
    { kind: 'interval', interval: '60' },
    { kind: 'interval', interval: '' },
    { kind: 'rrule', rrule: 'FREQ=MINUTELY' },
  ];
  for (const some of often) expect([some, isOften(values(some))]).toEqual([some, true]);
  for (const some of seldom) expect([some, isOften(values(some))]).toEqual([some, false]);
});
