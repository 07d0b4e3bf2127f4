import { setMaxListeners } from 'node:events';
import { CancelledError, TimeoutError } from '../errors.js';

/** A signal that fires with any of the given ones, and after the time. `done` lets go of both. */
export function guardedSignal(
  parents: (AbortSignal | undefined)[],
  timeoutSeconds: number | undefined,
): { signal: AbortSignal; done: () => void } {
  const controller = new AbortController();
  setMaxListeners(0, controller.signal); // one for each task that is under way
  const fire = (event: Event) => controller.abort((event.target as AbortSignal).reason);
  const heard = parents.filter((parent) => parent !== undefined);
  for (const parent of heard) {
    if (parent.aborted) controller.abort(parent.reason);
    else parent.addEventListener('abort', fire, { once: true });
  }
  const late = () => controller.abort(new TimeoutError(`The run took longer than its ${timeoutSeconds} s.`));
  const timer = timeoutSeconds === undefined ? undefined : setTimeout(late, timeoutSeconds * 1000);
  const done = () => {
    clearTimeout(timer);
    for (const parent of heard) parent.removeEventListener('abort', fire);
  };
  return { signal: controller.signal, done };
}

/** How long work that was cancelled may take to clean up. */
const graceMs = 5000;

/**
 * The outcome of the work. Out of time, it is given up at once; cancelled, it may clean up first. Either way its end goes
 * unheard after that, so it should watch the signal itself.
 */
export function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    let timer: NodeJS.Timeout | undefined;
    const giveUp = () => reject(reasonOf(signal));
    const aborted = () => {
      if (signal.reason instanceof TimeoutError) giveUp();
      else timer = setTimeout(giveUp, graceMs);
    };
    const ended = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', aborted);
    };
    work.finally(ended).then(resolve, reject);
    if (signal.aborted) aborted();
    else signal.addEventListener('abort', aborted, { once: true });
  });
}

export const reasonOf = (signal: AbortSignal): unknown =>
  signal.reason instanceof Error ? signal.reason : new CancelledError('The run was cancelled.');
