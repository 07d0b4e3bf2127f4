import { describe, expect, test } from 'vitest';
import { mergeById } from './merge-by-id';
import { tickStep } from './time-scale';
import { layoutTimeline } from './timeline-layout';

describe('a timeline', () => {
  test('places spans in percent from the first start to the last end', () => {
    const { placed, from, to } = layoutTimeline(
      [
        { id: 'a', start: 1000, end: 3000 },
        { id: 'b', start: 3000, end: 5000 },
      ],
      { from: 1000, now: 99_999 },
    );
    expect([from, to]).toEqual([1000, 5000]);
    expect(placed.get('a')).toEqual({ id: 'a', left: 0, width: 50, begun: true, seconds: 2, parts: [] });
    expect(placed.get('b')).toEqual({ id: 'b', left: 50, width: 50, begun: true, seconds: 2, parts: [] });
  });

  test('goes on to now while something runs', () => {
    const { placed, to } = layoutTimeline([{ id: 'a', start: 1000, end: null }], { from: 0, now: 2000 });
    expect(to).toBe(2000);
    expect(placed.get('a')).toMatchObject({ left: 50, width: 50, seconds: 1 });
  });

  test('gives what has not begun no length', () => {
    const { placed } = layoutTimeline([{ id: 'a', start: null, end: null }], { from: 0, now: 10_000 });
    expect(placed.get('a')).toMatchObject({ width: 0, begun: false, seconds: 0, parts: [] });
  });

  test('has what was taken from a cache where it ended, without a length', () => {
    const spans = [
      { id: 'ran', start: 1000, end: 2000 },
      { id: 'cached', start: null, end: 3000 },
      { id: 'cached last', start: null, end: 5000 },
    ];
    const { placed, to } = layoutTimeline(spans, { from: 1000, now: 99_999 });
    expect(to).toBe(5000);
    expect(placed.get('cached')).toEqual({ id: 'cached', left: 50, width: 0, begun: false, seconds: 0, parts: [] });
    expect(placed.get('cached last')).toMatchObject({ left: 100, width: 0 });
  });

  test('never leaves the axis, however short it is', () => {
    const { placed, ticks } = layoutTimeline([{ id: 'a', start: 5, end: 5 }], { from: 5, now: 5 });
    expect(placed.get('a')).toMatchObject({ left: 0, width: 0 });
    expect(ticks.length).toBeGreaterThan(0);
  });

  test('holds thousands of spans', () => {
    const spans = Array.from({ length: 5000 }, (_, index) => ({ id: String(index), start: index, end: index + 10 }));
    expect(layoutTimeline(spans, { from: 0, now: 0 }).to).toBe(5009);
  });

  test('has ticks at round times', () => {
    expect(
      layoutTimeline([{ id: 'a', start: 0, end: 12_000 }], { from: 0, now: 0 }).ticks.map((tick) => tick.label),
    ).toEqual(['0s', '2s', '4s', '6s', '8s', '10s', '12s']);
    expect(tickStep(1, 6)).toBe(1);
    expect(tickStep(3_600_000, 6)).toBe(600_000);
    expect(tickStep(20 * 86_400_000, 6)).toBe(4 * 86_400_000);
  });
});

describe('hours in which nothing ran', () => {
  const hour = 3_600_000;
  const twoAttempts = [
    { id: 'first', start: 0, end: 10_000 },
    { id: 'second', start: 5 * hour, end: 5 * hour + 30_000 },
  ];

  test('are a narrow gap, and both attempts can be read', () => {
    const { placed, breaks, ticks } = layoutTimeline(twoAttempts, { from: 0, now: 0 });
    expect(breaks).toMatchObject([{ width: 5, seconds: (5 * hour - 10_000) / 1000 }]);
    const [first, second] = [placed.get('first')!, placed.get('second')!];
    expect(first.left).toBe(0);
    expect(first.width).toBeGreaterThan(20);
    expect(second.left).toBeCloseTo(first.width + 5);
    expect(second.left + second.width).toBeCloseTo(100);
    const labels = ticks.map(({ label }) => label);
    expect(labels[0]).toBe('0s');
    expect(labels).toContain('5h');
    expect(labels.slice(labels.indexOf('5h') + 1).every((label) => /^\+\d+s$/.test(label))).toBe(true);
  });

  test('are none where work took longer', () => {
    const spans = [
      { id: 'a', start: 0, end: hour },
      { id: 'b', start: hour + 120_000, end: 2 * hour },
    ];
    expect(layoutTimeline(spans, { from: 0, now: 0 }).breaks).toEqual([]);
  });

  test('are seen within a task that was tried again, whose attempts are parts of its bar', () => {
    const stretches = [
      { start: 0, end: 10_000 },
      { start: 2 * hour, end: 2 * hour + 10_000 },
    ];
    const task = { id: 'a', start: 0, end: 2 * hour + 10_000, stretches };
    const { placed, breaks } = layoutTimeline([task], { from: 0, now: 0 });
    expect(breaks).toHaveLength(1);
    const { parts, left, width } = placed.get('a')!;
    expect([left, width]).toEqual([0, 100]);
    expect(parts.map((part) => part.width)).toEqual([47.5, 47.5]);
  });

  test('are seen within a task that is said to go on while its run was at rest', () => {
    const rests = [{ start: 10_000, end: 5 * hour }];
    const stale = { id: 'stale', start: 0, end: null };
    const given = { from: 0, now: 5 * hour + 30_000, rests };
    expect(layoutTimeline([stale, twoAttempts[1]!], given).breaks).toHaveLength(1);
    // Somebody worked until the middle of it: that is as it says.
    const ended = { id: 'ended', start: 0, end: 4 * hour };
    expect(layoutTimeline([ended, twoAttempts[1]!], given).breaks).toEqual([]);
  });

  test('leave room for many attempts, each in its order', () => {
    const spans = Array.from({ length: 12 }, (_, at) => ({ id: String(at), start: at * hour, end: at * hour + 1000 }));
    const { placed, breaks } = layoutTimeline(spans, { from: 0, now: 0 });
    expect(breaks).toHaveLength(11);
    const lefts = spans.map(({ id }) => placed.get(id)!.left);
    expect(lefts).toEqual(lefts.toSorted((a, b) => a - b));
    expect(Math.min(...spans.map(({ id }) => placed.get(id)!.width))).toBeGreaterThan(4);
  });

  test('are seen before the first task, and before a moment at which one was taken from a cache', () => {
    const spans = [
      { id: 'late', start: hour, end: hour + 1000 },
      { id: 'cached', start: null, end: 3 * hour },
    ];
    const { placed, breaks, ticks } = layoutTimeline(spans, { from: 0, now: 0 });
    const [before, after] = breaks;
    expect(before!.left).toBe(0);
    expect(ticks[0]).toEqual({ left: 5, label: '1h' });
    const late = placed.get('late')!;
    expect([late.left, late.left + late.width]).toEqual([5, after!.left]);
    expect(placed.get('cached')).toMatchObject({ left: after!.left + after!.width, width: 0 });
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
