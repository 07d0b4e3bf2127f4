import { sql, type RawBuilder } from 'kysely';
import type { Kind } from './links.filters.js';

/** How long a task run has run by now: one that runs counts the stretch that it is in. */
const taskRunTime = `(task_run.total_run_time + case when task_run.state_type = 'RUNNING'
  then greatest(0, extract(epoch from now() - task_run.state_timestamp)) else 0 end)`;
const started = 'coalesce(flow_run.start_time, flow_run.expected_start_time)';

/** The order of each sort key, with the id last, so that pages do not overlap. */
const orders: Partial<Record<Kind, Record<string, string>>> = {
  flow_run: {
    ID_DESC: 'flow_run.id desc',
    START_TIME_ASC: `${started} asc, flow_run.id`,
    START_TIME_DESC: `${started} desc, flow_run.id desc`,
    EXPECTED_START_TIME_ASC: 'flow_run.expected_start_time asc, flow_run.id asc',
    EXPECTED_START_TIME_DESC: 'flow_run.expected_start_time desc, flow_run.id desc',
    NAME_ASC: 'flow_run.name asc, flow_run.id',
    NAME_DESC: 'flow_run.name desc, flow_run.id',
    NEXT_SCHEDULED_START_TIME_ASC: 'flow_run.next_scheduled_start_time asc nulls last, flow_run.id',
    END_TIME_DESC: 'flow_run.end_time desc nulls last, flow_run.id',
  },
  task_run: {
    ID_DESC: 'task_run.id desc',
    EXPECTED_START_TIME_ASC: 'task_run.expected_start_time asc, task_run.id asc',
    EXPECTED_START_TIME_DESC: 'task_run.expected_start_time desc, task_run.id desc',
    NAME_ASC: 'task_run.name asc, task_run.id',
    NAME_DESC: 'task_run.name desc, task_run.id',
    NEXT_SCHEDULED_START_TIME_ASC: 'task_run.next_scheduled_start_time asc nulls last, task_run.id',
    END_TIME_DESC: 'task_run.end_time desc nulls last, task_run.id',
    DURATION_DESC: `${taskRunTime} desc, task_run.expected_start_time desc, task_run.id desc`,
    DURATION_ASC: `${taskRunTime} asc, task_run.expected_start_time desc, task_run.id desc`,
  },
  flow: {
    NAME_ASC: 'flow.name asc',
    NAME_DESC: 'flow.name desc',
    CREATED_DESC: 'flow.created desc, flow.id',
    UPDATED_DESC: 'flow.updated desc, flow.id',
  },
  deployment: {
    NAME_ASC: 'deployment.name asc, deployment.id',
    NAME_DESC: 'deployment.name desc, deployment.id',
    CREATED_DESC: 'deployment.created desc, deployment.id',
    UPDATED_DESC: 'deployment.updated desc, deployment.id',
  },
};

const byDefault: Partial<Record<Kind, string>> = {
  flow_run: 'ID_DESC',
  task_run: 'ID_DESC',
  flow: 'NAME_ASC',
  deployment: 'NAME_ASC',
};

/** The order of a sort key of the wire. */
export const orderOf = (kind: Kind, sort: string): string => orders[kind]?.[sort] ?? `${kind}.id desc`;

type Sortable<Q> = { orderBy(expression: RawBuilder<unknown>): Q };

export function applySort<Q extends Sortable<Q>>(query: Q, kind: Kind, sort: string | undefined): Q {
  const order = orders[kind]?.[sort ?? byDefault[kind] ?? ''];
  return order ? query.orderBy(sql.raw(order)) : query;
}
