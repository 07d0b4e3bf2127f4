import type { WorkPoolFilter } from '@headgate/contracts/rest/filters';
import { sql, type RawBuilder } from 'kysely';
import type { Db } from '../../../core/db/db.js';
import { updateRow } from '../../../core/db/update-row.js';
import { predicatesFor } from '../../filters/index.js';
import { followsMinutesMax, statusEvents } from './pool-events.js';
import type { PoolStatus, WorkPoolRow } from './work-pool.js';

const columns = sql`work_pool.*, case when work_pool.concurrency_limit is not null then (
    select count(*) from run_active a join work_queue q on q.workspace_id = a.workspace_id and q.id = a.work_queue_id
     where q.workspace_id = work_pool.workspace_id and q.work_pool_id = work_pool.id) end as active_slots`;

async function select(db: Db, workspaceId: string, rest: RawBuilder<unknown>): Promise<WorkPoolRow[]> {
  const { rows } =
    await sql<WorkPoolRow>`select ${columns} from work_pool where work_pool.workspace_id = ${workspaceId} and ${rest}`.execute(
      db,
    );
  return rows;
}

export async function findWorkPool(db: Db, workspaceId: string, name: string): Promise<WorkPoolRow | null> {
  return (await select(db, workspaceId, sql`work_pool.name = ${name}`))[0] ?? null;
}

/** Keeps others from changing it until the transaction ends. */
export async function lockWorkPool(tx: Db, workspaceId: string, name: string): Promise<WorkPoolRow | null> {
  return (await select(tx, workspaceId, sql`work_pool.name = ${name} for update`))[0] ?? null;
}

export function findWorkPoolsById(db: Db, workspaceId: string, ids: string[]): Promise<WorkPoolRow[]> {
  return select(db, workspaceId, sql`work_pool.id = any(${ids}::uuid[])`);
}

const matching = (workspaceId: string, filter: WorkPoolFilter | undefined) =>
  sql.join([sql`true`, ...predicatesFor('work_pool', workspaceId, { work_pools: filter })], sql` and `);

/** In the order of their names, which are unique in a workspace. */
export type WorkPoolsPage = { limit: number; offset?: number; afterName?: string | undefined };

export function listWorkPools(
  db: Db,
  workspaceId: string,
  filter: WorkPoolFilter | undefined,
  { limit, offset = 0, afterName }: WorkPoolsPage,
): Promise<WorkPoolRow[]> {
  const from = afterName === undefined ? sql`` : sql`and work_pool.name > ${afterName}`;
  const page = sql`order by work_pool.name limit ${limit} offset ${offset}`;
  return select(db, workspaceId, sql`${matching(workspaceId, filter)} ${from} ${page}`);
}

export async function countWorkPools(db: Db, workspaceId: string, filter: WorkPoolFilter | undefined): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from work_pool where work_pool.workspace_id = ${workspaceId} and ${matching(workspaceId, filter)}`.execute(
    db,
  );
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
      values (${workspaceId}, ${draft.id}, ${draft.name}, ${draft.description}, ${draft.type}, ${JSON.stringify(draft.base_job_template)}::json, ${draft.is_paused},
              ${draft.concurrency_limit}, ${JSON.stringify(draft.storage_configuration)}::jsonb, ${draft.default_queue_id}, ${draft.status})
      on conflict (workspace_id, name) do nothing returning id)
    insert into work_queue (workspace_id, id, work_pool_id, name, description, priority)
    select ${workspaceId}, ${draft.default_queue_id}, pool.id, 'default', 'The work pool''s default queue.', 1 from pool returning id`.execute(
    db,
  );
  return rows.length > 0;
}

export const updateWorkPool = (
  db: Db,
  workspaceId: string,
  id: string,
  patch: Record<string, unknown>,
): Promise<boolean> => updateRow(db, 'work_pool', workspaceId, id, patch);

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
export async function setPoolStatus(db: Db, workspaceId: string, id: string, status: PoolStatus): Promise<boolean> {
  const { numAffectedRows } =
    await sql`update work_pool set status = ${status} where workspace_id = ${workspaceId} and id = ${id} and status is distinct from ${status} and not is_paused`.execute(
      db,
    );
  return (numAffectedRows ?? 0n) > 0n;
}

/** Whether some worker of the pool is online. */
export async function isServed(db: Db, workspaceId: string, id: string): Promise<boolean> {
  const { rows } = await sql<{ served: boolean }>`
    select exists (select from worker where workspace_id = ${workspaceId} and work_pool_id = ${id} and status = 'ONLINE') as served`.execute(
    db,
  );
  return rows[0]!.served;
}

/** The last event that told of the pool's status, unless it is long past. */
export async function lastStatusEvent(db: Db, workspaceId: string, id: string): Promise<string | null> {
  const { rows } = await sql<{ id: string }>`
    select id from event
     where workspace_id = ${workspaceId} and resource_id = ${`prefect.work-pool.${id}`} and event = any(${statusEvents}::text[])
       and occurred > now() - ${followsMinutesMax}::integer * interval '1 minute'
     order by occurred desc limit 1`.execute(db);
  return rows[0]?.id ?? null;
}
