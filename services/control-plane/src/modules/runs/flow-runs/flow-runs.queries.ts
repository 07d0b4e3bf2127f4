import { sql } from 'kysely';
import type { Db } from '../../../core/db/db.js';
import { updateRow } from '../../../core/db/update-row.js';
import { hourMade } from '../counts/levels.sql.js';
import type { StateActor } from '../moves/state-actor.js';

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

export function listStates(
  db: Db,
  workspaceId: string,
  runIds: string[],
): Promise<(StateRow & { actor: StateActor | null })[]> {
  return db
    .selectFrom('flow_run_state')
    .select(['id', 'flow_run_id', 'type', 'name', 'timestamp', 'message', 'data', 'details', 'actor'])
    .where('workspace_id', '=', workspaceId)
    .where(sql<boolean>`flow_run_id = any(${runIds}::uuid[])`)
    .orderBy('timestamp')
    .execute() as Promise<(StateRow & { actor: StateActor | null })[]>;
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

export async function isFlowRun(db: Db, workspaceId: string, id: string): Promise<boolean> {
  const { rows } = await sql`select 1 from flow_run where workspace_id = ${workspaceId} and id = ${id}`.execute(db);
  return rows.length > 0;
}

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

/** Which runs went; the leases that they and their task runs held; the pools in which they took a slot. */
export type GoneRuns = { ids: string[]; leases: string[]; pools: string[] };

/**
 * Deletes runs that are locked, and what hangs on them; their subflow runs stay. Every table is asked for the whole list
 * of keys at once: an index is then walked from the first to the last, which costs next to nothing in all the days of
 * history where there is none of them (docs/decisions/0034-expiry.md).
 */
export async function deleteFlowRuns(db: Db, workspaceId: string, ids: string[]): Promise<GoneRuns> {
  // Sent once, however often it is looked through.
  const all = sql`any((select ids from given)::uuid[])`;
  const ofRuns = sql`workspace_id = ${workspaceId} and flow_run_id = ${all}`;
  const ofTasks = sql`workspace_id = ${workspaceId} and task_run_id = any(array(select id from tasks))`;
  const { rows } = await sql<GoneRuns>`
    with given as (select ${ids}::uuid[] as ids),
    gone as (
      delete from flow_run where workspace_id = ${workspaceId} and id = ${all}
      returning id, deployment_id, work_pool_id, work_queue_id, state_type, state_name, expected_start_time, start_time,
                state->'state_details'->>'deployment_concurrency_lease_id' as lease_id),
    queue as (delete from run_queue where ${ofRuns}),
    claim as (delete from run_claim where ${ofRuns}),
    active as (
      delete from run_active where work_queue_id = any(array(select distinct work_queue_id from gone where work_queue_id is not null)) and ${ofRuns}),
    heartbeats as (delete from run_heartbeat where ${ofRuns}),
    inputs as (delete from flow_run_input where ${ofRuns}),
    states as (delete from flow_run_state where ${ofRuns}),
    tasks as (
      delete from task_run where ${ofRuns}
      returning id, (state_type in ('COMPLETED', 'FAILED', 'CRASHED', 'CANCELLED')) is not true as goes_on),
    held as (
      select id from concurrency_lease
       where workspace_id = ${workspaceId} and holder_type = 'task_run' and holder_id = any(array(select id from tasks where goes_on))),
    task_states as (delete from task_run_state where ${ofTasks}),
    task_queue as (delete from task_run_queue where ${ofTasks}),
    subflows as (
      update flow_run set parent_task_run_id = null
       where workspace_id = ${workspaceId} and parent_task_run_id = any(array(select id from tasks)) and (id = ${all}) is not true),
    stood as (
      delete from flow_run_by_state s using gone g
       where s.workspace_id = ${workspaceId} and s.state_type = g.state_type and s.state_name = g.state_name
         and s.expected_start_time = g.expected_start_time and s.flow_run_id = g.id),
    counts as (
      insert into flow_run_count (workspace_id, hour, made, deployment_id, state_type, delta, started, delay_seconds)
      select ${workspaceId}::uuid, date_trunc('hour', expected_start_time), ${sql.raw(hourMade('id'))}, deployment_id, state_type, -count(*), -count(start_time),
             -coalesce(sum(greatest(0, extract(epoch from start_time - expected_start_time))), 0)
        from gone where state_type is not null group by 2, 3, 4, 5)
    select array(select id from gone) as ids,
           array(select lease_id::uuid from gone where lease_id is not null union select id from held) as leases,
           array(select distinct work_pool_id from gone where work_pool_id is not null and state_type in ('PENDING', 'RUNNING', 'CANCELLING')) as pools`.execute(
    db,
  );
  return rows[0]!;
}

/** Log lines of runs that are gone. */
export async function deleteLogs(db: Db, workspaceId: string, runIds: string[]): Promise<void> {
  await sql`delete from log where workspace_id = ${workspaceId} and flow_run_id = any(${runIds}::uuid[])`.execute(db);
}

/** What these runs made, but what is still the newest of its key. */
export async function deleteOldArtifacts(db: Db, workspaceId: string, runIds: string[]): Promise<void> {
  await sql`
    delete from artifact a where a.workspace_id = ${workspaceId} and a.flow_run_id = any(${runIds}::uuid[])
       and not exists (select from artifact_collection c
                        where c.workspace_id = a.workspace_id and c.key = a.key and c.latest_id = a.id)`.execute(db);
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
