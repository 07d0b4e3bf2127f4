import type { StandardSchemaV1 } from '@standard-schema/spec';
import { z } from 'zod';
import { refuseMistaken } from './given.js';
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

const aFunction = z.custom<unknown>((given) => typeof given === 'function', 'expected a function');
/** Also without end. */
const count = z.custom<number>((given) => typeof given === 'number' && given >= 0, 'expected a number from 0 up');
const hook = z.union([aFunction, z.array(aFunction)], 'expected a function, or a list of them').optional();
const common = {
  onCompletion: hook,
  onFailure: hook,
  onCancellation: hook,
  onCrashed: hook,
  name: z.string().optional(),
  description: z.string().optional(),
  version: z.string().optional(),
  retries: count.optional(),
  retryDelaySeconds: z
    .union([count, z.array(count), aFunction], 'expected seconds, a list of them, or a function')
    .optional(),
  retryCondition: aFunction.optional(),
  timeoutSeconds: count.optional(),
  tags: z.array(z.string()).optional(),
  logPrints: z.boolean().optional(),
};
const nameOfRun = z.union([z.string(), aFunction], 'expected a text or a function').optional();
const schema = z
  .custom<unknown>((given) => Object(given)['~standard'] !== undefined, 'expected a schema, such as z.object({ … })')
  .optional();
const flowShape = z.strictObject({
  ...common,
  parameters: schema,
  flowRunName: nameOfRun,
  concurrency: z.int().min(1).optional(),
});
const taskShape = z.strictObject({
  ...common,
  taskRunName: nameOfRun,
  cacheKey: z
    .custom<unknown>(
      (given) => typeof given === 'function',
      "expected a function of the arguments that answers a text, such as (url) => `page ${url}`, or () => 'the key'",
    )
    .optional(),
  cacheExpirationSeconds: count.optional(),
});

type Called = (...args: any[]) => unknown;
export const refuseWrongFlow = (fn: unknown, options: unknown, called: Called): void =>
  refuseMistaken('flow(fn, options)', z.tuple([aFunction, flowShape]), [fn, options], called);
export const refuseWrongTask = (fn: unknown, options: unknown, called: Called): void =>
  refuseMistaken('task(fn, options)', z.tuple([aFunction, taskShape]), [fn, options], called);
