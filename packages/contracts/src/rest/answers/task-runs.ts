import { z } from 'zod';
import { progress } from './flow-runs.js';
import { count, entity, id, integer, labels, orNull, pageOf, text, texts, time } from './shared.js';

const policy = z.strictObject({
  max_retries: integer,
  retry_delay_seconds: z.number(),
  retries: orNull(integer),
  retry_delay: z.union([z.number(), z.array(z.number())]).nullable(),
  retry_jitter_factor: orNull(z.number()),
});

/** Where an argument of a task came from. */
const taskInput = z.discriminatedUnion('input_type', [
  z.strictObject({ input_type: z.literal('task_run'), id }),
  z.strictObject({ input_type: z.literal('flow_run'), id }),
  z.strictObject({ input_type: z.literal('parameter'), name: text }),
  z.strictObject({ input_type: z.literal('constant'), type: text }),
]);

export const taskRunAnswer = z
  .strictObject({
    ...entity,
    ...progress,
    name: text,
    flow_run_id: orNull(id),
    task_key: text,
    dynamic_key: text,
    cache_key: orNull(text),
    cache_expiration: orNull(time),
    task_version: orNull(text),
    empirical_policy: policy,
    tags: texts,
    labels,
    task_inputs: z.record(z.string(), z.array(taskInput)),
    flow_run_run_count: count,
  })
  .meta({ id: 'TaskRun' });
export const taskRunsAnswer = z.array(taskRunAnswer);

/** The pages of task runs say less of each. */
export const taskRunPageAnswer = pageOf(
  taskRunAnswer
    .omit({
      cache_expiration: true,
      cache_key: true,
      dynamic_key: true,
      expected_start_time: true,
      flow_run_run_count: true,
      labels: true,
      next_scheduled_start_time: true,
      run_count: true,
      state_name: true,
      state_type: true,
    })
    .meta({ id: 'BriefTaskRun' }),
);
