import { duration } from '@/lib/format';

/**
 * Times in milliseconds since the epoch; `end` is null while it goes on, `start` while it has not begun. What was taken from
 * a cache has an end and never began.
 */
export type Span = { id: string; start: number | null; end: number | null };

/** Where a span lies on the axis, in percent of its width, and how long it is: all attempts with the pauses between them. */
export type Placed = { id: string; left: number; width: number; begun: boolean; seconds: number };

export type Tick = { left: number; label: string };
export type Layout = { placed: Map<string, Placed>; ticks: Tick[]; from: number; to: number };

const steps = [
  1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 15_000, 30_000, 60_000, 120_000, 300_000, 600_000,
  900_000, 1_800_000, 3_600_000, 7_200_000, 14_400_000, 43_200_000, 86_400_000,
];

/** The distance of ticks that gives at most `most` of them; past days, whole multiples of a day. */
export function tickStep(lengthMs: number, most: number): number {
  const least = lengthMs / most;
  return steps.find((step) => step >= least) ?? Math.ceil(least / 86_400_000) * 86_400_000;
}

/** Lays spans on an axis from `from` to the latest end, or to `now` when something still goes on. */
export function layoutTimeline(spans: readonly Span[], from: number | null, now: number, mostTicks = 6): Layout {
  const starts = spans.flatMap((span) => span.start ?? []);
  const first = starts.reduce((a, b) => Math.min(a, b), from ?? Number.POSITIVE_INFINITY);
  const start = Number.isFinite(first) ? first : now;
  const ends = spans.map((span) => span.end ?? (span.start === null ? start : now));
  const length = Math.max(1, ends.reduce((a, b) => Math.max(a, b), start) - start);
  const share = (ms: number) => (Math.max(0, ms) / length) * 100;
  const placed = new Map(
    spans.map((span) => {
      const left = Math.min(100, share((span.start ?? span.end ?? now) - start));
      const length = span.start === null ? 0 : Math.max(0, (span.end ?? now) - span.start);
      const width = Math.min(100 - left, share(length));
      return [span.id, { id: span.id, left, width, begun: span.start !== null, seconds: length / 1000 }];
    }),
  );
  return { placed, ticks: ticksOf(length, mostTicks), from: start, to: start + length };
}

function ticksOf(lengthMs: number, most: number): Tick[] {
  const step = tickStep(lengthMs, most);
  const count = Math.floor(lengthMs / step);
  return Array.from({ length: count + 1 }, (_, index) => ({
    left: ((index * step) / lengthMs) * 100,
    label: index === 0 ? '0s' : duration((index * step) / 1000),
  }));
}
