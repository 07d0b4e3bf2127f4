import { sql } from 'kysely';
import type { Db } from '../../../core/db/db.js';
import { updateRow } from '../../../core/db/update-row.js';
import type { FlowRunRow } from './flow-run.js';

export type StateRow = {
  id: string;
  flow_run_id: string;
  type: string;
  name: string;
  timestamp: string;
  message: string | null;
  data: unknown;
  details: object;
};

export function listStates(db: Db, workspaceId: string, runIds: string[]): Promise<StateRow[]> {
  return db
    .selectFrom('flow_run_state')
    .select(['id', 'flow_run_id', 'type', 'name', 'timestamp', 'message', 'data', 'details'])
    .where('workspace_id', '=', workspaceId)
    .where(sql<boolean>`flow_run_id = any(${runIds}::uuid[])`)
    .orderBy('timestamp')
    .execute() as Promise<StateRow[]>;
}

export async function findState(db: Db, workspaceId: string, id: string): Promise<StateRow | null> {
  const row = await db
    .selectFrom('flow_run_state')
    .select(['id', 'flow_run_id', 'type', 'name', 'timestamp', 'message', 'data', 'details'])
    .where('workspace_id', '=', workspaceId)
    .where('id', '=', id)
    .executeTakeFirst();
  return (row as StateRow | undefined) ?? null;
}

export type FlowRunPatch = Partial<{
  name: string;
  flow_version: string | null;
  parameters: string;
  empirical_policy: string;
  tags: string[];
  infrastructure_pid: string | null;
  job_variables: string | null;
  labels: string;
}>;

/** Whether there was such a run. */
export const updateFlowRun = (db: Db, workspaceId: string, id: string, patch: FlowRunPatch): Promise<boolean> =>
  updateRow(db, 'flow_run', workspaceId, id, patch);

/** The labels of a run that is there, while the transaction lasts nobody else's to change; null when there is none. */
export async function lockLabels(tx: Db, workspaceId: string, id: string): Promise<object | null> {
  const { rows } = await sql<{
    labels: object;
  }>`select labels from flow_run where workspace_id = ${workspaceId} and id = ${id} for update`.execute(tx);
  return rows[0]?.labels ?? null;
}

/**
 * Locks runs, in one order, so that no change of state comes between this and what the transaction does next: a
 * statement that waited for a change would not see what that wrote beside the run. Answers those that are there, or of
 * these only those that still wait for their first start.
 */
export async function lockFlowRuns(db: Db, workspaceId: string, ids: string[], which: 'all' | 'waiting') {
  const { rows } = await sql<{ id: string }>`
    select id from flow_run
     where workspace_id = ${workspaceId} and id = any(${ids}::uuid[])
       and (${which} = 'all' or (state_type = 'SCHEDULED' and run_count = 0))
     order by id for update`.execute(db);
  return rows.map((row) => row.id);
}

