import { z } from 'zod';
import { storedRRule } from '../schedules/rrule.js';
import { wrongSchedule } from '../schedules/occurrences.js';
import { withinSecondsMax, type CatchUp } from '../schedules/catch-up.js';
import type { Schedule } from '../schedules/schedule.js';
import {
  absent,
  dateTime,
  durationSeconds,
  flowRunName,
  jsonObject,
  labels,
  limit,
  name,
  offset,
  parameters,
  tags,
  uuid,
} from './common.js';
import { deploymentSort, filters } from './filters.js';
import { runPolicy, stateCreate } from './flow-runs.js';

/** Bodies of the deployment routes. */

/** What is wrong with it as a schedule is said of its own key, unless the zone is what is wrong. */
const refuseWrong = (key: string) => (given: Schedule, context: z.RefinementCtx) => {
  const wrong = wrongSchedule(given);
  if (!wrong) return;
  const path = wrong.startsWith('Invalid timezone') ? [] : [key];
  context.addIssue({ code: 'custom', path, message: `Value error, ${wrong}`, continue: false });
};
const zone = z.string().nullish();
/** That it is more than nothing is checked with the rest of the schedule. */
const positiveDuration = durationSeconds.meta({
  wire: { anyOf: [{ type: 'number', exclusiveMinimum: 0 }, { type: 'string' }] },
});
const interval = z
  .strictObject({ interval: positiveDuration, anchor_date: dateTime.optional(), timezone: zone })
  .transform((given) => ({
    interval: given.interval,
    anchor_date: given.anchor_date ?? new Date().toISOString().replace('Z', '000Z'),
    timezone: given.timezone ?? 'UTC',
  }))
  .superRefine(refuseWrong('interval'))
  .meta({ tag: 'function-after[validate_timezone(), IntervalSchedule]' });
const cron = z
  .strictObject({ cron: z.string(), timezone: zone, day_or: z.boolean().optional() })
  .transform((given) => ({ cron: given.cron, timezone: given.timezone ?? null, day_or: given.day_or ?? true }))
  .superRefine(refuseWrong('cron'))
  .meta({ tag: 'function-after[validate_timezone(), CronSchedule]' });
const rrule = z
  .strictObject({ rrule: z.string(), timezone: zone })
  .transform((given) => ({ rrule: given.rrule, timezone: given.timezone ?? 'UTC' }))
  .superRefine(refuseWrong('rrule'))
  .transform((given) => ({ ...given, rrule: storedRRule(given.rrule, given.timezone) }))
  .meta({ tag: 'RRuleSchedule' });

/** One of the three kinds, told apart by their keys. */
export const schedule = z.union([interval, cron, rrule]);
/** Each by itself, for doors that know which is meant. */
export const scheduleKinds = { interval, cron, rrule };

const slug = z.string().nullish();
const maxScheduledRuns = z
  .number()
  .int()
  .positive()
  .max(50, 'Value error, `max_scheduled_runs` must be less than or equal to 50.')
  .nullish();

/**
 * What becomes of runs that nobody began in time; a number is seconds within which they may start late. Not on Prefect's
 * wire: who does not know it leaves it out.
 */
const catchUpWords = `Value error, catch_up is "all", "latest", "none", or a whole number of seconds from 1 to ${withinSecondsMax}.`;
const withinSeconds = z.number(catchUpWords).int(catchUpWords).min(1, catchUpWords).max(withinSecondsMax, catchUpWords);
const catchUp = z
  .union([z.enum(['all', 'latest', 'none']), withinSeconds], catchUpWords)
  .transform((given): CatchUp => (typeof given === 'number' ? { within_seconds: given } : given));

export const scheduleCreate = z.strictObject({
  active: z.boolean().optional(),
  schedule,
  max_scheduled_runs: maxScheduledRuns,
  parameters: parameters.optional(),
  slug,
  replaces: slug,
  catch_up: catchUp.nullish(),
});
export const scheduleUpdate = z.strictObject({
  active: z.boolean().nullish(),
  schedule: schedule.nullish(),
  max_scheduled_runs: maxScheduledRuns,
  parameters: parameters.optional(),
  slug,
  replaces: slug,
  catch_up: catchUp.nullish(),
});

/** Of one deployment, stored ones and new ones together. */
export const schedulesMax = 100;
const tooManySchedules = `Value error, A deployment has at most ${schedulesMax} schedules.`;

export const newSchedules = z.array(scheduleCreate).max(schedulesMax, tooManySchedules);

