import { AbortedError, CancelledError, SuspendedError, TimeoutError } from '../errors.js';
import { Future } from '../future.js';
import { Completed, failedBy, messageOf, State } from '../states.js';

/** The state that a returned value stands for. */
export async function stateOfValue(value: unknown): Promise<State> {
  if (value instanceof State) return value;
  if (value instanceof Future) return endOf(await value.wait());
  if (
    Array.isArray(value) &&
    value.length > 0 &&
    value.every((each) => each instanceof Future || each instanceof State)
  )
    return endOfAll(value);
  return Completed({ data: value }) as State;
}

const endOf = (state: State): State =>
  state.isCompleted()
    ? Completed({ data: state.data })
    : new State('FAILED', undefined, state.message, undefined, state.error);

/** Fails when one of them did not complete. */
async function endOfAll(values: (Future<unknown> | State)[]): Promise<State> {
  const states = await Promise.all(values.map(async (each) => (each instanceof Future ? each.wait() : each)));
  const bad = states.filter((state) => !state.isCompleted());
  if (bad.length === 0) return Completed({ data: states.map((state) => state.data) });
  return new State(
    'FAILED',
    undefined,
    `${bad.length} of ${states.length} runs did not complete.`,
    undefined,
    bad[0]!.error,
  );
}

/** The state that a thrown error stands for. What is not about this run's outcome goes on as an error. */
export function stateOfError(error: unknown, signal: AbortSignal): State {
  if (error instanceof AbortedError) throw error;
  if (error instanceof SuspendedError) return new State('PAUSED', 'Suspended', error.message, undefined, error);
  const reason: unknown = signal.aborted ? signal.reason : null;
  if (reason instanceof TimeoutError) return failedBy(reason, 'TimedOut').with({ message: reason.message });
  if (signal.aborted) return new State('CANCELLED', undefined, messageOf(reason ?? error), undefined, reason ?? error);
  if (error instanceof CancelledError) return new State('CANCELLED', undefined, error.message, undefined, error);
  return failedBy(error);
}