/** Of these, the ones that wait for their first start and that nobody is moving, locked until the transaction ends. */
export async function lockWaitingRuns(db: Db, workspaceId: string, ids: string[]): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select id from flow_run
     where workspace_id = ${workspaceId} and id = any(${ids}::uuid[]) and state_type = 'SCHEDULED' and run_count = 0
     order by id for update skip locked`.execute(db);
  return rows.map((row) => row.id);
}

/** `leases`: what its task runs that went on held of the slots of their tags. */
type GoneRun = Pick<FlowRunRow, 'id' | 'state' | 'state_type' | 'work_pool_id'> & { leases: string[] };

/** Deletes runs that are locked, and what hangs on them; their subflow runs stay. Answers those that went. */
export async function deleteFlowRuns(db: Db, workspaceId: string, ids: string[]): Promise<GoneRun[]> {
  const { rows } = await sql<GoneRun>`
    with gone as (delete from flow_run where workspace_id = ${workspaceId} and id = any(${ids}::uuid[]) returning *),
    queue as (delete from run_queue q using gone g where q.workspace_id = g.workspace_id and q.flow_run_id = g.id),
    claim as (delete from run_claim c using gone g where c.workspace_id = g.workspace_id and c.flow_run_id = g.id),
    active as (delete from run_active a using gone g where a.workspace_id = g.workspace_id and a.work_queue_id = g.work_queue_id and a.flow_run_id = g.id),
    heartbeats as (delete from run_heartbeat h using gone g where h.workspace_id = g.workspace_id and h.flow_run_id = g.id),
    inputs as (delete from flow_run_input i using gone g where i.workspace_id = g.workspace_id and i.flow_run_id = g.id),
    states as (delete from flow_run_state s using gone g where s.workspace_id = g.workspace_id and s.flow_run_id = g.id),
    tasks as (delete from task_run t using gone g where t.workspace_id = g.workspace_id and t.flow_run_id = g.id returning t.id, t.flow_run_id, t.state_type),
    held as (
      select distinct t.flow_run_id, l.id from tasks t
        join concurrency_lease l on l.workspace_id = ${workspaceId} and l.holder_type = 'task_run' and l.holder_id = t.id
       where (t.state_type in ('COMPLETED', 'FAILED', 'CRASHED', 'CANCELLED')) is not true),
    task_states as (
      delete from task_run_state s where s.workspace_id = ${workspaceId} and s.task_run_id = any(array(select id from tasks))),
    task_queue as (
      delete from task_run_queue q where q.workspace_id = ${workspaceId} and q.task_run_id = any(array(select id from tasks))),
    subflows as (
      update flow_run r set parent_task_run_id = null
       where r.workspace_id = ${workspaceId} and r.parent_task_run_id = any(array(select id from tasks)) and r.id <> all(${ids}::uuid[])),
    stood as (
      delete from flow_run_by_state s using gone g
       where s.workspace_id = g.workspace_id and s.state_type = g.state_type and s.state_name = g.state_name
         and s.expected_start_time = g.expected_start_time and s.flow_run_id = g.id),
    counts as (
      insert into flow_run_count (workspace_id, hour, deployment_id, state_type, delta, started, delay_seconds)
      select workspace_id, date_trunc('hour', expected_start_time), deployment_id, state_type, -count(*), -count(start_time),
             -coalesce(sum(greatest(0, extract(epoch from start_time - expected_start_time))), 0)
        from gone where state_type is not null group by 1, 2, 3, 4)
    select g.id, g.state, g.state_type, g.work_pool_id, array(select h.id from held h where h.flow_run_id = g.id) as leases from gone g`.execute(
    db,
  );
  return rows;
}

/** Log lines of runs that are gone. */
export async function deleteLogs(db: Db, workspaceId: string, runIds: string[]): Promise<void> {
  await sql`delete from log where workspace_id = ${workspaceId} and flow_run_id = any(${runIds}::uuid[])`.execute(db);
}

/** Which of the runs that the scheduler made, and nobody has touched: those of the future, or those that are late, too. */
export type AutoScheduled = 'future' | 'waiting';

/** They are made anew when the schedule or deployment changes. */
export async function findAutoScheduled(
  db: Db,
  workspaceId: string,
  deploymentId: string,
  which: AutoScheduled,
): Promise<string[]> {
  const { rows } = await sql<{ flow_run_id: string }>`
    select q.flow_run_id from run_queue q join flow_run r on r.workspace_id = q.workspace_id and r.id = q.flow_run_id
     where q.workspace_id = ${workspaceId} and q.deployment_id = ${deploymentId} and q.auto_scheduled and q.run_count = 0
       and r.state_name in ('Scheduled', 'Late') ${which === 'future' ? sql`and q.due > now()` : sql``}`.execute(db);
  return rows.map((row) => row.flow_run_id);
}

export async function findScheduled(db: Db, workspaceId: string, deploymentId: string): Promise<string[]> {
  const { rows } = await sql<{ flow_run_id: string }>`
    select flow_run_id from run_queue where workspace_id = ${workspaceId} and deployment_id = ${deploymentId} and run_count = 0`.execute(
    db,
  );
  return rows.map((row) => row.flow_run_id);
}

/** The runs in which these runs are subflows, by child. */
export async function findParents(
  db: Db,
  workspaceId: string,
  parentTaskRunIds: string[],
): Promise<{ task_run_id: string; flow_run_id: string | null }[]> {
  const { rows } = await sql<{ task_run_id: string; flow_run_id: string | null }>`
    select id as task_run_id, flow_run_id from task_run where workspace_id = ${workspaceId} and id = any(${parentTaskRunIds}::uuid[])`.execute(
    db,
  );
  return rows;
}
