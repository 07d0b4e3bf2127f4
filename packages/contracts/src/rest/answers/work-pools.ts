import { z } from 'zod';
import { count, entity, flag, id, integer, json, orNull, seconds, text, texts, time } from './shared.js';
import { stateType } from './states.js';

export const poolStatus = z.enum(['READY', 'NOT_READY', 'PAUSED']);

const storageConfiguration = z.strictObject({
  bundle_upload_step: orNull(json),
  bundle_execution_step: orNull(json),
  /** Clients that do not know it do not get it. */
  default_result_storage_block_id: orNull(id).optional(),
});

export const workPoolAnswer = z
  .strictObject({
    ...entity,
    name: text,
    description: orNull(text),
    type: text,
    base_job_template: json,
    is_paused: flag,
    concurrency_limit: orNull(count),
    status: orNull(poolStatus),
    default_queue_id: id,
    storage_configuration: storageConfiguration,
    active_slots: orNull(count),
  })
  .meta({ id: 'WorkPool' });
export const workPoolsAnswer = z.array(workPoolAnswer);

/** In seconds. Without a limit for heartbeats, it is three times as long as they are apart. */
export const poolRecoveryAnswer = z
  .strictObject({
    pending_seconds_max: z.int(),
    pending_without_worker_seconds_max: z.int(),
    heartbeat_seconds_max: orNull(z.int()),
  })
  .meta({ id: 'WorkPoolRecovery' });

/** Queues that pick runs by tags are no more: it is always null. */
const queueFilter = z.strictObject({ tags: orNull(texts), deployment_ids: orNull(z.array(id)) });
const queue = {
  ...entity,
  name: text,
  description: orNull(text),
  is_paused: flag,
  concurrency_limit: orNull(count),
  priority: integer,
  work_pool_id: id,
  filter: orNull(queueFilter),
  last_polled: orNull(time),
};
export const plainQueuesAnswer = z.array(z.strictObject(queue).meta({ id: 'PlainWorkQueue' }));
export const workQueueAnswer = z
  .strictObject({ ...queue, work_pool_name: text, status: poolStatus, active_slots: orNull(count) })
  .meta({ id: 'WorkQueue' });
export const workQueuesAnswer = z.array(workQueueAnswer);

export const workerAnswer = z
  .strictObject({
    ...entity,
    name: text,
    work_pool_id: id,
    last_heartbeat_time: orNull(time),
    heartbeat_interval_seconds: orNull(integer),
    status: z.enum(['ONLINE', 'OFFLINE']),
  })
  .meta({ id: 'Worker' });
export const workersAnswer = z.array(workerAnswer);

export const queueHealthAnswer = z.strictObject({
  healthy: flag,
  late_runs_count: count,
  last_polled: orNull(time),
  health_check_policy: z.strictObject({
    maximum_late_runs: orNull(count),
    maximum_seconds_since_last_polled: orNull(count),
  }),
});

/** A run that holds a slot. */
const slotHolders = z.array(
  z
    .strictObject({
      id,
      name: text,
      state_type: orNull(stateType),
      state_name: orNull(text),
      start_time: orNull(time),
      state_timestamp: orNull(time),
      time_in_current_state: orNull(seconds),
    })
    .meta({ id: 'SlotHolder' }),
);
const slots = { active_slots: count, concurrency_limit: orNull(count) };
const page = { count, limit: count, pages: count, page: count };
const slotsOfQueue = z.strictObject({
  ...slots,
  queue_id: id,
  queue_name: text,
  flow_runs: slotHolders,
  flow_run_count: orNull(count),
});
export const poolSlotsAnswer = z.strictObject({ ...slots, ...page, queues: z.array(slotsOfQueue) });
export const queueSlotsAnswer = z.strictObject({ ...slots, ...page, flow_runs: slotHolders });

export const taskWorkersAnswer = z.array(z.strictObject({ identifier: text, task_keys: texts, timestamp: time }));
