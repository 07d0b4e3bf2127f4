import { duration } from '@/lib/format';

/** Times in milliseconds since the epoch. */
export type Interval = { start: number; end: number };

/** A part of the axis that has one measure, and where it lies, in percent of the width. */
type Piece = Interval & { left: number; width: number };

/** Where nothing ran for so long that it is left out of the measure. */
export type Break = { left: number; width: number; seconds: number };

export type Tick = { left: number; label: string };
type TimeScale = { at: (ms: number) => number; breaks: Break[]; ticks: Tick[] };

const leastBreakMs = 60_000;
/** In percent of the width. */
const [breakMost, breaksMost] = [5, 30];

/**
 * An axis from `start` to `end`. Hours in which nothing ran, between two attempts say, would leave a hair's breadth to what
 * did: they are a gap of fixed width, and what lies between gaps has an axis of its own, none of them narrower than can be
 * read. `busy` is in order of starts.
 */
export function timeScale({ start, end }: Interval, busy: readonly Interval[], mostTicks: number): TimeScale {
  const length = end - start;
  const quiet = longOf(quietIn({ start, end }, busy), length);
  const worked = between({ start, end }, quiet).filter((each) => each.end > each.start || isAt(each.start, busy));
  const breakWidth = quiet.length > 0 ? Math.min(breakMost, breaksMost / quiet.length) : 0;
  const room = 100 - breakWidth * quiet.length;
  const shares = sharesOf(worked.map((each) => each.end - each.start));
  const pieces: Piece[] = [];
  const breaks: Break[] = [];
  let left = 0;
  for (const each of [...worked, ...quiet].toSorted((a, b) => a.start - b.start || a.end - b.end)) {
    if (quiet.includes(each)) {
      breaks.push({ left, width: breakWidth, seconds: (each.end - each.start) / 1000 });
      left += breakWidth;
    } else {
      const width = shares[pieces.length]! * room;
      pieces.push({ ...each, left, width });
      left += width;
    }
  }
  return {
    at: (ms) => placeOn(pieces, ms),
    breaks,
    ticks: pieces.flatMap((piece) => ticksOf(piece, start, mostTicks)),
  };
}

/** What of an interval is not covered. */
function quietIn({ start, end }: Interval, busy: readonly Interval[]): Interval[] {
  const quiet: Interval[] = [];
  let from = start;
  for (const each of busy) {
    if (each.start > from) quiet.push({ start: from, end: Math.min(each.start, end) });
    from = Math.max(from, each.end);
  }
  if (end > from) quiet.push({ start: from, end });
  return quiet;
}

/** Those that are longer than half of all the time without them. */
function longOf(quiet: readonly Interval[], length: number): Interval[] {
  const long = quiet.filter((each) => each.end - each.start >= leastBreakMs);
  const rest = length - long.reduce((sum, each) => sum + each.end - each.start, 0);
  return long.filter((each) => each.end - each.start > rest / 2);
}

/** What lies before, between and after gaps: moments, too. */
const between = ({ start, end }: Interval, gaps: readonly Interval[]): Interval[] =>
  [start, ...gaps.map((gap) => gap.end)].map((from, index) => ({ start: from, end: gaps[index]?.start ?? end }));

const isAt = (ms: number, busy: readonly Interval[]): boolean =>
  busy.some((each) => each.start <= ms && each.end >= ms);

/** By length, and each at least so much that it can be read. */
function sharesOf(lengths: readonly number[]): number[] {
  const least = Math.min(0.12, 0.5 / lengths.length);
  const whole = lengths.reduce((sum, length) => sum + length, 0);
  const part = (length: number) => (whole > 0 ? length / whole : 1 / lengths.length);
  return lengths.map((length) => least + (1 - least * lengths.length) * part(length));
}

function placeOn(pieces: readonly Piece[], ms: number): number {
  const piece = pieces.findLast((each) => each.start <= ms) ?? pieces[0]!;
  const length = piece.end - piece.start;
  const share = length > 0 ? Math.min(1, Math.max(0, (ms - piece.start) / length)) : 0;
  return piece.left + share * piece.width;
}

const steps = [
  1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 15_000, 30_000, 60_000, 120_000, 300_000, 600_000,
  900_000, 1_800_000, 3_600_000, 7_200_000, 14_400_000, 43_200_000, 86_400_000,
];

/** The distance of ticks that gives at most `most` of them; past days, whole multiples of a day. */
export function tickStep(lengthMs: number, most: number): number {
  const least = lengthMs / most;
  return steps.find((step) => step >= least) ?? Math.ceil(least / 86_400_000) * 86_400_000;
}

/** Since the start of the axis; after a gap its first tick says that, and the others how long after it they are. */
function ticksOf({ start, end, left, width }: Piece, axisStart: number, most: number): Tick[] {
  const length = end - start;
  const first = { left, label: start === axisStart ? '0s' : duration((start - axisStart) / 1000) };
  if (length <= 0) return [first];
  const step = tickStep(length, Math.max(1, Math.floor((most * width) / 100)));
  const sign = start === axisStart ? '' : '+';
  const others = Array.from({ length: Math.floor(length / step) }, (_, index) => ({
    left: left + (((index + 1) * step) / length) * width,
    label: sign + duration(((index + 1) * step) / 1000),
  }));
  // Where a gap follows, a label at its edge would stand in it.
  return [first, ...others.filter((tick) => left + width > 99.99 || tick.left < left + width - 4)];
}
