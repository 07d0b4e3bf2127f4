const rangeMax = 100;

/** Jinja's `range`, which is kept short. */
export type ShortRange = {
  range: (...bounds: unknown[]) => number[];
  /** Why a range was not made. A function that the engine calls must not throw: the engine would not survive it. */
  refusal: () => string | null;
};

export function shortRange(): ShortRange {
  let refusal: string | null = null;
  const range = (...bounds: unknown[]): number[] => {
    const [start = 0, stop = 0, step = 1] = (bounds.length === 1 ? [0, ...bounds] : bounds).map(Number);
    const length = Math.max(0, Math.ceil((stop - start) / step));
    if (length <= rangeMax) return Array.from({ length }, (_, at) => start + at * step);
    refusal = Number.isNaN(length)
      ? 'The bounds of a range have to be numbers.'
      : `Range too big. The sandbox blocks ranges larger than MAX_TEMPLATE_RANGE=${rangeMax}.`;
    return [];
  };
  return { range, refusal: () => refusal };
}
