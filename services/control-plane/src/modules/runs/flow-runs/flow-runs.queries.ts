import { sql, type SelectQueryBuilder } from 'kysely';
import type { Db } from '../../../core/db/db.js';
import type { Database } from '../../../core/db/schema.js';
import { applyFilters, applySort, type Filters } from '../../filters/index.js';
import type { FlowRunRow } from './flow-run.js';

type Page = { sort?: string | undefined; limit: number; offset?: number };

const fromRuns = (db: Db, workspaceId: string) =>
  db.selectFrom('flow_run').where('flow_run.workspace_id', '=', workspaceId);

/** Runs that all filters let through, with the names of their queue and pool. */
export async function listFlowRuns(
  db: Db,
  workspaceId: string,
  filters: Filters,
  { sort, limit, offset = 0 }: Page,
): Promise<FlowRunRow[]> {
  const filtered = applyFilters(fromRuns(db, workspaceId), 'flow_run', workspaceId, filters);
  const query = applySort(withNames(filtered), 'flow_run', sort).limit(limit).offset(offset);
  return (await query.execute()) as unknown as FlowRunRow[];
}

export async function countFlowRuns(db: Db, workspaceId: string, filters: Filters): Promise<number> {
  const query = applyFilters(fromRuns(db, workspaceId), 'flow_run', workspaceId, filters);
  const row = await query.select(sql<number>`count(*)`.as('count')).executeTakeFirstOrThrow();
  return row.count;
}

export type RunListFilter = {
  search?: string | undefined;
  stateTypes?: string[] | undefined;
  stateNames?: string[] | undefined;
  flowIds?: string[] | undefined;
  deploymentIds?: string[] | undefined;
  workPoolNames?: string[] | undefined;
  tags?: string[] | undefined;
  since?: string | undefined;
  until?: string | undefined;
  parentFlowRunId?: string | undefined;
  hideSubflows?: boolean | undefined;
};

export type RunListSort = 'NEWEST' | 'OLDEST' | 'NAME_ASC' | 'NAME_DESC';

/** The run list of the web app: by key, so that page 1,000 costs what page 1 costs. `after` is the last row of the page before. */
export async function listFlowRunsByKey(
  db: Db,
  workspaceId: string,
  filter: RunListFilter,
  sort: RunListSort,
  first: number,
  after: { key: string; id: string } | null,
): Promise<FlowRunRow[]> {
  let query = withNames(fromRuns(db, workspaceId));
  if (filter.search) query = query.where(sql<boolean>`position(lower(${filter.search}) in lower(flow_run.name)) > 0`);
  if (filter.stateTypes?.length) query = query.where(sql<boolean>`flow_run.state_type = any(${filter.stateTypes})`);
  if (filter.stateNames?.length) query = query.where(sql<boolean>`flow_run.state_name = any(${filter.stateNames})`);
  if (filter.flowIds?.length) query = query.where(sql<boolean>`flow_run.flow_id = any(${filter.flowIds}::uuid[])`);
  if (filter.deploymentIds?.length)
    query = query.where(sql<boolean>`flow_run.deployment_id = any(${filter.deploymentIds}::uuid[])`);
  if (filter.workPoolNames?.length) query = query.where(sql<boolean>`p.name = any(${filter.workPoolNames})`);
  if (filter.tags?.length) query = query.where(sql<boolean>`flow_run.tags @> ${filter.tags}`);
  if (filter.since) query = query.where('flow_run.expected_start_time', '>=', filter.since);
  if (filter.until) query = query.where('flow_run.expected_start_time', '<', filter.until);
  if (filter.hideSubflows) query = query.where('flow_run.parent_task_run_id', 'is', null);
  if (filter.parentFlowRunId) {
    query = query.where(
      sql<boolean>`flow_run.parent_task_run_id in (select t.id from task_run t where t.workspace_id = ${workspaceId} and t.flow_run_id = ${filter.parentFlowRunId})`,
    );
  }
  const column =
    sort === 'NAME_ASC' || sort === 'NAME_DESC' ? sql.ref('flow_run.name') : sql.ref('flow_run.expected_start_time');
  const descending = sort === 'NEWEST' || sort === 'NAME_DESC';
  if (after) {
    const key = sort.startsWith('NAME') ? sql`${after.key}` : sql`${after.key}::timestamptz`;
    query = query.where(
      descending
        ? sql<boolean>`(${column}, flow_run.id) < (${key}, ${after.id}::uuid)`
        : sql<boolean>`(${column}, flow_run.id) > (${key}, ${after.id}::uuid)`,
    );
  }
  const direction = descending ? sql`desc` : sql`asc`;
  const rows = await query
    .orderBy(sql`${column} ${direction}`)
    .orderBy(sql`flow_run.id ${direction}`)
    .limit(first)
    .execute();
  return rows as unknown as FlowRunRow[];
}

