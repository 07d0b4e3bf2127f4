import { timeScale, type Break, type Interval, type Tick } from './time-scale';

/**
 * Times in milliseconds since the epoch; `end` is null while it goes on, `start` while it has not begun. What was taken from
 * a cache has an end and never began. `stretches`: when it was running, where it began more than once.
 */
export type Span = { id: string; start: number | null; end: number | null; stretches?: readonly Stretch[] };
type Stretch = { start: number; end: number | null };

/**
 * Where a span lies on the axis, in percent of its width, and how long it is: all attempts with the pauses between them.
 * `parts`: the attempts, where there are several.
 */
export type Placed = {
  id: string;
  left: number;
  width: number;
  begun: boolean;
  seconds: number;
  parts: { left: number; width: number }[];
};

export type Layout = { placed: Map<string, Placed>; ticks: Tick[]; breaks: Break[]; from: number; to: number };
type Given = {
  /** When the run began. */
  from: number | null;
  now: number;
  /** When the run was at rest between attempts, so that no task of it was at work, whatever its start and its end. */
  rests?: readonly Interval[];
};

const mostTicks = 6;

/** Lays spans on an axis from `from` to the latest end, or to `now` when something still goes on. */
export function layoutTimeline(spans: readonly Span[], { from, now, rests = [] }: Given): Layout {
  const starts = spans.flatMap((span) => span.start ?? []);
  const first = starts.reduce((a, b) => Math.min(a, b), from ?? Number.POSITIVE_INFINITY);
  const start = Number.isFinite(first) ? first : now;
  const ends = spans.map((span) => span.end ?? (span.start === null ? start : now));
  const end = Math.max(
    start + 1,
    ends.reduce((a, b) => Math.max(a, b), start),
  );
  const busy = spans.flatMap((span) => busyIn(span, now, rests)).toSorted((a, b) => a.start - b.start);
  const { at, ticks, breaks } = timeScale({ start, end }, busy, mostTicks);
  const lie = (one: number, other: number) => ({ left: at(one), width: Math.max(0, at(other) - at(one)) });
  const placed = new Map(
    spans.map((span) => {
      const begins = span.start ?? span.end ?? now;
      const ends = span.start === null ? begins : Math.max(begins, span.end ?? now);
      const parts = (span.stretches ?? []).map((each) => lie(each.start, each.end ?? now));
      const lies = { ...lie(begins, ends), parts: parts.length > 1 ? parts : [] };
      return [span.id, { id: span.id, ...lies, begun: span.start !== null, seconds: (ends - begins) / 1000 }];
    }),
  );
  return { placed, ticks, breaks, from: start, to: end };
}

/** When something of a span was going on, as far as is known. */
function busyIn(span: Span, now: number, rests: readonly Interval[]): Interval[] {
  if (span.start === null) return span.end === null ? [] : [{ start: span.end, end: span.end }];
  if (span.stretches && span.stretches.length > 1)
    return span.stretches.map(({ start, end }) => ({ start, end: end ?? now }));
  const parts: Interval[] = [];
  let start = span.start;
  const end = span.end ?? now;
  for (const rest of rests) {
    if (rest.start < start || rest.end > end) continue;
    parts.push({ start, end: rest.start });
    start = rest.end;
  }
  return [...parts, { start, end }];
}
