import type {
  DeploymentFilter,
  FlowFilter,
  FlowRunFilter,
  TaskRunFilter,
  WorkPoolFilter,
  WorkQueueFilter,
} from '@headgate/contracts/rest/filters';
import { sql } from 'kysely';
import {
  anyId,
  anyText,
  between,
  combined,
  isNull,
  like,
  notAnyId,
  notAnyText,
  tagged,
  type Predicate,
} from './predicates.filters.js';

/** What a filter object asks of the table that it is about, named by its own name. Every look into another table names the workspace. */

const column = (table: string) => (name: string) => sql.ref(`${table}.${name}`);

export function whereFlow(filter: FlowFilter): Predicate[] {
  const flow = column('flow');
  const deployed = sql<boolean>`exists (select from deployment fd where fd.workspace_id = flow.workspace_id and fd.flow_id = flow.id)`;
  return combined(filter.operator, [
    ...anyId(flow('id'), filter.id?.any_),
    ...notAnyId(flow('id'), filter.id?.not_any_),
    ...(typeof filter.deployment?.is_null_ === 'boolean'
      ? [filter.deployment.is_null_ ? sql<boolean>`not ${deployed}` : deployed]
      : []),
    ...anyText(flow('name'), filter.name?.any_),
    ...like(flow('name'), filter.name?.like_),
    ...tagged(flow('tags'), filter.tags),
  ]);
}

export function whereFlowRun(filter: FlowRunFilter): Predicate[] {
  const run = column('flow_run');
  const started = sql`coalesce(flow_run.start_time, flow_run.expected_start_time)`;
  const queueName = sql`(select fq.name from work_queue fq where fq.workspace_id = flow_run.workspace_id and fq.id = flow_run.work_queue_id)`;
  const { state, created_by: creator } = filter;
  return combined(filter.operator, [
    ...anyId(run('id'), filter.id?.any_),
    ...notAnyId(run('id'), filter.id?.not_any_),
    ...anyText(run('name'), filter.name?.any_),
    ...like(run('name'), filter.name?.like_),
    ...tagged(run('tags'), filter.tags),
    ...combined(filter.deployment_id?.operator, [
      ...anyId(run('deployment_id'), filter.deployment_id?.any_),
      ...isNull(run('deployment_id'), filter.deployment_id?.is_null_),
    ]),
    ...combined(filter.work_queue_name?.operator, [
      ...anyText(queueName, filter.work_queue_name?.any_),
      ...isNull(queueName, filter.work_queue_name?.is_null_),
    ]),
    ...combined(state?.operator, [
      ...(state?.type?.any_
        ? anyText(run('state_type'), state.type.any_)
        : notAnyText(run('state_type'), state?.type?.not_any_)),
      ...(state?.name?.any_
        ? anyText(run('state_name'), state.name.any_)
        : notAnyText(run('state_name'), state?.name?.not_any_)),
    ]),
    ...anyText(run('flow_version'), filter.flow_version?.any_),
    // Before and after ask for the start as far as it is known; only is_null_ asks whether it has happened.
    ...between(started, filter.start_time && { ...filter.start_time, is_null_: null }),
    ...isNull(run('start_time'), filter.start_time?.is_null_),
    ...between(run('end_time'), filter.end_time),
    ...between(run('expected_start_time'), filter.expected_start_time),
    ...between(run('next_scheduled_start_time'), filter.next_scheduled_start_time),
    ...(filter.parent_flow_run_id?.any_
      ? [
          sql<boolean>`flow_run.parent_task_run_id in (select ft.id from task_run ft where ft.workspace_id = flow_run.workspace_id and ft.flow_run_id = any(${filter.parent_flow_run_id.any_}::uuid[]))`,
        ]
      : []),
    ...combined(filter.parent_task_run_id?.operator, [
      ...anyId(run('parent_task_run_id'), filter.parent_task_run_id?.any_),
      ...isNull(run('parent_task_run_id'), filter.parent_task_run_id?.is_null_),
    ]),
    ...anyText(run('idempotency_key'), filter.idempotency_key?.any_),
    ...notAnyText(run('idempotency_key'), filter.idempotency_key?.not_any_),
    ...combined(creator?.operator, [
      ...anyText(sql`flow_run.created_by->>'id'`, creator?.id_),
      ...anyText(sql`flow_run.created_by->>'type'`, creator?.type_),
      ...isNull(run('created_by'), creator?.is_null_),
    ]),
  ]);
}

