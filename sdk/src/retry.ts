/** Seconds to wait before an attempt: always the same, one for each retry, or a function of the retry (1 = first). */
export type RetryDelay = number | number[] | ((retry: number) => number);

/**
 * Waits `factor`, `2 × factor`, `4 × factor` … seconds before the retries.
 *
 * @example
 * task(fetchPage, { retries: 5, retryDelaySeconds: exponentialBackoff(2) });
 */
export const exponentialBackoff =
  (factor: number) =>
  (retry: number): number =>
    factor * 2 ** (retry - 1);

/** A list that is too short goes on with its last entry. */
export function delayBefore(retry: number, delay: RetryDelay | undefined): number {
  if (typeof delay === 'function') return Math.max(0, delay(retry));
  if (Array.isArray(delay)) return delay[Math.min(retry, delay.length) - 1] ?? 0;
  return delay ?? 0;
}

/** Asked after each failure that a retry is left for; `false` gives up at once. */
export type RetryCondition = (error: unknown, context: { attempt: number }) => boolean | Promise<boolean>;

/** A condition that throws counts as no. */
export async function mayRetry(
  condition: RetryCondition | undefined,
  error: unknown,
  attempt: number,
): Promise<boolean> {
  if (!condition) return true;
  try {
    return await condition(error, { attempt });
  } catch {
    return false;
  }
}