const concurrencyOptions = z.object({
  collision_strategy: z.enum(['ENQUEUE', 'CANCEL_NEW']),
  grace_period_seconds: z.number().int().min(60).max(86_400).nullish(),
});
const versionInfo = z.looseObject({ type: z.string(), version: z.string() });
/** An empty schema is one of an object without properties. */
const parameterSchema = jsonObject.transform((schema) =>
  Object.keys(schema).length > 0 ? schema : { type: 'object', properties: {} },
);

const shared = {
  paused: z.boolean().optional(),
  concurrency_limit: z.number().int().positive().nullish(),
  concurrency_options: concurrencyOptions.nullish(),
  global_concurrency_limit_id: uuid.nullish(),
  parameters: parameters.nullish(),
  tags: tags.optional(),
  labels: labels.nullish(),
  description: z.string().nullish(),
  version: z.string().nullish(),
  version_info: versionInfo.nullish(),
  work_pool_name: z.string().nullish(),
  work_queue_name: z.string().nullish(),
  path: z.string().nullish(),
  entrypoint: z.string().nullish(),
  storage_document_id: uuid.nullish(),
  infrastructure_document_id: uuid.nullish(),
  job_variables: jsonObject.nullish(),
  parameter_openapi_schema: parameterSchema.nullish(),
  pull_steps: z.array(jsonObject).nullish(),
  enforce_parameter_schema: z.boolean().nullish(),
  branch: z.string().nullish(),
  base: uuid.nullish(),
  root: uuid.nullish(),
};

type Limits = {
  concurrency_limit?: number | null | undefined;
  global_concurrency_limit_id?: string | null | undefined;
};
const oneLimit = (body: Limits): boolean => !body.concurrency_limit || !body.global_concurrency_limit_id;
const twoLimits = 'Value error, A deployment cannot have both a concurrency limit and a global concurrency limit.';

const ofNew = {
  parameters: parameters.optional(),
  job_variables: jsonObject.optional(),
  enforce_parameter_schema: z.boolean().optional(),
  schedules: z.array(scheduleCreate).max(schedulesMax, tooManySchedules).optional(),
};
export const deploymentCreate = z
  .strictObject({ ...shared, name, flow_id: uuid, ...ofNew })
  .refine(oneLimit, twoLimits);
/** Of a flow that is made with it, where there is none of that name. */
export const flowDeployment = z
  .strictObject({ ...shared, name, flow_name: name, ...ofNew })
  .refine(oneLimit, twoLimits);
export const deploymentUpdate = z
  .strictObject({ ...shared, schedules: z.array(scheduleUpdate).max(schedulesMax, tooManySchedules).optional() })
  .refine(oneLimit, twoLimits);
export const deploymentsCount = z.object(filters);
export const deploymentsFilter = z.object({ limit, offset, ...filters, sort: deploymentSort });
export const deploymentsPage = z.object({
  limit,
  page: absent(z.number().int().min(1)),
  ...filters,
  sort: deploymentSort,
});
export const deploymentsBulkDelete = z.object({
  deployments: filters.deployments,
  limit: absent(z.number().int().min(1).max(50)),
});

export const scheduledRunsOfDeployments = z.object({
  limit,
  deployment_ids: z.array(uuid),
  scheduled_before: absent(dateTime),
});
export const scheduleNow = z.object({
  start_time: absent(dateTime),
  end_time: absent(dateTime),
  min_time: absent(z.number()),
  min_runs: absent(z.number().int().min(0)),
  max_runs: absent(z.number().int().min(1)),
});

export const runOfDeployment = z.strictObject({
  state: stateCreate.nullish(),
  name: flowRunName.nullish(),
  parameters: parameters.optional(),
  enforce_parameter_schema: z.boolean().nullish(),
  context: jsonObject.optional(),
  infrastructure_document_id: uuid.nullish(),
  empirical_policy: runPolicy.optional(),
  tags: tags.optional(),
  idempotency_key: z.string().nullish(),
  labels: labels.nullish(),
  parent_task_run_id: uuid.nullish(),
  work_queue_name: z.string().nullish(),
  job_variables: jsonObject.nullish(),
});
/** More than a hundred the door refuses in words of its own. */
export const runsOfDeployment = z.array(runOfDeployment).max(1_000);

export type ScheduleCreate = z.infer<typeof scheduleCreate>;
export type ScheduleUpdate = z.infer<typeof scheduleUpdate>;
export type DeploymentCreate = z.infer<typeof deploymentCreate>;
export type FlowDeployment = z.infer<typeof flowDeployment>;
export type DeploymentUpdate = z.infer<typeof deploymentUpdate>;
export type RunOfDeployment = z.infer<typeof runOfDeployment>;
export type ScheduleNow = z.infer<typeof scheduleNow>;
