import { expect, test } from 'vitest';
import { toCroner } from './cron-dialect.js';
import { isCronText } from './cron.js';
import { occurrences } from './occurrences.js';

const first = (cron: string, timezone: string, from: string, count = 3) => {
  const found: string[] = [];
  for (const { pythonText } of occurrences({ cron, timezone, day_or: true }, Date.parse(from))) {
    found.push(pythonText);
    if (found.length === count) break;
  }
  return found;
};

test('croner gets every field as the list of its values, as croniter reads them', () => {
  expect(toCroner('5/20 4 * * *')).toBe('5,25,45 4 * * *');
  expect(toCroner('0 0 * * 6-1')).toBe('0 0 * * 6,0,1');
  expect(toCroner('0 22-1 * * *')).toBe('0 22,23,0,1 * * *');
  expect(toCroner('0 0 * NOV-FEB FRI-MON/2')).toBe('0 0 * 11,12,1,2 5,0');
  expect(toCroner('0 0 * * L5')).toBe('0 0 * * 5#L');
  expect(toCroner('@Weekly')).toBe('0 0 * * 0');
});

test('a step that leads out of its range at once leaves the first of it, as in croniter', () => {
  expect(toCroner('*/90 */25 */40 */13 */8')).toBe('0 0 1 1 0');
  expect(toCroner('1,*/90 * * * *')).toBe('1,0 * * * *');
  expect(toCroner('5/70 10-20/30 5/40 * *')).toBe('5 10 5 * *');
  expect(toCroner('* * * * * */90')).toBe('0 * * * * *');
  for (const cron of ['*/90 * * * *', '*/1000000 * * * *', '0 0 */40 * *', '10-20/100 * * * *'])
    expect(isCronText(cron)).toBe(true);
  for (const cron of ['60/90 * * * *', '50-70/90 * * * *', '*/0 * * * *']) expect(isCronText(cron)).toBe(false);
});

test('a range of one value is the whole field, as in croniter', () => {
  expect(toCroner('5-5 23/7 * 12/5 6/2')).toBe('* 0,7,14,21 * 1,6,11 0,2,4,6');
  expect(toCroner('3,5-5/20 0 * * 7/2')).toBe('3,0,20,40 0 * * 0,2,4,6');
});

test('Sunday ends a range as 7, and a day beside a star is not named', () => {
  expect(toCroner('0 0 * * 5-7/2')).toBe('0 0 * * 5,0');
  expect(toCroner('0 0 * * 3-7/9')).toBe('0 0 * * 3');
  expect(toCroner('0 0 * * 7-7')).toBe('0 0 * * *');
  expect(toCroner('0 0 31 * *,0')).toBe('0 0 31 * *');
});

test('all values of a field are any, but of days only beside a star: both that are named count', () => {
  expect(toCroner('0-59 */1 1-31 1-12 *')).toBe('* * * * *');
  expect(toCroner('0 0 1-31 * 0-6')).toMatch(/^0 0 1,2,3,.*,31 \* 0,1,2,3,4,5,6$/);
});

test('a weekday of the month makes other days of no account, and stands beside no whole weekday', () => {
  expect(toCroner('0 0 15 * 5#3')).toBe('0 0 * * 5#3');
  expect(toCroner('0 0 15 * 5#3', false)).toBe('0 0 15 * 5#3');
  for (const cron of ['0 0 * * 5#3,1', '0 0 * * 5#6', '0 0 * * L8']) expect(isCronText(cron)).toBe(false);
});

test('seconds stand last, and before a year', () => {
  expect(toCroner('1 2 3 4 5 6')).toBe('6 1 2 3 4 5');
  expect(toCroner('1 2 3 4 5 6 2030')).toBe('6 1 2 3 4 5 2030');
});

test('chance, the wrong number of fields, values out of range and what croniter does not know are refused', () => {
  for (const cron of [
    'R R * * *',
    'H * * * *',
    'H(0-5) * * * *',
    '0 0 * * R',
    '* * * *',
    '',
    '60 * * * *',
    '* 24 * * *',
    '0 0 0 * *',
    'a b c d e',
    '@never',
    '*/0 * * * *',
    '0 0 LW * *',
    '0 0 15W * *',
    '0 0 * * 5L',
  ]) {
    expect(isCronText(cron), cron).toBe(false);
  }
});

test('names that contain an R or an H are not chance', () => {
  for (const cron of ['0 0 * MAR,APR THU', '0 0 * * FRI', '@hourly']) expect(isCronText(cron)).toBe(true);
});

test('an hour that comes twice has one occurrence, the first', () => {
  expect(first('30 2 * * *', 'Europe/Berlin', '2026-10-24T20:00:00Z', 2)).toEqual([
    '2026-10-25 02:30:00+02:00',
    '2026-10-26 02:30:00+01:00',
  ]);
});

test('a time that is skipped moves forward, and does not meet the next one twice', () => {
  expect(first('30 2,3 * * *', 'Europe/Berlin', '2026-03-28T20:00:00Z')).toEqual([
    '2026-03-29 03:30:00+02:00',
    '2026-03-30 02:30:00+02:00',
    '2026-03-30 03:30:00+02:00',
  ]);
});

test('a day that never comes has no occurrence', () => {
  expect(first('0 0 31 2 *', 'UTC', '2026-11-21T00:00:00Z')).toEqual([]);
});

test('the moment asked for counts', () => {
  expect(first('0 8 * * *', 'UTC', '2026-11-21T08:00:00Z', 1)).toEqual(['2026-11-21 08:00:00+00:00']);
});
