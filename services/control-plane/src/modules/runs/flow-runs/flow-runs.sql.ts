import { fixed } from '../../../core/db/fixed.js';
import { mayBegin } from '../claims/may-begin.sql.js';
import { rankedByRoom, roomFor } from '../claims/slots-left.sql.js';
import type { FlowRunRow } from './flow-run.js';

/** Every column of `FlowRunRow` that `flow_run` has; the documents come as the texts that they are. */
const stored: Record<Exclude<keyof FlowRunRow, 'work_pool_name' | 'work_queue_name'>, 'plain' | 'document'> = {
  workspace_id: 'plain',
  id: 'plain',
  created: 'plain',
  updated: 'plain',
  version: 'plain',
  name: 'plain',
  flow_id: 'plain',
  deployment_id: 'plain',
  deployment_version: 'plain',
  work_pool_id: 'plain',
  work_queue_id: 'plain',
  flow_version: 'plain',
  idempotency_key: 'plain',
  parent_task_run_id: 'plain',
  auto_scheduled: 'plain',
  tags: 'plain',
  labels: 'plain',
  parameters: 'document',
  context: 'plain',
  empirical_policy: 'plain',
  job_variables: 'document',
  created_by: 'plain',
  related: 'plain',
  infrastructure_document_id: 'plain',
  infrastructure_pid: 'plain',
  claim_id: 'plain',
  state_type: 'plain',
  state_name: 'plain',
  state: 'plain',
  run_count: 'plain',
  expected_start_time: 'plain',
  next_scheduled_start_time: 'plain',
  start_time: 'plain',
  end_time: 'plain',
  total_run_time: 'plain',
};

/** The columns of a run, where nothing and the null of JSON are one, under the name that `flow_run` has in a statement. */
export const flowRunColumnsOf = (table: string): string =>
  Object.entries(stored)
    .map(([name, kind]) =>
      kind === 'plain' ? `${table}.${name}` : `nullif(${table}.${name}::text, 'null') as ${name}`,
    )
    .join(', ');

/** A run with the names of its queue and pool; the columns of `FlowRunRow`. */
export const flowRunColumns = `${flowRunColumnsOf('r')}, q.name as work_queue_name, p.name as work_pool_name`;
export const flowRunJoins = `
  left join work_queue q on q.workspace_id = r.workspace_id and q.id = r.work_queue_id
  left join work_pool p on p.workspace_id = r.workspace_id and p.id = r.work_pool_id`;

/** Parameters: workspace, ids. */
export const selectFlowRuns = fixed<FlowRunRow>(
  'flow-run.by-ids',
  `select ${flowRunColumns} from flow_run r ${flowRunJoins} where r.workspace_id = $1 and r.id = any($2::uuid[])`,
);

/**
 * What a process that serves deployments may start: due before the given moment, first things first. Who waits for a slot
 * of its deployment is among them when there is one; who would find none comes last, as at the doors of pools. Parameters: workspace, deployments, before, limit.
 */
export const dueOfDeployments = fixed<{ flow_run_id: string }>(
  'run-queue.due-of-deployments',
  `with deployments as (select unnest($2::uuid[]) as deployment_id),
  plain as (
    select q.flow_run_id, q.deployment_id, q.due, false as awaits_slot from run_queue q
     where q.workspace_id = $1 and q.deployment_id = any($2::uuid[]) and q.due <= $3 and not q.in_process and not q.awaits_slot and ${mayBegin}
     order by q.due, q.flow_run_id limit $4),
  awaited as (
    select q.flow_run_id, q.deployment_id, q.due, true from deployments t ${roomFor('t')}
     cross join lateral (
       select q.flow_run_id, q.deployment_id, q.due from run_queue q
        where q.workspace_id = $1 and q.deployment_id = t.deployment_id and q.awaits_slot and q.due <= $3 and ${mayBegin}
        order by q.due, q.flow_run_id limit least($4::bigint, room.slots)) q),
  found as (select *, 0 as priority from (select * from plain union all select * from awaited) q), ${rankedByRoom}
  select flow_run_id from ranked where may_start or not awaits_slot order by not may_start, due, flow_run_id limit $4`,
);
