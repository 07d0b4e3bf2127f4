import { invalid } from '../../../core/errors/app-error.js';
import { fromMicros, toMicros } from '../states/time.js';

/** Intervals of equal length, side by side from `start` on; `micros` is the length of each. */
export type Intervals = { start: string; end: string; micros: number; count: number };

const countMax = 500;
/** The end of the year 9999: later moments have no ISO text. */
const lastMicros = toMicros('9999-12-31T23:59:59.999999Z');

/** As many intervals as cover the range, the last of which may reach beyond it; no more than 500. */
export function intervalsOf(from: string, until: string, seconds: number): Intervals {
  const micros = Math.round(seconds * 1e6);
  if (!(micros >= 1e6)) throw invalid('History interval must not be less than 1 second.');
  const start = toMicros(from);
  const count = Math.max(0, Math.min(Math.ceil((toMicros(until) - start) / micros), countMax));
  const end = start + count * micros;
  // No interval of endless length has no end either.
  if (!(end <= lastMicros)) throw invalid('History interval is too large.');
  return { start: from, end: fromMicros(end), micros, count };
}

/** The moments at which the interval of that index begins and ends. */
export function intervalAt({ start, micros }: Intervals, index: number): { from: string; until: string } {
  const from = toMicros(start) + index * micros;
  return { from: fromMicros(from), until: fromMicros(from + micros) };
}
