import { z } from 'zod';
import {
  count,
  creator,
  entity,
  flag,
  id,
  integer,
  json,
  labels,
  orNull,
  pageOf,
  seconds,
  text,
  texts,
  time,
} from './shared.js';
import { orchestrationAnswer, stateAnswer, stateType } from './states.js';

export const runPolicy = z.strictObject({
  max_retries: integer,
  retry_delay_seconds: z.number(),
  retries: orNull(integer),
  retry_delay: orNull(integer),
  pause_keys: orNull(texts),
  resuming: orNull(flag),
  retry_type: orNull(z.enum(['in_process', 'reschedule'])),
});

/** What runs of flows and runs of tasks say of their progress. */
export const progress = {
  run_count: count,
  start_time: orNull(time),
  end_time: orNull(time),
  total_run_time: seconds,
  estimated_run_time: seconds,
  estimated_start_time_delta: seconds,
  next_scheduled_start_time: orNull(time),
  expected_start_time: orNull(time),
  state_id: orNull(id),
  state_type: orNull(stateType),
  state_name: orNull(text),
  state: orNull(stateAnswer),
};

export const flowRunAnswer = z
  .strictObject({
    ...entity,
    ...progress,
    name: text,
    flow_id: id,
    deployment_id: orNull(id),
    deployment_version: orNull(text),
    work_pool_id: orNull(id),
    work_pool_name: orNull(text),
    work_queue_id: orNull(id),
    work_queue_name: orNull(text),
    flow_version: orNull(text),
    parameters: json,
    idempotency_key: orNull(text),
    context: json,
    empirical_policy: runPolicy,
    tags: texts,
    labels,
    parent_task_run_id: orNull(id),
    auto_scheduled: flag,
    infrastructure_document_id: orNull(id),
    infrastructure_pid: orNull(text),
    created_by: orNull(creator),
    job_variables: orNull(json),
  })
  .meta({ id: 'FlowRun' });
export const flowRunsAnswer = z.array(flowRunAnswer);
export const flowRunPageAnswer = pageOf(flowRunAnswer);

/** A run as polling workers get it. */
export const scheduledRunsAnswer = z.array(
  z.strictObject({ work_pool_id: id, work_queue_id: id, flow_run: flowRunAnswer }),
);

export const runInputAnswer = z
  .strictObject({ ...entity, flow_run_id: id, key: text, value: text, sender: orNull(text) })
  .meta({ id: 'FlowRunInput' });
export const runInputsAnswer = z.array(runInputAnswer);

/** What became of the proposal for each run. */
export const bulkStatesAnswer = z.strictObject({
  results: z.array(orchestrationAnswer.extend({ flow_run_id: id }).meta({ id: 'BulkStateResult' })),
});
