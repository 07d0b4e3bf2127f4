import type { FlowRunFilter } from '@headgate/contracts/rest/filters';
import { sql, type RawBuilder } from 'kysely';
import {
  anyId,
  anyText,
  between,
  combined,
  isNull,
  likeAll,
  notAnyId,
  notAnyText,
  subFilter,
  tagged,
  type Predicate,
} from './predicates.filters.js';

const run = (name: string) => sql.ref(`flow_run.${name}`);
const started = sql`coalesce(flow_run.start_time, flow_run.expected_start_time)`;
const queueName = sql`(select fq.name from work_queue fq where fq.workspace_id = flow_run.workspace_id and fq.id = flow_run.work_queue_id)`;
const childOf = (ids: string[]) =>
  sql<boolean>`flow_run.parent_task_run_id in (select ft.id from task_run ft where ft.workspace_id = flow_run.workspace_id and ft.flow_run_id = any(${ids}::uuid[]))`;

/** What a filter over flow runs asks of the table `flow_run`. */
export function whereFlowRun(filter: FlowRunFilter): Predicate[] {
  return [
    ...subFilter(filter.id, ({ any_, not_any_ }) => [...anyId(run('id'), any_), ...notAnyId(run('id'), not_any_)]),
    ...subFilter(filter.name, ({ any_, like_ }) => [...anyText(run('name'), any_), ...likeAll(run('name'), like_)]),
    ...tagged(run('tags'), filter.tags),
    ...subFilter(filter.deployment_id, ({ any_, is_null_ }) => [
      ...anyId(run('deployment_id'), any_),
      ...isNull(run('deployment_id'), is_null_),
    ]),
    ...subFilter(filter.work_queue_name, ({ any_, is_null_ }) => [
      ...anyText(queueName, any_),
      ...isNull(queueName, is_null_),
    ]),
    ...subFilter(filter.flow_version, ({ any_ }) => anyText(run('flow_version'), any_)),
    ...subFilter(filter.state, ({ type, name }) => [
      ...among(run('state_type'), type),
      ...among(run('state_name'), name),
    ]),
    // Before and after ask for the start as far as it is known; only is_null_ asks whether it has happened.
    ...subFilter(filter.start_time, ({ is_null_, ...times }) => [
      ...between(started, times),
      ...isNull(run('start_time'), is_null_),
    ]),
    ...subFilter(filter.end_time, (times) => between(run('end_time'), times)),
    ...subFilter(filter.expected_start_time, (times) => between(run('expected_start_time'), times)),
    ...subFilter(filter.next_scheduled_start_time, (times) => between(run('next_scheduled_start_time'), times)),
    ...subFilter(filter.parent_flow_run_id, ({ any_ }) => (any_ ? [childOf(any_)] : [])),
    ...subFilter(filter.parent_task_run_id, ({ any_, is_null_ }) => [
      ...anyId(run('parent_task_run_id'), any_),
      ...isNull(run('parent_task_run_id'), is_null_),
    ]),
    ...subFilter(filter.idempotency_key, ({ any_, not_any_ }) => [
      ...anyText(run('idempotency_key'), any_),
      ...notAnyText(run('idempotency_key'), not_any_),
    ]),
    ...subFilter(filter.created_by, ({ id_, type_, is_null_ }) => [
      ...anyText(sql`flow_run.created_by->>'id'`, id_),
      ...anyText(sql`flow_run.created_by->>'type'`, type_),
      ...isNull(run('created_by'), is_null_),
    ]),
  ];
}

type OneOf = { any_?: string[] | null | undefined; not_any_?: string[] | null | undefined };

const among = (column: RawBuilder<unknown>, of: OneOf | null | undefined): Predicate[] =>
  combined('and_', [...anyText(column, of?.any_), ...notAnyText(column, of?.not_any_)]);
