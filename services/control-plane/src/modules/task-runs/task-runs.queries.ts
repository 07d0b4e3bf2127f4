import type { StateJson } from '@headgate/contracts';
import { sql } from 'kysely';
import type { Db } from '../../core/db/db.js';
import { applyFilters, applySort, type Filters } from '../filters/index.js';
import type { TaskRunRow } from './task-run.js';

export async function findTaskRuns(db: Db, workspaceId: string, ids: string[]): Promise<TaskRunRow[]> {
  const rows = await db
    .selectFrom('task_run')
    .selectAll()
    .where('workspace_id', '=', workspaceId)
    .where(sql<boolean>`id = any(${ids}::uuid[])`)
    .execute();
  return rows as unknown as TaskRunRow[];
}

/** The task run of that natural key, locked, so that changes of one run happen one after the other. */
export async function lockTaskRun(db: Db, workspaceId: string, id: string): Promise<TaskRunRow | null> {
  const row = await db
    .selectFrom('task_run')
    .selectAll()
    .where('workspace_id', '=', workspaceId)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst();
  return (row as unknown as TaskRunRow | undefined) ?? null;
}

export async function findByKey(
  db: Db,
  workspaceId: string,
  flowRunId: string | null,
  taskKey: string,
  dynamicKey: string,
): Promise<TaskRunRow | null> {
  const { rows } = await sql<TaskRunRow>`
    select * from task_run where workspace_id = ${workspaceId} and flow_run_id is not distinct from ${flowRunId}::uuid and task_key = ${taskKey} and dynamic_key = ${dynamicKey}`.execute(
    db,
  );
  return rows[0] ?? null;
}

/** False when the key is taken, or the flow run is not there. */
export async function insertTaskRun(
  db: Db,
  row: Record<string, unknown> & { workspace_id: string; flow_run_id: string | null },
): Promise<boolean> {
  const { rows } = await sql`
    insert into task_run (workspace_id, id, name, flow_run_id, task_key, dynamic_key, cache_key, cache_expiration, task_version, empirical_policy, tags, labels, task_inputs,
                          state, state_type, state_name, state_timestamp, expected_start_time, next_scheduled_start_time)
    select i.workspace_id, i.id, i.name, i.flow_run_id, i.task_key, i.dynamic_key, i.cache_key, i.cache_expiration, i.task_version, i.empirical_policy,
           array(select jsonb_array_elements_text(i.tags)), i.labels, i.task_inputs, i.state, i.state_type, i.state_name, i.state_timestamp, i.expected_start_time, i.next_scheduled_start_time
      from jsonb_to_record(${JSON.stringify(row)}::jsonb) as i(workspace_id uuid, id uuid, name text, flow_run_id uuid, task_key text, dynamic_key text, cache_key text, cache_expiration timestamptz,
           task_version text, empirical_policy jsonb, tags jsonb, labels jsonb, task_inputs jsonb, state jsonb, state_type text, state_name text, state_timestamp timestamptz,
           expected_start_time timestamptz, next_scheduled_start_time timestamptz)
     where i.flow_run_id is null or exists (select from flow_run r where r.workspace_id = i.workspace_id and r.id = i.flow_run_id)
    on conflict do nothing returning id`.execute(db);
  return rows.length > 0;
}

export async function updateTaskRun(
  db: Db,
  workspaceId: string,
  id: string,
  patch: Record<string, unknown>,
): Promise<boolean> {
  const result = await db
    .updateTable('task_run')
    .set({ ...patch, updated: sql`now()` } as never)
    .where('workspace_id', '=', workspaceId)
    .where('id', '=', id)
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}

export async function deleteTaskRun(db: Db, workspaceId: string, id: string): Promise<boolean> {
  const result = await db
    .deleteFrom('task_run')
    .where('workspace_id', '=', workspaceId)
    .where('id', '=', id)
    .executeTakeFirst();
  return result.numDeletedRows > 0n;
}

