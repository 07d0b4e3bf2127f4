import { z } from 'zod';
import { limitAnswer } from './concurrency.js';
import { creator, entity, flag, id, integer, json, labels, orNull, pageOf, text, texts, time } from './shared.js';

const schedule = z.union([
  z.strictObject({ interval: z.number(), anchor_date: time, timezone: orNull(text) }),
  z.strictObject({ cron: text, timezone: orNull(text), day_or: flag }),
  z.strictObject({ rrule: text, timezone: orNull(text) }),
]);

export const scheduleAnswer = z
  .strictObject({
    ...entity,
    deployment_id: id,
    schedule,
    active: flag,
    max_scheduled_runs: orNull(integer),
    parameters: json,
    slug: orNull(text),
    /** Left out where it is `all`: so it is on Prefect's wire, which does not know it. A number is seconds. */
    catch_up: z.union([z.enum(['latest', 'none']), integer]).optional(),
    /** What is good to know of when it fires, as of the hour that comes twice; left out where that is nothing. */
    note: text.optional(),
  })
  .meta({ id: 'DeploymentSchedule' });
export const schedulesAnswer = z.array(scheduleAnswer);

export const deploymentAnswer = z
  .strictObject({
    ...entity,
    name: text,
    version: orNull(text),
    description: orNull(text),
    flow_id: id,
    paused: flag,
    schedules: z.array(scheduleAnswer),
    concurrency_limit: z.null(),
    global_concurrency_limit: orNull(limitAnswer),
    concurrency_options: z
      .strictObject({ collision_strategy: z.enum(['ENQUEUE', 'CANCEL_NEW']), grace_period_seconds: orNull(integer) })
      .nullable(),
    job_variables: json,
    parameters: json,
    tags: texts,
    labels,
    work_pool_name: orNull(text),
    work_queue_name: orNull(text),
    work_queue_id: orNull(id),
    last_polled: orNull(time),
    parameter_openapi_schema: orNull(json),
    path: orNull(text),
    pull_steps: orNull(z.array(json)),
    entrypoint: orNull(text),
    storage_document_id: orNull(id),
    infrastructure_document_id: orNull(id),
    created_by: orNull(creator),
    updated_by: orNull(creator),
    status: z.enum(['READY', 'NOT_READY']),
    enforce_parameter_schema: flag,
  })
  .meta({ id: 'Deployment' });
export const deploymentsAnswer = z.array(deploymentAnswer);
export const deploymentPageAnswer = pageOf(deploymentAnswer);

export const bulkRunsAnswer = z.strictObject({
  results: z.array(
    z.strictObject({ flow_run_id: orNull(id), status: z.enum(['CREATED', 'FAILED']), error: orNull(text) }),
  ),
});
