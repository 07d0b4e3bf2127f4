import {
  catchUpDefault,
  catchUpJson,
  clockNote,
  type CatchUp,
  type PassedOver,
  type Schedule,
} from '@headgate/contracts/schedules/index';

/** Moments that were skipped last, until when, and why. Times are ISO 8601. */
export type LastSkipped = PassedOver & {
  /** Runs were made of them, and ended. */
  made: boolean;
  at: string;
  why: string;
};

export type ScheduleRow = {
  workspace_id: string;
  id: string;
  created: string;
  updated: string;
  deployment_id: string;
  schedule: Schedule;
  active: boolean;
  max_scheduled_runs: number | null;
  parameters: Record<string, unknown>;
  slug: string | null;
  /** Whether it was to be active when the code said so last; null where that is not known. */
  declared_active: boolean | null;
  /** Null where nobody has said it. */
  catch_up: CatchUp | null;
  last_skipped: LastSkipped | null;
};

type LimitColumns = {
  limit_created: string | null;
  limit_updated: string | null;
  limit_name: string | null;
  limit_limit: number | null;
  limit_active: boolean | null;
  limit_active_slots: number | null;
  limit_decay: number | null;
};

/** A deployment as it is stored, with the names of its queue and pool, its limit, and its schedules. */
export type DeploymentRow = LimitColumns & {
  workspace_id: string;
  id: string;
  created: string;
  updated: string;
  name: string;
  flow_id: string;
  flow_name: string;
  version: string | null;
  description: string | null;
  paused: boolean;
  concurrency_limit_id: string | null;
  concurrency_options: { collision_strategy: 'ENQUEUE' | 'CANCEL_NEW'; grace_period_seconds?: number | null } | null;
  job_variables: Record<string, unknown>;
  parameters: Record<string, unknown>;
  tags: string[];
  labels: Record<string, string | number | boolean>;
  work_queue_id: string | null;
  work_queue_name: string | null;
  work_pool_id: string | null;
  work_pool_name: string | null;
  work_pool_type: string | null;
  parameter_openapi_schema: Record<string, unknown> | null;
  enforce_parameter_schema: boolean;
  path: string | null;
  pull_steps: Record<string, unknown>[] | null;
  entrypoint: string | null;
  storage_document_id: string | null;
  infrastructure_document_id: string | null;
  created_by: unknown;
  updated_by: unknown;
  status: 'READY' | 'NOT_READY';
  last_polled: string | null;
  schedules: ScheduleRow[];
};

export const scheduleJson = ({
  id,
  created,
  updated,
  deployment_id,
  schedule,
  active,
  max_scheduled_runs,
  parameters,
  slug,
  catch_up,
}: ScheduleRow) => ({
  id,
  created: isoOf(created),
  updated: isoOf(updated),
  deployment_id,
  schedule,
  active,
  max_scheduled_runs,
  parameters,
  slug,
  // Prefect's wire does not know it.
  ...(catch_up && catch_up !== catchUpDefault && { catch_up: catchUpJson(catch_up) }),
  ...noteJson(schedule),
});

/** Prefect's clients leave alone what they do not know. */
const noteJson = (schedule: Schedule): { note?: string } => {
  const note = clockNote(schedule);
  return note === null ? {} : { note };
};

export const schedulesJson = (rows: ScheduleRow[]) => rows.map(scheduleJson).toSorted(lastChangedFirst);

type Changed = { id: string; updated: string };
const lastChangedFirst = (one: Changed, other: Changed): number =>
  other.updated.localeCompare(one.updated) || other.id.localeCompare(one.id);

/** Times inside JSON that Postgres built: `+00:00` becomes `Z`, with six digits. */
const isoOf = (text: string): string => {
  const [whole, fraction = ''] = text.replace(/(\+00:00|Z)$/, '').split('.');
  return `${whole}.${fraction.padEnd(6, '0')}Z`;
};

/** A deployment as it crosses the wire. `concurrency_limit` is always null there: clients read the global limit. */
export function deploymentJson(row: DeploymentRow) {
  return {
    id: row.id,
    created: row.created,
    updated: row.updated,
    name: row.name,
    version: row.version,
    description: row.description,
    flow_id: row.flow_id,
    paused: row.paused,
    schedules: schedulesJson(row.schedules),
    concurrency_limit: null,
    global_concurrency_limit: limitJson(row),
    concurrency_options: row.concurrency_options && optionsJson(row.concurrency_options),
    job_variables: row.job_variables,
    parameters: row.parameters,
    tags: row.tags,
    labels: row.labels,
    work_queue_name: row.work_queue_name,
    work_queue_id: row.work_queue_id,
    last_polled: row.last_polled,
    parameter_openapi_schema: row.parameter_openapi_schema,
    path: row.path,
    pull_steps: row.pull_steps,
    entrypoint: row.entrypoint,
    storage_document_id: row.storage_document_id,
    infrastructure_document_id: row.infrastructure_document_id,
    created_by: row.created_by,
    updated_by: row.updated_by,
    work_pool_name: row.work_pool_name,
    status: row.status,
    enforce_parameter_schema: row.enforce_parameter_schema,
  };
}

/** In the wire's order of members. */
const optionsJson = ({
  collision_strategy,
  grace_period_seconds = null,
}: NonNullable<DeploymentRow['concurrency_options']>) => ({
  collision_strategy,
  grace_period_seconds,
});

function limitJson(row: DeploymentRow) {
  if (!row.concurrency_limit_id || row.limit_name === null) return null;
  return {
    id: row.concurrency_limit_id,
    created: row.limit_created,
    updated: row.limit_updated,
    active: row.limit_active,
    name: row.limit_name,
    limit: row.limit_limit,
    active_slots: Math.floor(row.limit_active_slots ?? 0),
    slot_decay_per_second: row.limit_decay,
  };
}
