import { describe, expect, test } from 'vitest';
import { mergeById } from './merge-by-id';
import { layoutTimeline, tickStep } from './timeline-layout';

describe('a timeline', () => {
  test('places spans in percent from the first start to the last end', () => {
    const { placed, from, to } = layoutTimeline(
      [
        { id: 'a', start: 1000, end: 3000 },
        { id: 'b', start: 3000, end: 5000 },
      ],
      1000,
      99_999,
    );
    expect([from, to]).toEqual([1000, 5000]);
    expect(placed.get('a')).toEqual({ id: 'a', left: 0, width: 50, begun: true, seconds: 2 });
    expect(placed.get('b')).toEqual({ id: 'b', left: 50, width: 50, begun: true, seconds: 2 });
  });

  test('goes on to now while something runs', () => {
    const { placed, to } = layoutTimeline([{ id: 'a', start: 1000, end: null }], 0, 2000);
    expect(to).toBe(2000);
    expect(placed.get('a')).toMatchObject({ left: 50, width: 50, seconds: 1 });
  });

  test('gives what has not begun no length', () => {
    const { placed } = layoutTimeline([{ id: 'a', start: null, end: null }], 0, 10_000);
    expect(placed.get('a')).toMatchObject({ width: 0, begun: false, seconds: 0 });
  });

  test('has what was taken from a cache where it ended, without a length', () => {
    const spans = [
      { id: 'ran', start: 1000, end: 2000 },
      { id: 'cached', start: null, end: 3000 },
      { id: 'cached last', start: null, end: 5000 },
    ];
    const { placed, to } = layoutTimeline(spans, 1000, 99_999);
    expect(to).toBe(5000);
    expect(placed.get('cached')).toEqual({ id: 'cached', left: 50, width: 0, begun: false, seconds: 0 });
    expect(placed.get('cached last')).toMatchObject({ left: 100, width: 0 });
  });

  test('never leaves the axis, however short it is', () => {
    const { placed, ticks } = layoutTimeline([{ id: 'a', start: 5, end: 5 }], 5, 5);
    expect(placed.get('a')).toMatchObject({ left: 0, width: 0 });
    expect(ticks.length).toBeGreaterThan(0);
  });

  test('holds thousands of spans', () => {
    const spans = Array.from({ length: 5000 }, (_, index) => ({ id: String(index), start: index, end: index + 10 }));
    expect(layoutTimeline(spans, 0, 0).to).toBe(5009);
  });

  test('has ticks at round times', () => {
    expect(layoutTimeline([{ id: 'a', start: 0, end: 12_000 }], 0, 0).ticks.map((tick) => tick.label)).toEqual([
      '0s',
      '2s',
      '4s',
      '6s',
      '8s',
      '10s',
      '12s',
    ]);
    expect(tickStep(1, 6)).toBe(1);
    expect(tickStep(3_600_000, 6)).toBe(600_000);
    expect(tickStep(20 * 86_400_000, 6)).toBe(4 * 86_400_000);
  });
});

test('merging by id replaces in place, appends, and lets the last of two win', () => {
  const merged = mergeById(
    [
      { id: 'a', n: 1 },
      { id: 'b', n: 1 },
    ],
    [
      { id: 'b', n: 2 },
      { id: 'c', n: 1 },
      { id: 'c', n: 2 },
    ],
  );
  expect(merged.map(({ id, n }) => id + n)).toEqual(['a1', 'b2', 'c2']);
});
