import type { Hook, HookRun, Hooks } from '../options.js';
import type { Logger } from '../logging.js';
import type { State } from '../states.js';

const hooksFor = (state: State, hooks: Hooks): Hook | Hook[] | undefined => {
  switch (state.type) {
    case 'COMPLETED':
      return hooks.onCompletion;
    case 'FAILED':
      return hooks.onFailure;
    case 'CANCELLED':
      return hooks.onCancellation;
    case 'CRASHED':
      return hooks.onCrashed;
    default:
      return undefined;
  }
};

/** One after the other. Their errors are logged: the run has ended already. */
export async function callHooks(hooks: Hooks, run: HookRun, state: State, logger: Logger): Promise<void> {
  const found = hooksFor(state, hooks);
  if (!found) return;
  for (const hook of [found].flat()) {
    try {
      await hook(run, state);
    } catch (error) {
      logger.error(`Hook ${hook.name || '(without a name)'} failed:`, error);
    }
  }
}
