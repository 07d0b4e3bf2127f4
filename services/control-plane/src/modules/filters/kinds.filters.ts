import type {
  DeploymentFilter,
  FlowFilter,
  TaskRunFilter,
  WorkPoolFilter,
  WorkQueueFilter,
} from '@headgate/contracts/rest/filters';
import { sql } from 'kysely';
import {
  anyId,
  anyText,
  between,
  holds,
  isNull,
  like,
  notAnyId,
  startsWith,
  subFilter,
  tagged,
  type Predicate,
} from './predicates.filters.js';

/** What a filter object asks of the table that it is about, named by its own name. Every look into another table names the workspace. */

const column = (table: string) => (name: string) => sql.ref(`${table}.${name}`);

export function whereFlow(filter: FlowFilter): Predicate[] {
  const flow = column('flow');
  const deployed = sql<boolean>`exists (select from deployment fd where fd.workspace_id = flow.workspace_id and fd.flow_id = flow.id)`;
  return [
    ...subFilter(filter.id, ({ any_, not_any_ }) => [...anyId(flow('id'), any_), ...notAnyId(flow('id'), not_any_)]),
    ...subFilter(filter.deployment, ({ is_null_ }) => holds(sql`not ${deployed}`, is_null_)),
    ...subFilter(filter.name, ({ any_, like_ }) => [...anyText(flow('name'), any_), ...like(flow('name'), like_)]),
    ...tagged(flow('tags'), filter.tags),
  ];
}

export function whereTaskRun(filter: TaskRunFilter): Predicate[] {
  const run = column('task_run');
  const subflow = sql<boolean>`exists (select from flow_run tf where tf.workspace_id = task_run.workspace_id and tf.parent_task_run_id = task_run.id)`;
  return [
    ...subFilter(filter.id, ({ any_ }) => anyId(run('id'), any_)),
    ...subFilter(filter.name, ({ any_, like_ }) => [...anyText(run('name'), any_), ...like(run('name'), like_)]),
    ...tagged(run('tags'), filter.tags),
    ...subFilter(filter.state, ({ type, name }) => [
      ...anyText(run('state_type'), type?.any_),
      ...anyText(run('state_name'), name?.any_),
    ]),
    ...subFilter(filter.start_time, (times) => between(run('start_time'), times)),
    ...subFilter(filter.end_time, (times) => between(run('end_time'), times)),
    ...subFilter(filter.expected_start_time, (times) => between(run('expected_start_time'), times)),
    ...subFilter(filter.subflow_runs, ({ exists_ }) => holds(subflow, exists_)),
    // Naming the sub-filter at all means "belongs to some flow run", unless it says otherwise.
    ...subFilter(filter.flow_run_id, ({ any_, is_null_ }) =>
      is_null_ || !any_ ? isNull(run('flow_run_id'), is_null_) : anyId(run('flow_run_id'), any_),
    ),
  ];
}

export function whereDeployment(filter: DeploymentFilter): Predicate[] {
  const deployment = column('deployment');
  const flowName = sql`(select df.name from flow df where df.workspace_id = deployment.workspace_id and df.id = deployment.flow_id)`;
  const queueName = sql`(select dq.name from work_queue dq where dq.workspace_id = deployment.workspace_id and dq.id = deployment.work_queue_id)`;
  const name = deployment('name');
  return [
    ...subFilter(filter.id, ({ any_, not_any_ }) => [
      ...anyId(deployment('id'), any_),
      ...notAnyId(deployment('id'), not_any_),
    ]),
    ...subFilter(filter.name, ({ any_, like_ }) => [...anyText(name, any_), ...like(name, like_)]),
    ...subFilter(filter.flow_or_deployment_name, ({ like_ }) =>
      subFilter({ operator: 'or_' }, () => [...like(name, like_), ...like(flowName, like_)]),
    ),
    ...subFilter(filter.paused, ({ eq_ }) => holds(sql`deployment.paused`, eq_)),
    ...tagged(deployment('tags'), filter.tags),
    ...subFilter(filter.work_queue_name, ({ any_ }) => anyText(queueName, any_)),
  ];
}

export function whereWorkPool(filter: WorkPoolFilter, table = 'work_pool'): Predicate[] {
  const pool = column(table);
  return [
    ...subFilter(filter.id, ({ any_ }) => anyId(pool('id'), any_)),
    ...subFilter(filter.name, ({ any_ }) => anyText(pool('name'), any_)),
    ...subFilter(filter.type, ({ any_ }) => anyText(pool('type'), any_)),
  ];
}

export function whereWorkQueue(filter: WorkQueueFilter, table = 'work_queue'): Predicate[] {
  const queue = column(table);
  return [
    ...subFilter(filter.id, ({ any_ }) => anyId(queue('id'), any_)),
    ...subFilter(filter.name, ({ any_, startswith_ }) => [
      ...anyText(queue('name'), any_),
      ...startsWith(queue('name'), startswith_),
    ]),
  ];
}
