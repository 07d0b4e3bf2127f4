import { z } from 'zod';
import { recoverySeconds } from '../bounds.js';
import { absent, dateTime, inPaths, jsonObject, limit, name, offset, uuid } from './common.js';
import { operator, workPoolFilter, workQueueFilter } from './filters.js';
import { jobTemplate } from './job-template.js';

/** Bodies of the routes of work pools, their queues and their workers. */

const storageConfiguration = z.strictObject({
  bundle_upload_step: jsonObject.nullish(),
  bundle_execution_step: jsonObject.nullish(),
  default_result_storage_block_id: uuid.nullish(),
});

const concurrencyLimit = z.number().int().min(0).nullish();

const poolName = name.refine(
  (text) => text.replaceAll(/^[' "]+|[' "]+$/g, '') !== '',
  'Value error, name cannot be an empty string',
);

export const workPoolCreate = z.strictObject({
  name: poolName,
  description: z.string().nullish(),
  type: z.string().default('prefect-agent'),
  base_job_template: jobTemplate.default({}),
  is_paused: z.boolean().default(false),
  concurrency_limit: concurrencyLimit,
  storage_configuration: storageConfiguration.default({}),
});

/** A null where the pool has to have a value is refused by the table, as a conflict. */
export const workPoolUpdate = z.strictObject({
  description: z.string().nullish(),
  is_paused: z.boolean().nullish(),
  base_job_template: jobTemplate.nullish(),
  concurrency_limit: concurrencyLimit,
  storage_configuration: storageConfiguration.nullish(),
});

/** Queues that picked runs by their tags are gone; clients still send the empty place where their filter was. */
const noFilter = z
  .object({ tags: z.array(z.string()).nullish(), deployment_ids: z.array(uuid).nullish() })
  .nullish()
  .refine((filter) => (filter ?? null) === null, 'Queues that filter by tags are not supported; use a work pool.')
  .transform((): null => null)
  .optional();

export const workQueueCreate = z.strictObject({
  name,
  description: z.string().nullish(),
  is_paused: z.boolean().default(false),
  concurrency_limit: concurrencyLimit,
  priority: z.number().int().positive().nullish(),
  filter: noFilter,
});

export const workQueueUpdate = z.strictObject({
  name: name.optional(),
  description: z.string().nullish(),
  is_paused: z.boolean().optional(),
  concurrency_limit: concurrencyLimit,
  priority: z.number().int().positive().nullish(),
  last_polled: dateTime.nullish(),
  filter: noFilter,
});

/** Null: as the control plane has it. */
const secondsMax = z.number().int().min(recoverySeconds.min).max(recoverySeconds.max).nullable();
/** How long runs of a pool may be without a sign of life. What is not named stays. */
export const poolRecovery = z.strictObject({
  pending_seconds_max: secondsMax.optional(),
  pending_without_worker_seconds_max: secondsMax.optional(),
  heartbeat_seconds_max: secondsMax.optional(),
});
export type PoolRecovery = z.infer<typeof poolRecovery>;

export type WorkPoolCreate = z.infer<typeof workPoolCreate>;
export type WorkPoolUpdate = z.infer<typeof workPoolUpdate>;
export type WorkQueueCreate = z.infer<typeof workQueueCreate>;
export type WorkQueueUpdate = z.infer<typeof workQueueUpdate>;

export const workPoolsCount = z.object({ work_pools: absent(workPoolFilter) });
export const workPoolsFilter = z.object({ limit, ...workPoolsCount.shape, offset });
export const workQueuesFilter = z.object({ work_queues: absent(workQueueFilter), limit, offset });
export type WorkPoolsFilter = z.infer<typeof workPoolsFilter>;
export type WorkQueuesFilter = z.infer<typeof workQueuesFilter>;

const workerStatus = z.enum(['ONLINE', 'OFFLINE']);
const workerFilter = z.strictObject({
  operator,
  last_heartbeat_time: z.strictObject({ before_: dateTime.nullish(), after_: dateTime.nullish() }).nullish(),
  status: z
    .strictObject({ any_: z.array(workerStatus).nullish(), not_any_: z.array(workerStatus).nullish() })
    .nullish(),
});
export const workersFilter = z.object({ limit, workers: absent(workerFilter), offset });
export type WorkerFilter = z.infer<typeof workerFilter>;

export const heartbeat = z.object({
  name: inPaths(z.string()),
  heartbeat_interval_seconds: z.number().int().nullish(),
  return_id: z.boolean().nullish(),
  metadata: jsonObject.nullish(),
});

export const scheduledRunsRequest = z.object({
  limit,
  work_queue_names: absent(z.array(z.string())),
  scheduled_before: absent(dateTime),
  scheduled_after: absent(dateTime),
});

/** The poll of agents that know queues only. */
export const queueRunsRequest = z.object({ limit, scheduled_before: absent(dateTime) });

const page = absent(z.number().int().min(1));
export const poolConcurrencyRequest = z.object({
  limit,
  page,
  flow_run_limit: absent(z.number().int().min(0).max(200)),
});
export const queueConcurrencyRequest = z.object({ limit, page });

/** A run that holds a slot. */
export type SlotHolderJson = {
  id: string;
  name: string;
  state_type: string | null;
  state_name: string | null;
  start_time: string | null;
  state_timestamp: string | null;
  /** Seconds. */
  time_in_current_state: number | null;
};