function withNames<O>(query: SelectQueryBuilder<Database, 'flow_run', O>) {
  return query
    .leftJoin('work_queue as q', (join) =>
      join.onRef('q.workspace_id', '=', 'flow_run.workspace_id').onRef('q.id', '=', 'flow_run.work_queue_id'),
    )
    .leftJoin('work_pool as p', (join) =>
      join.onRef('p.workspace_id', '=', 'flow_run.workspace_id').onRef('p.id', '=', 'flow_run.work_pool_id'),
    )
    .selectAll('flow_run')
    .select(['q.name as work_queue_name', 'p.name as work_pool_name']);
}

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
export async function updateFlowRun(db: Db, workspaceId: string, id: string, patch: FlowRunPatch): Promise<boolean> {
  const result = await db
    .updateTable('flow_run')
    .set({ ...patch, updated: sql`now()` } as never)
    .where('workspace_id', '=', workspaceId)
    .where('id', '=', id)
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}

export async function mergeLabels(db: Db, workspaceId: string, id: string, labels: object): Promise<boolean> {
  const result =
    await sql`update flow_run set labels = labels || ${JSON.stringify(labels)}::jsonb, updated = now() where workspace_id = ${workspaceId} and id = ${id}`.execute(
      db,
    );
  return (result.numAffectedRows ?? 0n) > 0n;
}

/** Deletes runs and what hangs on them; answers the rows that went, for their slots and counts. */
export async function deleteFlowRuns(db: Db, workspaceId: string, ids: string[]): Promise<FlowRunRow[]> {
  const { rows } = await sql<FlowRunRow>`
    with gone as (delete from flow_run where workspace_id = ${workspaceId} and id = any(${ids}::uuid[]) returning *),
    queue as (delete from run_queue q using gone g where q.workspace_id = g.workspace_id and q.flow_run_id = g.id),
    claim as (delete from run_claim c using gone g where c.workspace_id = g.workspace_id and c.flow_run_id = g.id),
    active as (delete from run_active a using gone g where a.workspace_id = g.workspace_id and a.work_queue_id = g.work_queue_id and a.flow_run_id = g.id),
    inputs as (delete from flow_run_input i using gone g where i.workspace_id = g.workspace_id and i.flow_run_id = g.id),
    states as (delete from flow_run_state s using gone g where s.workspace_id = g.workspace_id and s.flow_run_id = g.id),
    tasks as (delete from task_run t using gone g where t.workspace_id = g.workspace_id and t.flow_run_id = g.id),
    counts as (
      insert into flow_run_count (workspace_id, hour, deployment_id, state_type, delta)
      select workspace_id, date_trunc('hour', expected_start_time), deployment_id, state_type, -count(*) from gone where state_type is not null group by 1, 2, 3, 4)
    select * from gone`.execute(db);
  return rows;
}

/** Future runs that the scheduler made and nobody has touched: they are made anew when the schedule or deployment changes. */
export async function findAutoScheduled(db: Db, workspaceId: string, deploymentId: string): Promise<string[]> {
  const { rows } = await sql<{ flow_run_id: string }>`
    select q.flow_run_id from run_queue q join flow_run r on r.workspace_id = q.workspace_id and r.id = q.flow_run_id
     where q.workspace_id = ${workspaceId} and q.deployment_id = ${deploymentId} and q.auto_scheduled and q.run_count = 0
       and r.state_name in ('Scheduled', 'Late')`.execute(db);
  return rows.map((row) => row.flow_run_id);
}

export async function findScheduled(db: Db, workspaceId: string, deploymentId: string): Promise<string[]> {
  const { rows } = await sql<{ flow_run_id: string }>`
    select flow_run_id from run_queue where workspace_id = ${workspaceId} and deployment_id = ${deploymentId} and run_count = 0`.execute(
    db,
  );
  return rows.map((row) => row.flow_run_id);
}

/** What a process that serves deployments may start: due before the given moment, first things first. */
export async function findDueForDeployments(
  db: Db,
  workspaceId: string,
  deploymentIds: string[],
  before: string,
  limit: number,
): Promise<string[]> {
  const { rows } = await sql<{ flow_run_id: string }>`
    select flow_run_id from run_queue
     where workspace_id = ${workspaceId} and deployment_id = any(${deploymentIds}::uuid[]) and due <= ${before} and not in_process
     order by due limit ${limit}`.execute(db);
  return rows.map((row) => row.flow_run_id);
}

export async function countStates(
  db: Db,
  workspaceId: string,
  since: string,
  until: string,
  deploymentId: string | null,
): Promise<{ state_type: string; count: number }[]> {
  const { rows } = await sql<{ state_type: string; count: number }>`
    select state_type, sum(delta)::bigint as count from flow_run_count
     where workspace_id = ${workspaceId} and hour >= date_trunc('hour', ${since}::timestamptz) and hour < ${until}::timestamptz
       and (${deploymentId}::uuid is null or deployment_id = ${deploymentId}::uuid)
     group by state_type having sum(delta) > 0 order by state_type`.execute(db);
  return rows;
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
