import { z } from 'zod';
import { stateTypes } from '../states.js';
import { absent, dateTime, uuid, part } from './common.js';

/** The filter grammar of the wire: one object per kind, each with sub-filters, each with operators. */

const ids = z.array(uuid).nullish();
const texts = z.array(z.string()).nullish();
const flag = z.boolean().nullish();
const like = part.nullish();
const beginningsLengthMax = 10_000;
const beginnings = z
  .array(part)
  .refine(
    (texts) => texts.join('').length <= beginningsLengthMax,
    `Value error, Beginnings have at most ${beginningsLengthMax} characters in all`,
  )
  .nullish();
/** How the parts of a filter are joined. */
export const operator = z.enum(['and_', 'or_']).default('and_');
const sub = <T extends z.ZodRawShape>(shape: T) => z.strictObject(shape).nullish();
const times = sub({ before_: dateTime.nullish(), after_: dateTime.nullish(), is_null_: flag });
const states = z.array(z.enum(stateTypes)).nullish();

export const flowFilter = z.strictObject({
  operator,
  id: sub({ any_: ids, not_any_: ids }),
  deployment: sub({ operator, is_null_: flag }),
  name: sub({ any_: texts, like_: like }),
  tags: sub({ operator, all_: texts, is_null_: flag }),
});

export const flowRunFilter = z.strictObject({
  operator,
  id: sub({ any_: ids, not_any_: ids }),
  name: sub({ any_: texts, like_: like }),
  tags: sub({ operator, all_: texts, any_: texts, is_null_: flag }),
  deployment_id: sub({ operator, any_: ids, is_null_: flag }),
  work_queue_name: sub({ operator, any_: texts, is_null_: flag }),
  state: sub({
    operator,
    type: sub({ any_: states, not_any_: states }),
    name: sub({ any_: texts, not_any_: texts }),
  }),
  flow_version: sub({ any_: texts }),
  start_time: times,
  end_time: times,
  expected_start_time: sub({ before_: dateTime.nullish(), after_: dateTime.nullish() }),
  next_scheduled_start_time: sub({ before_: dateTime.nullish(), after_: dateTime.nullish() }),
  parent_flow_run_id: sub({ operator, any_: ids }),
  parent_task_run_id: sub({ operator, any_: ids, is_null_: flag }),
  idempotency_key: sub({ any_: texts, not_any_: texts }),
  created_by: sub({ operator, id_: ids, type_: texts, is_null_: flag }),
});

export const taskRunFilter = z.strictObject({
  operator,
  id: sub({ any_: ids }),
  name: sub({ any_: texts, like_: like }),
  tags: sub({ operator, all_: texts, is_null_: flag }),
  state: sub({ operator, type: sub({ any_: states }), name: sub({ any_: texts }) }),
  start_time: times,
  end_time: times,
  expected_start_time: sub({ before_: dateTime.nullish(), after_: dateTime.nullish() }),
  subflow_runs: sub({ exists_: flag }),
  flow_run_id: sub({ operator, any_: ids, is_null_: flag.default(false) }),
});

export const deploymentFilter = z.strictObject({
  operator,
  id: sub({ any_: ids, not_any_: ids }),
  name: sub({ any_: texts, like_: like }),
  flow_or_deployment_name: sub({ like_: like }),
  paused: sub({ eq_: flag }),
  tags: sub({ operator, all_: texts, any_: texts, is_null_: flag }),
  work_queue_name: sub({ any_: texts }),
  // Deprecated on the wire and without effect there, too.
  concurrency_limit: sub({ ge_: z.number().int().nullish(), le_: z.number().int().nullish(), is_null_: flag }),
});

export const workPoolFilter = z.strictObject({
  operator,
  id: sub({ any_: ids }),
  name: sub({ any_: texts }),
  type: sub({ any_: texts }),
});
export const workQueueFilter = z.strictObject({
  operator,
  id: sub({ any_: ids }),
  name: sub({ any_: texts, startswith_: beginnings }),
});

/** The filters that a list route takes beside each other; they combine as "has a … that matches". */
export const filters = {
  flows: absent(flowFilter),
  flow_runs: absent(flowRunFilter),
  task_runs: absent(taskRunFilter),
  deployments: absent(deploymentFilter),
  work_pools: absent(workPoolFilter),
  work_pool_queues: absent(workQueueFilter),
};

const sortOf = <T extends readonly [string, ...string[]]>(keys: T) => absent(z.enum(keys));

export const flowRunSort = sortOf([
  'ID_DESC',
  'START_TIME_ASC',
  'START_TIME_DESC',
  'EXPECTED_START_TIME_ASC',
  'EXPECTED_START_TIME_DESC',
  'NAME_ASC',
  'NAME_DESC',
  'NEXT_SCHEDULED_START_TIME_ASC',
  'END_TIME_DESC',
] as const);
export const taskRunSort = sortOf([
  'ID_DESC',
  'EXPECTED_START_TIME_ASC',
  'EXPECTED_START_TIME_DESC',
  'NAME_ASC',
  'NAME_DESC',
  'NEXT_SCHEDULED_START_TIME_ASC',
  'END_TIME_DESC',
  'DURATION_DESC',
  'DURATION_ASC',
] as const);
export const flowSort = sortOf(['CREATED_DESC', 'UPDATED_DESC', 'NAME_ASC', 'NAME_DESC'] as const);
export const deploymentSort = flowSort;

export type FlowFilter = z.infer<typeof flowFilter>;
export type FlowRunFilter = z.infer<typeof flowRunFilter>;
export type TaskRunFilter = z.infer<typeof taskRunFilter>;
export type DeploymentFilter = z.infer<typeof deploymentFilter>;
export type WorkPoolFilter = z.infer<typeof workPoolFilter>;
export type WorkQueueFilter = z.infer<typeof workQueueFilter>;
