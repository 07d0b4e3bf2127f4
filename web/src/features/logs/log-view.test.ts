import { describe, expect, test } from 'vitest';
import { appendLines, asText, filterLines, levelName, type Line } from './log-view';

const line = (id: string, more: Partial<Line> = {}): Line => ({
  id,
  cursor: id,
  timestamp: '2026-03-01T12:00:00.000Z',
  level: 20,
  name: 'flow',
  message: `message ${id}`,
  taskRunId: null,
  ...more,
});

const everything = { minLevel: 0, search: '', taskRunId: null };
const ids = (lines: readonly Line[]) => lines.map((one) => one.id).join('');

test('lines that come twice are shown once, in the order of their first coming', () => {
  expect(ids(appendLines([line('a'), line('b')], [line('b'), line('c'), line('c')]))).toBe('abc');
});

test('nothing new keeps the same list, so that nothing is drawn again', () => {
  const lines = [line('a')];
  expect(appendLines(lines, [line('a')])).toBe(lines);
});

describe('the filter of the log', () => {
  const lines = [
    line('a', { level: 10 }),
    line('b', { level: 40, taskRunId: 't' }),
    line('c', { message: 'Disk FULL' }),
  ];

  test('keeps everything when it asks for nothing', () => expect(filterLines(lines, everything)).toBe(lines));
  test('keeps a level and what is above', () =>
    expect(ids(filterLines(lines, { ...everything, minLevel: 20 }))).toBe('bc'));
  test('finds text in any case', () =>
    expect(ids(filterLines(lines, { ...everything, search: ' disk full ' }))).toBe('c'));
  test('keeps the lines of one task run', () =>
    expect(ids(filterLines(lines, { ...everything, taskRunId: 't' }))).toBe('b'));
});

test('what is meant for a terminal is in the way of no search, and in no file', () => {
  const coloured = line('a', { message: '\u001b[31mdisk \u001b[1mfull\u001b[0m' });
  expect(ids(filterLines([coloured], { ...everything, search: 'disk full' }))).toBe('a');
  expect(ids(filterLines([coloured], { ...everything, search: '[31m' }))).toBe('');
  expect(asText([coloured])).toMatch(/\| disk full$/);
});

test('levels between two names carry the lower one', () => {
  expect([5, 10, 20, 25, 30, 40, 50, 99].map(levelName)).toEqual([
    'DEBUG',
    'DEBUG',
    'INFO',
    'INFO',
    'WARNING',
    'ERROR',
    'CRITICAL',
    'CRITICAL',
  ]);
});

test('a downloaded log has one line for each line', () => {
  expect(asText([line('a'), line('b', { level: 40 })])).toBe(
    '2026-03-01T12:00:00.000Z INFO     flow | message a\n2026-03-01T12:00:00.000Z ERROR    flow | message b',
  );
});