export function whereTaskRun(filter: TaskRunFilter): Predicate[] {
  const run = column('task_run');
  const subflow = sql<boolean>`exists (select from flow_run tf where tf.workspace_id = task_run.workspace_id and tf.parent_task_run_id = task_run.id)`;
  const { flow_run_id: owner } = filter;
  return combined(filter.operator, [
    ...anyId(run('id'), filter.id?.any_),
    ...anyText(run('name'), filter.name?.any_),
    ...like(run('name'), filter.name?.like_),
    ...tagged(run('tags'), filter.tags),
    ...combined(filter.state?.operator, [
      ...anyText(run('state_type'), filter.state?.type?.any_),
      ...anyText(run('state_name'), filter.state?.name?.any_),
    ]),
    ...between(run('start_time'), filter.start_time),
    ...between(run('end_time'), filter.end_time),
    ...between(run('expected_start_time'), filter.expected_start_time),
    ...(typeof filter.subflow_runs?.exists_ === 'boolean'
      ? [filter.subflow_runs.exists_ ? subflow : sql<boolean>`not ${subflow}`]
      : []),
    // Naming the sub-filter at all means "belongs to some flow run", unless it says otherwise.
    ...(owner
      ? combined(owner.operator, [
          ...anyId(run('flow_run_id'), owner.any_),
          ...(owner.any_ ? [] : isNull(run('flow_run_id'), owner.is_null_ ?? false)),
        ])
      : []),
  ]);
}

export function whereDeployment(filter: DeploymentFilter): Predicate[] {
  const deployment = column('deployment');
  const flowName = sql`(select df.name from flow df where df.workspace_id = deployment.workspace_id and df.id = deployment.flow_id)`;
  const queueName = sql`(select dq.name from work_queue dq where dq.workspace_id = deployment.workspace_id and dq.id = deployment.work_queue_id)`;
  return combined(filter.operator, [
    ...anyId(deployment('id'), filter.id?.any_),
    ...notAnyId(deployment('id'), filter.id?.not_any_),
    ...anyText(deployment('name'), filter.name?.any_),
    ...like(deployment('name'), filter.name?.like_),
    ...combined('or_', [
      ...like(deployment('name'), filter.flow_or_deployment_name?.like_),
      ...like(flowName, filter.flow_or_deployment_name?.like_),
    ]),
    ...(typeof filter.paused?.eq_ === 'boolean' ? [sql<boolean>`deployment.paused = ${filter.paused.eq_}`] : []),
    ...tagged(deployment('tags'), filter.tags),
    ...anyText(queueName, filter.work_queue_name?.any_),
  ]);
}

export function whereWorkPool(filter: WorkPoolFilter): Predicate[] {
  const pool = column('work_pool');
  return combined(filter.operator, [
    ...anyId(pool('id'), filter.id?.any_),
    ...anyText(pool('name'), filter.name?.any_),
    ...anyText(pool('type'), filter.type?.any_),
  ]);
}

export function whereWorkQueue(filter: WorkQueueFilter): Predicate[] {
  const queue = column('work_queue');
  const prefixes = filter.name?.startswith_;
  return combined(filter.operator, [
    ...anyId(queue('id'), filter.id?.any_),
    ...anyText(queue('name'), filter.name?.any_),
    ...(prefixes
      ? [
          sql<boolean>`exists (select from unnest(${prefixes}::text[]) prefix where starts_with(lower(work_queue.name), lower(prefix)))`,
        ]
      : []),
  ]);
}
