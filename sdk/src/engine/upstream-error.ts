import type { State } from '../states.js';

/** A task could not start because a task that it depends on has no result. `cause` is what that one threw. */
export class UpstreamError extends Error {
  override name = 'UpstreamError';
  constructor(upstream: string, state: State) {
    super(`Upstream task run ${upstream} has no result: it ended ${state.name}.`, { cause: state.error });
  }
}
