import { z } from 'zod';
import { absent, dateTime, jsonObject, limit, name, offset, uuid } from './common.js';

/** Bodies of the routes of work pools, their queues and their workers. */

const storageConfiguration = z.strictObject({
  bundle_upload_step: jsonObject.nullish(),
  bundle_execution_step: jsonObject.nullish(),
  default_result_storage_block_id: uuid.nullish(),
});

const concurrencyLimit = z.number().int().min(0).nullish();

export const workPoolCreate = z.strictObject({
  name,
  description: z.string().nullish(),
  type: z.string().default('prefect-agent'),
  base_job_template: jsonObject.default({}),
  is_paused: z.boolean().default(false),
  concurrency_limit: concurrencyLimit,
  storage_configuration: storageConfiguration.default({}),
});

export const workPoolUpdate = z.strictObject({
  description: z.string().nullish(),
  is_paused: z.boolean().nullish(),
  base_job_template: jsonObject.nullish(),
  concurrency_limit: concurrencyLimit,
  storage_configuration: storageConfiguration.nullish(),
});

export const workQueueCreate = z.strictObject({
  name,
  description: z.string().nullish(),
  is_paused: z.boolean().default(false),
  concurrency_limit: concurrencyLimit,
  priority: z.number().int().min(1).nullish(),
});

export const workQueueUpdate = z.strictObject({
  name: name.nullish(),
  description: z.string().nullish(),
  is_paused: z.boolean().nullish(),
  concurrency_limit: concurrencyLimit,
  priority: z.number().int().min(1).nullish(),
  last_polled: dateTime.nullish(),
});

const workPoolFilter = z.strictObject({
  operator: z.enum(['and_', 'or_']).optional(),
  id: z.strictObject({ any_: z.array(uuid).nullish() }).nullish(),
  name: z.strictObject({ any_: z.array(z.string()).nullish() }).nullish(),
  type: z.strictObject({ any_: z.array(z.string()).nullish() }).nullish(),
});
export const workPoolsFilter = z.object({ work_pools: absent(workPoolFilter), limit, offset });

const workQueueFilter = z.strictObject({
  operator: z.enum(['and_', 'or_']).optional(),
  id: z.strictObject({ any_: z.array(uuid).nullish() }).nullish(),
  name: z.strictObject({ any_: z.array(z.string()).nullish(), startswith_: z.array(z.string()).nullish() }).nullish(),
});
export const workQueuesFilter = z.object({ work_queues: absent(workQueueFilter), limit, offset });

const workerStatus = z.enum(['ONLINE', 'OFFLINE']);
const workerFilter = z.strictObject({
  operator: z.enum(['and_', 'or_']).optional(),
  last_heartbeat_time: z.strictObject({ before_: dateTime.nullish(), after_: dateTime.nullish() }).nullish(),
  status: z
    .strictObject({ any_: z.array(workerStatus).nullish(), not_any_: z.array(workerStatus).nullish() })
    .nullish(),
});
export const workersFilter = z.object({ workers: absent(workerFilter), limit, offset });

export const heartbeat = z.strictObject({
  name: z.string().min(1),
  heartbeat_interval_seconds: z.number().int().min(1).nullish(),
  return_id: z.boolean().nullish(),
  metadata: jsonObject.nullish(),
});

export const scheduledRunsRequest = z.object({
  work_queue_names: absent(z.array(z.string())),
  scheduled_before: absent(dateTime),
  scheduled_after: absent(dateTime),
  limit,
});
