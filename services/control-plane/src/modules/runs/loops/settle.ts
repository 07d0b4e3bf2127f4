import { AppError } from '../../../core/errors/app-error.js';

/** Does the work for each together; one that fails does not keep the others, and is told at the end. What is gone is done. */
export async function settle<T>(each: readonly T[], work: (one: T) => Promise<unknown>): Promise<void> {
  const outcomes = await Promise.allSettled(each.map(work));
  for (const outcome of outcomes) {
    const isGone =
      outcome.status === 'rejected' && outcome.reason instanceof AppError && outcome.reason.kind === 'notFound';
    if (outcome.status === 'rejected' && !isGone) throw outcome.reason;
  }
}
