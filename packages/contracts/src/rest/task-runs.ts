import { z } from 'zod';
import { absent, boundedSeconds, dateTime, labels, limit, offset, tags, uuid } from './common.js';
import { filters, taskRunSort } from './filters.js';
import { stateCreate, withOldNames } from './flow-runs.js';

/** Bodies of the task-run routes. */

const seconds = boundedSeconds(z.number());
const whole = boundedSeconds(z.number().int());
const policy = z
  .object({
    max_retries: z.number().int().optional(),
    retry_delay_seconds: boundedSeconds(z.number()).optional(),
    retries: z.number().int().nullish(),
    retry_delay: z.union([whole, seconds, z.array(whole), z.array(seconds)]).nullish(),
    retry_jitter_factor: z.number().min(0, 'Value error, `retry_jitter_factor` must be >= 0.').nullish(),
  })
  .transform(withOldNames);

/** What a task run was called with, by the name of the parameter. */
const input = z.union([
  z.object({ input_type: z.literal('task_run').default('task_run'), id: uuid }).meta({ tag: 'TaskRunResult' }),
  z.object({ input_type: z.literal('flow_run').default('flow_run'), id: uuid }).meta({ tag: 'FlowRunResult' }),
  z.object({ input_type: z.literal('parameter').default('parameter'), name: z.string() }).meta({ tag: 'Parameter' }),
  z.object({ input_type: z.literal('constant').default('constant'), type: z.string() }).meta({ tag: 'Constant' }),
]);

export const taskRunCreate = z.strictObject({
  id: uuid.nullish(),
  state: stateCreate.nullish(),
  name: z.string().nullish(),
  flow_run_id: uuid.nullish(),
  task_key: z.string(),
  dynamic_key: z.string(),
  cache_key: z
    .string()
    .max(2000, 'Value error, Cache key exceeded maximum allowed length of 2000 characters.')
    .nullish(),
  cache_expiration: dateTime.nullish(),
  task_version: z.string().nullish(),
  empirical_policy: policy.optional(),
  tags: tags.optional(),
  labels: labels.nullish(),
  task_inputs: z.record(z.string(), z.array(input)).optional(),
});

export const taskRunUpdate = z.strictObject({ name: z.string().nullish() });
/** Pools and queues are no filter here: a body may name them, without effect. */
const { flows, flow_runs, task_runs, deployments } = filters;
const by = { flows, flow_runs, task_runs, deployments };
export const taskRunsCount = z.object(by);
export const taskRunsFilter = z.object({ limit, sort: taskRunSort, offset, ...by });
export const taskRunsPage = z.object({ limit, page: absent(z.number().int().min(1)), sort: taskRunSort, ...by });
export const taskRunStatesQuery = z.object({ task_run_id: uuid });

/** An empty list of keys means all workers, like no filter. */
export const taskWorkersFilter = z.object({
  task_worker_filter: absent(z.object({ task_keys: z.array(z.string()) })),
});
