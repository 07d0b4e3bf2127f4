import { describe, expect, test } from 'vitest';
import { intervalAt, intervalsOf } from './intervals.js';

const day = ['2026-01-01T00:00:00.000000Z', '2026-01-02T00:00:00.000000Z'] as const;

describe('the intervals of a history', () => {
  test('cover the range, the last one beyond its end where the length does not fit', () => {
    expect(intervalsOf(day[0], '2026-01-01T03:00:00.500000Z', 3600)).toMatchObject({
      count: 4,
      end: '2026-01-01T04:00:00.000000Z',
    });
    expect(intervalsOf(...day, 86_400)).toMatchObject({ count: 1, end: day[1] });
  });

  test('are 500 at the most, and none when the range ends before it starts', () => {
    expect(intervalsOf(...day, 60)).toMatchObject({ count: 500, end: '2026-01-01T08:20:00.000000Z' });
    expect(intervalsOf(day[1], day[0], 60).count).toBe(0);
    expect(intervalsOf(day[0], day[0], 60).count).toBe(0);
  });

  test('are exact to the microsecond', () => {
    const intervals = intervalsOf(day[0], '2026-01-01T00:00:03.500000Z', 1.2500004);
    expect(intervalAt(intervals, 2)).toEqual({
      from: '2026-01-01T00:00:02.500000Z',
      until: '2026-01-01T00:00:03.750000Z',
    });
  });

  test('are a second long at least, and end within the calendar', () => {
    for (const seconds of [0.5, 0, -3, Number.NaN])
      expect(() => intervalsOf(...day, seconds)).toThrow('History interval must not be less than 1 second.');
    for (const seconds of [1e12, 1e300]) expect(() => intervalsOf(...day, seconds)).toThrow('too large');
    for (const seconds of [1e308, Infinity])
      for (const until of [day[0], day[1], '0001-01-01T00:00:00.000000Z'])
        expect(() => intervalsOf(day[0], until, seconds)).toThrow('too large');
  });
});
