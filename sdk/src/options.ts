import type { StandardSchemaV1 } from '@standard-schema/spec';
import type { RetryCondition, RetryDelay } from './retry.js';
import type { State } from './states.js';

/** What a hook is told. */
export type HookRun = { id: string; name: string; flowName: string; taskName?: string; parameters: unknown };
/** Called after a run got its final state. What it throws is logged and changes nothing. */
export type Hook = (run: HookRun, state: State) => unknown;
export type Hooks = {
  onCompletion?: Hook | Hook[];
  onFailure?: Hook | Hook[];
  onCancellation?: Hook | Hook[];
  onCrashed?: Hook | Hook[];
};

type Common = Hooks & {
  /** Name in lists; of the function when left out. */
  name?: string;
  description?: string;
  version?: string;
  /** How often a failed run is tried again. */
  retries?: number;
  retryDelaySeconds?: RetryDelay;
  retryCondition?: RetryCondition;
  /** A run that takes longer fails with the state `TimedOut`, and its `signal` fires. */
  timeoutSeconds?: number;
  tags?: string[];
  /** Lines of `console.log` in the run become lines of its log. A task takes this over from its flow. */
  logPrints?: boolean;
};

export type FlowOptions<Schema extends StandardSchemaV1 | undefined = StandardSchemaV1 | undefined> = Common & {
  /** zod, or any other Standard Schema, of the one object of parameters. */
  parameters?: Schema;
  /** Name of the run; a function is given the parameters. */
  flowRunName?: string | ((parameters: any) => string);
  /** At most so many submitted tasks of a run work at the same time. */
  concurrency?: number;
};

export type TaskOptions<Args extends unknown[] = any[]> = Common & {
  /** Name of the run; a function is given the arguments. */
  taskRunName?: string | ((...args: Args) => string);
  /** Runs with the same key share one result, kept on disk under `HEADGATE_HOME/cache`. The result has to survive JSON. */
  cacheKey?: (...args: Args) => string | null;
  /** How long a cached result is good; for ever when left out. */
  cacheExpirationSeconds?: number;
};
