import { sql } from 'kysely';
import type { Db } from '../../core/db/db.js';
import { storableRow } from '../../core/db/json-rows.js';
import { updateRow } from '../../core/db/update-row.js';
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

/** A task run, locked, so that changes of one run happen one after the other. */
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

/** Null when the key is taken, or the flow run is not there. Labels of the flow run count where the run has none of its own. */
export async function insertTaskRun(
  db: Db,
  row: Record<string, unknown> & { workspace_id: string; flow_run_id: string | null },
): Promise<TaskRunRow | null> {
  const json = storableRow(row);
  const { rows } = await sql<TaskRunRow>`
    insert into task_run (workspace_id, id, name, flow_run_id, task_key, dynamic_key, cache_key, cache_expiration, task_version, empirical_policy, tags, labels, task_inputs)
    select i.workspace_id, i.id, i.name, i.flow_run_id, i.task_key, i.dynamic_key, i.cache_key, i.cache_expiration, i.task_version, i.empirical_policy,
           array(select jsonb_array_elements_text(i.tags)), coalesce(r.labels, '{}') || i.labels, i.task_inputs
      from jsonb_to_record(${json}::jsonb) as i(workspace_id uuid, id uuid, name text, flow_run_id uuid, task_key text, dynamic_key text, cache_key text,
           cache_expiration timestamptz, task_version text, empirical_policy jsonb, tags jsonb, labels jsonb, task_inputs jsonb)
      left join flow_run r on r.workspace_id = i.workspace_id and r.id = i.flow_run_id
     where i.flow_run_id is null or r.id is not null
    on conflict do nothing returning *`.execute(db);
  return rows[0] ?? null;
}

export const updateTaskRun = (
  db: Db,
  workspaceId: string,
  id: string,
  patch: Record<string, unknown>,
): Promise<boolean> => updateRow(db, 'task_run', workspaceId, id, patch);

/** With their history, lines and places in the queue; subflow runs that they stood for stay. Answers how many there were. */
export async function deleteTaskRuns(db: Db, workspaceId: string, ids: string[]): Promise<number> {
  const { rows } = await sql`
    with run as (delete from task_run where workspace_id = ${workspaceId} and id = any(${ids}::uuid[]) returning id, flow_run_id),
    place as (delete from task_run_queue where workspace_id = ${workspaceId} and task_run_id = any(${ids}::uuid[])),
    history as (delete from task_run_state where workspace_id = ${workspaceId} and task_run_id = any(array(select id from run))),
    lines as (delete from log where workspace_id = ${workspaceId} and task_run_id = any(array(select id from run))),
    subflows as (
      update flow_run set parent_task_run_id = null where workspace_id = ${workspaceId} and parent_task_run_id = any(array(select id from run)))
    select id from run`.execute(db);
  return rows.length;
}

/**
 * Task runs without a flow run that have ended, and were heard of last so many days ago: by our clock, for the times of
 * their states are those of who runs them. Those first that were made first. All others go with their flow runs.
 */
export async function findExpiredTaskRuns(db: Db, days: number, limit: number) {
  const { rows } = await sql<{ workspace_id: string; id: string }>`
    select workspace_id, id from task_run
     where flow_run_id is null and created > '-infinity' and created < now() - ${days}::double precision * interval '1 day'
       and state_type in ('COMPLETED', 'FAILED', 'CRASHED', 'CANCELLED') and updated < now() - ${days}::double precision * interval '1 day'
     order by created limit ${limit}`.execute(db);
  return rows;
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

export type PageOfTime = { newestFirst: boolean; limit: number; after: { key: string; id: string } | null };

/** Along the index of expected starts. A task run has none only until its first state is written, in the same transaction. */
export async function listTaskRunsByTime(
  db: Db,
  workspaceId: string,
  filters: Filters,
  { newestFirst, limit, after }: PageOfTime,
): Promise<TaskRunRow[]> {
  const [direction, beyond] = newestFirst ? [sql`desc`, sql`<`] : [sql`asc`, sql`>`];
  const from = after
    ? sql<boolean>`(task_run.expected_start_time, task_run.id) ${beyond} (${after.key}::timestamptz, ${after.id}::uuid)`
    : sql<boolean>`task_run.expected_start_time is not null`;
  const query = filtered(db, workspaceId, filters)
    .selectAll('task_run')
    .where(from)
    .orderBy(sql`task_run.expected_start_time ${direction}, task_run.id ${direction}`)
    .limit(limit);
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

type StateRow = {
  id: string;
  type: string;
  name: string;
  timestamp: string;
  message: string | null;
  data: unknown;
  details: object;
};
const written = sql<string>`coalesce(dated, timestamp)`;
const stateColumns = ['id', 'type', 'name', written.as('timestamp'), 'message', 'data', 'details'] as const;

export async function listTaskRunStates(db: Db, workspaceId: string, taskRunId: string): Promise<StateRow[]> {
  const rows = await db
    .selectFrom('task_run_state')
    .select(stateColumns)
    .where('workspace_id', '=', workspaceId)
    .where('task_run_id', '=', taskRunId)
    .orderBy(written)
    .orderBy('id')
    .execute();
  return rows as StateRow[];
}

/** Of each task run so many, the latest. */
const stretchesMax = 50;

/** When task runs were running: from each state of that type to the state that follows it. */
export async function listStretches(
  db: Db,
  workspaceId: string,
  ids: string[],
): Promise<{ task_run_id: string; started: string; ended: string | null }[]> {
  const { rows } = await sql<{ task_run_id: string; started: string; ended: string | null }>`
    with states as (
      select task_run_id, type, ${written} as started,
             lead(${written}) over (partition by task_run_id order by ${written}, id) as ended
        from task_run_state where workspace_id = ${workspaceId} and task_run_id = any(${ids}::uuid[])),
    counted as (
      select *, row_number() over (partition by task_run_id order by started desc) as nth from states where type = 'RUNNING')
    select task_run_id, started, ended from counted where nth <= ${stretchesMax} order by started`.execute(db);
  return rows;
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
