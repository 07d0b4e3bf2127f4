import { sql } from 'kysely';
import type { Db } from '../../../core/db/db.js';

export type WorkerRow = {
  id: string;
  created: string;
  updated: string;
  work_pool_id: string;
  name: string;
  last_heartbeat_time: string | null;
  heartbeat_interval_seconds: number | null;
  status: 'ONLINE' | 'OFFLINE';
};

const columns = sql`id, created, updated, work_pool_id, name, last_heartbeat_time, heartbeat_interval_seconds, status`;

export type Beat = {
  workspace_id: string;
  work_pool_id: string;
  id: string;
  name: string;
  interval: number | null;
  metadata: unknown;
};

/** Records that workers are there; one statement for any number. Answers their ids. */
export async function upsertWorkers(
  db: Db,
  beats: Beat[],
): Promise<{ work_pool_id: string; name: string; id: string }[]> {
  const { rows } = await sql<{ work_pool_id: string; name: string; id: string }>`
    insert into worker (workspace_id, work_pool_id, id, name, last_heartbeat_time, heartbeat_interval_seconds, status, metadata)
    select b.workspace_id, b.work_pool_id, b.id, b.name, now(), b.interval, 'ONLINE', b.metadata
      from jsonb_to_recordset(${JSON.stringify(beats)}::jsonb) as b(workspace_id uuid, work_pool_id uuid, id uuid, name text, interval integer, metadata jsonb)
      join work_pool p on p.workspace_id = b.workspace_id and p.id = b.work_pool_id
     order by b.work_pool_id, b.name
    on conflict (workspace_id, work_pool_id, name) do update
       set last_heartbeat_time = now(), updated = now(), status = 'ONLINE', heartbeat_interval_seconds = coalesce(excluded.heartbeat_interval_seconds, worker.heartbeat_interval_seconds),
           metadata = coalesce(excluded.metadata, worker.metadata)
    returning work_pool_id, name, id`.execute(db);
  return rows;
}

export type WorkerFilter = {
  any: string[] | null;
  notAny: string[] | null;
  before: string | null;
  after: string | null;
};

export async function listWorkers(
  db: Db,
  workspaceId: string,
  poolIds: string[],
  filter: WorkerFilter,
  limit: number,
  offset: number,
): Promise<WorkerRow[]> {
  const { rows } = await sql<WorkerRow>`
    select ${columns} from worker
     where workspace_id = ${workspaceId} and work_pool_id = any(${poolIds}::uuid[])
       and (${filter.any}::text[] is null or status = any(${filter.any}::text[])) and (${filter.notAny}::text[] is null or not status = any(${filter.notAny}::text[]))
       and (${filter.before}::timestamptz is null or last_heartbeat_time <= ${filter.before}) and (${filter.after}::timestamptz is null or last_heartbeat_time >= ${filter.after})
     order by last_heartbeat_time desc nulls last limit ${limit} offset ${offset}`.execute(db);
  return rows;
}

export async function deleteWorker(db: Db, workspaceId: string, poolId: string, name: string): Promise<boolean> {
  const result = await db
    .deleteFrom('worker')
    .where('workspace_id', '=', workspaceId)
    .where('work_pool_id', '=', poolId)
    .where('name', '=', name)
    .executeTakeFirst();
  return result.numDeletedRows > 0n;
}

/** Workers that missed three beats are offline; pools that nobody works for any more are not ready. Answers those pools. */
export async function markLostWorkers(
  db: Db,
): Promise<{ workers: number; pools: { workspace_id: string; id: string; name: string; type: string }[] }> {
  const lost = await sql`
    update worker set status = 'OFFLINE', updated = now()
     where status = 'ONLINE' and last_heartbeat_time < now() - 3 * coalesce(heartbeat_interval_seconds, 30) * interval '1 second'`.execute(
    db,
  );
  const pools = await sql<{ workspace_id: string; id: string; name: string; type: string }>`
    update work_pool p set status = 'NOT_READY'
     where p.status = 'READY' and not exists (select from worker w where w.workspace_id = p.workspace_id and w.work_pool_id = p.id and w.status = 'ONLINE')
    returning p.workspace_id, p.id, p.name, p.type`.execute(db);
  return { workers: Number(lost.numAffectedRows ?? 0n), pools: pools.rows };
}

/** Queues that nobody has polled for a minute. */
export async function markUnpolledQueues(
  db: Db,
): Promise<{ workspace_id: string; id: string; name: string; work_pool_id: string; work_pool_name: string }[]> {
  const { rows } = await sql<{
    workspace_id: string;
    id: string;
    name: string;
    work_pool_id: string;
    work_pool_name: string;
  }>`
    update work_queue q set status = 'NOT_READY' from work_pool p
     where q.status = 'READY' and q.last_polled < now() - interval '60 seconds' and p.workspace_id = q.workspace_id and p.id = q.work_pool_id
    returning q.workspace_id, q.id, q.name, q.work_pool_id, p.name as work_pool_name`.execute(db);
  return rows;
}