const filtered = (db: Db, workspaceId: string, filters: Filters) =>
  applyFilters(
    db.selectFrom('task_run').where('task_run.workspace_id', '=', workspaceId),
    'task_run',
    workspaceId,
    filters,
  );

export async function listTaskRuns(
  db: Db,
  workspaceId: string,
  filters: Filters,
  page: { sort?: string | undefined; limit: number; offset: number },
): Promise<TaskRunRow[]> {
  const query = applySort(filtered(db, workspaceId, filters).selectAll('task_run'), 'task_run', page.sort)
    .limit(page.limit)
    .offset(page.offset);
  return (await query.execute()) as unknown as TaskRunRow[];
}

export async function countTaskRuns(db: Db, workspaceId: string, filters: Filters): Promise<number> {
  const row = await filtered(db, workspaceId, filters)
    .select(sql<number>`count(*)`.as('count'))
    .executeTakeFirstOrThrow();
  return row.count;
}

/** Task runs of a flow run in the order in which they were expected, after a place. */
export async function listOfFlowRun(
  db: Db,
  workspaceId: string,
  flowRunId: string,
  first: number,
  after: { key: string; id: string } | null,
): Promise<TaskRunRow[]> {
  const { rows } = await sql<TaskRunRow>`
    select * from task_run
     where workspace_id = ${workspaceId} and flow_run_id = ${flowRunId}
       and (${after?.key ?? null}::timestamptz is null or (expected_start_time, id) > (${after?.key ?? null}::timestamptz, ${after?.id ?? null}::uuid))
     order by expected_start_time, id limit ${first}`.execute(db);
  return rows;
}

export async function countByFlowRun(
  db: Db,
  workspaceId: string,
  flowRunIds: string[],
): Promise<{ flow_run_id: string; count: number }[]> {
  const { rows } = await sql<{ flow_run_id: string; count: number }>`
    select flow_run_id, count(*) as count from task_run where workspace_id = ${workspaceId} and flow_run_id = any(${flowRunIds}::uuid[]) group by flow_run_id`.execute(
    db,
  );
  return rows;
}

export async function findParentState(
  db: Db,
  workspaceId: string,
  flowRunId: string,
): Promise<{ type: string | null } | null> {
  const row = await db
    .selectFrom('flow_run')
    .select('state_type as type')
    .where('workspace_id', '=', workspaceId)
    .where('id', '=', flowRunId)
    .executeTakeFirst();
  return row ?? null;
}

type StateRow = {
  id: string;
  type: string;
  name: string;
  timestamp: string;
  message: string | null;
  data: unknown;
  details: object;
};
const stateColumns = ['id', 'type', 'name', 'timestamp', 'message', 'data', 'details'] as const;

export async function listTaskRunStates(db: Db, workspaceId: string, taskRunId: string): Promise<StateRow[]> {
  const rows = await db
    .selectFrom('task_run_state')
    .select(stateColumns)
    .where('workspace_id', '=', workspaceId)
    .where('task_run_id', '=', taskRunId)
    .orderBy('timestamp')
    .orderBy('id')
    .execute();
  return rows as StateRow[];
}

export async function findTaskRunState(db: Db, workspaceId: string, id: string): Promise<StateRow | null> {
  const row = await db
    .selectFrom('task_run_state')
    .select(stateColumns)
    .where('workspace_id', '=', workspaceId)
    .where('id', '=', id)
    .executeTakeFirst();
  return (row as StateRow | undefined) ?? null;
}

export async function insertTaskRunState(
  db: Db,
  workspaceId: string,
  taskRunId: string,
  state: StateJson,
): Promise<void> {
  const { id, type, name, timestamp, message, data, state_details: details } = state;
  await db
    .insertInto('task_run_state')
    .values({
      workspace_id: workspaceId,
      task_run_id: taskRunId,
      id,
      type,
      name,
      timestamp,
      message,
      data: data === null ? null : JSON.stringify(data),
      details: JSON.stringify(details),
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}
