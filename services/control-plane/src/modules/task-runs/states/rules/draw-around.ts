/**
 * A time between two arrivals of a Poisson process with this mean, at most `spread` times the mean above it, and bounded
 * below so that the mean stays about the same. `draw` is at random, from 0 up to 1.
 */
export function drawAround(mean: number, spread: number, draw: number): number {
  if (mean <= 0) return 0;
  const upper = 1 + spread;
  const lower = upper >= 50 ? 0 : Math.log2(2 ** upper / (2 ** upper - 1));
  const below = (multiple: number) => 1 - Math.exp(-multiple);
  const chance = below(lower) + draw * (below(upper) - below(lower));
  return -Math.log(1 - chance) * mean;
}
