import { z } from 'zod';
import { stateTypes } from '../states.js';
import {
  runContext,
  absent,
  boundedSeconds,
  dateTime,
  flowRunName,
  jsonObject,
  labels,
  limit,
  offset,
  parameters,
  part,
  tags,
  uuid,
} from './common.js';

/** Bodies of the flow-run routes. */

/** Keys that are not known are left out. */
export const stateDetails = z.object({
  flow_run_id: uuid.nullish(),
  task_run_id: uuid.nullish(),
  child_flow_run_id: uuid.nullish(),
  scheduled_time: dateTime.nullish(),
  cache_key: z.string().nullish(),
  cache_expiration: dateTime.nullish(),
  deferred: z.boolean().nullish(),
  untrackable_result: z.boolean().optional(),
  pause_timeout: dateTime.nullish(),
  pause_reschedule: z.boolean().optional(),
  pause_key: z.string().nullish(),
  run_input_keyset: z.record(z.string(), z.string()).nullish(),
  refresh_cache: z.boolean().nullish(),
  retriable: z.boolean().nullish(),
  transition_id: uuid.nullish(),
  task_parameters_id: uuid.nullish(),
  traceparent: z.string().nullish(),
  deployment_concurrency_lease_id: uuid.nullish(),
});

/** A proposed state: the server gives it its id and its time. */
export const stateCreate = z.strictObject({
  type: z.enum(stateTypes),
  name: z.string().nullish(),
  message: z.string().nullish(),
  data: z.unknown().optional(),
  state_details: stateDetails.optional(),
});

type OldNames = {
  max_retries?: number | undefined;
  retry_delay_seconds?: number | undefined;
  retries?: number | null | undefined;
  retry_delay?: number | number[] | null | undefined;
};
/** What old clients call `max_retries` and `retry_delay_seconds` counts where the new names say nothing. */
export const withOldNames = <T extends OldNames>(policy: T): T => ({
  ...policy,
  retries: policy.retries || policy.max_retries || (policy.retries ?? null),
  retry_delay: policy.retry_delay || policy.retry_delay_seconds || (policy.retry_delay ?? null),
});

export const runPolicy = z
  .object({
    max_retries: z.number().int().optional(),
    retry_delay_seconds: boundedSeconds(z.number()).optional(),
    retries: z.number().int().nullish(),
    retry_delay: boundedSeconds(z.number().int()).nullish(),
    pause_keys: z
      .array(z.string())
      .meta({ wire: { type: 'array', items: { type: 'string' }, uniqueItems: true } })
      .nullish()
      .transform((keys) => keys ?? []),
    resuming: z
      .boolean()
      .nullish()
      .transform((resuming) => resuming ?? false),
    retry_type: z.literal(['in_process', 'reschedule']).nullish(),
  })
  .transform(withOldNames)
  .transform((policy) => ({ ...policy, retry_delay: policy.retry_delay && Math.round(policy.retry_delay) }));

export const flowRunCreate = z.strictObject({
  flow_id: uuid,
  state: stateCreate.nullish(),
  name: flowRunName.nullish(),
  parameters: parameters.optional(),
  context: runContext.default({}),
  tags: tags.optional(),
  labels: labels.nullish().transform((value) => value ?? {}),
  flow_version: z.string().nullish(),
  parent_task_run_id: uuid.nullish(),
  empirical_policy: runPolicy.optional(),
  idempotency_key: z.string().nullish(),
  infrastructure_document_id: uuid.nullish(),
  work_pool_name: z.string().nullish(),
  work_queue_name: z.string().nullish(),
  job_variables: jsonObject.nullish(),
  deployment_id: uuid.nullish(),
});

export const flowRunUpdate = z.strictObject({
  name: flowRunName.nullish(),
  flow_version: z.string().nullish(),
  parameters: parameters.optional(),
  empirical_policy: runPolicy.optional(),
  tags: tags.optional(),
  infrastructure_pid: z.string().nullish(),
  job_variables: jsonObject.nullish(),
});

export const setState = z.object({ state: stateCreate, force: absent(z.boolean()) });
export const resume = z.object({ run_input: absent(jsonObject) });

export const inputCreate = z.object({
  key: z.string().regex(/^[a-z0-9-]*$/),
  value: z.string(),
  sender: z.string().nullish(),
});
export const inputFilter = z.object({
  prefix: part,
  limit: absent(z.number().int().min(0)),
  exclude_keys: absent(z.array(z.string())),
});

export const paging = { limit, offset };
export const page = { limit, page: absent(z.number().int().min(1)) };

const agent = { agent_id: uuid };
/** An agent chooses: short while it prepares a run, longer while the run is at work. */
const lease_seconds = z.number().int().min(10).max(3600).default(30);
export const claimRequest = z.strictObject({
  ...agent,
  agent_name: z.string().min(1).max(200),
  limit: z.number().int().min(0).max(100).default(1),
  wait_seconds: z.number().min(0).max(60).default(25),
  work_queue_names: z.array(z.string()).default([]),
  lease_seconds,
});
export const claimRenewal = z.strictObject({
  ...agent,
  claim_ids: z.array(uuid).max(1000),
  lease_seconds,
});
/** An agent ends, and will ask for nothing more. Others of its name are not meant. */
export const agentDeparture = z.strictObject({ ...agent, agent_name: z.string().min(1).max(200) });
export const claimRelease = z.strictObject({ ...agent, claim_ids: z.array(uuid).max(1000) });
/** What ran under these claims has ended before its time, and nothing is left of it. */
export const claimAbandonment = claimRelease;
