import { sql } from 'kysely';
import type { Db } from '../../../core/db/db.js';
import type { WorkPoolRow } from './work-pool.js';

const columns = sql`p.*, case when p.concurrency_limit is not null then (
    select count(*) from run_active a join work_queue q on q.workspace_id = a.workspace_id and q.id = a.work_queue_id
     where q.workspace_id = p.workspace_id and q.work_pool_id = p.id) end as active_slots`;

export async function findWorkPool(db: Db, workspaceId: string, name: string): Promise<WorkPoolRow | null> {
  const { rows } =
    await sql<WorkPoolRow>`select ${columns} from work_pool p where p.workspace_id = ${workspaceId} and p.name = ${name}`.execute(
      db,
    );
  return rows[0] ?? null;
}

export async function findWorkPoolsById(db: Db, workspaceId: string, ids: string[]): Promise<WorkPoolRow[]> {
  const { rows } =
    await sql<WorkPoolRow>`select ${columns} from work_pool p where p.workspace_id = ${workspaceId} and p.id = any(${ids}::uuid[])`.execute(
      db,
    );
  return rows;
}

export type PoolFilter = { ids: string[] | null; names: string[] | null; types: string[] | null };

const where = (workspaceId: string, { ids, names, types }: PoolFilter) => sql`
   where p.workspace_id = ${workspaceId} and (${ids}::uuid[] is null or p.id = any(${ids}::uuid[]))
     and (${names}::text[] is null or p.name = any(${names}::text[])) and (${types}::text[] is null or p.type = any(${types}::text[]))`;

export async function listWorkPools(
  db: Db,
  workspaceId: string,
  filter: PoolFilter,
  limit: number,
  offset: number,
): Promise<WorkPoolRow[]> {
  const { rows } =
    await sql<WorkPoolRow>`select ${columns} from work_pool p ${where(workspaceId, filter)} order by p.name limit ${limit} offset ${offset}`.execute(
      db,
    );
  return rows;
}

export async function countWorkPools(db: Db, workspaceId: string, filter: PoolFilter): Promise<number> {
  const { rows } = await sql<{
    count: number;
  }>`select count(*) as count from work_pool p ${where(workspaceId, filter)}`.execute(db);
  return rows[0]!.count;
}

export type WorkPoolDraft = Pick<
  WorkPoolRow,
  'id' | 'name' | 'description' | 'type' | 'is_paused' | 'concurrency_limit' | 'default_queue_id' | 'status'
> & { base_job_template: object; storage_configuration: object };

/** The pool with its default queue; false when the name is taken. */
export async function insertWorkPool(db: Db, workspaceId: string, draft: WorkPoolDraft): Promise<boolean> {
  const { rows } = await sql`
    with pool as (
      insert into work_pool (workspace_id, id, name, description, type, base_job_template, is_paused, concurrency_limit, storage_configuration, default_queue_id, status)
      values (${workspaceId}, ${draft.id}, ${draft.name}, ${draft.description}, ${draft.type}, ${JSON.stringify(draft.base_job_template)}::jsonb, ${draft.is_paused},
              ${draft.concurrency_limit}, ${JSON.stringify(draft.storage_configuration)}::jsonb, ${draft.default_queue_id}, ${draft.status})
      on conflict (workspace_id, name) do nothing returning id)
    insert into work_queue (workspace_id, id, work_pool_id, name, priority)
    select ${workspaceId}, ${draft.default_queue_id}, pool.id, 'default', 1 from pool returning id`.execute(db);
  return rows.length > 0;
}

export async function updateWorkPool(
  db: Db,
  workspaceId: string,
  id: string,
  patch: Record<string, unknown>,
): Promise<void> {
  await db
    .updateTable('work_pool')
    .set({ ...patch, updated: sql`now()` } as never)
    .where('workspace_id', '=', workspaceId)
    .where('id', '=', id)
    .execute();
}

/** Deployments lose their queue, waiting runs their place; queues and workers go with the pool. */
export async function deleteWorkPool(db: Db, workspaceId: string, id: string): Promise<void> {
  await sql`
    with queues as (select id from work_queue where workspace_id = ${workspaceId} and work_pool_id = ${id}),
    deployments as (update deployment d set work_queue_id = null, updated = now() from queues q where d.workspace_id = ${workspaceId} and d.work_queue_id = q.id),
    waiting as (update run_queue r set work_queue_id = null, work_pool_id = null from queues q where r.workspace_id = ${workspaceId} and r.work_queue_id = q.id),
    active as (delete from run_active a using queues q where a.workspace_id = ${workspaceId} and a.work_queue_id = q.id)
    delete from work_pool where workspace_id = ${workspaceId} and id = ${id}`.execute(db);
}

/** True when the status changed. */
export async function setPoolStatus(db: Db, workspaceId: string, id: string, status: string): Promise<boolean> {
  const { numAffectedRows } =
    await sql`update work_pool set status = ${status} where workspace_id = ${workspaceId} and id = ${id} and status is distinct from ${status} and not is_paused`.execute(
      db,
    );
  return (numAffectedRows ?? 0n) > 0n;
}
