import { sql } from 'kysely';
import type { Db } from '../../../core/db/db.js';
import type { WorkQueueRow } from './work-queue.js';

const select = sql`select q.*, p.name as work_pool_name,
       case when q.concurrency_limit is not null then (select count(*) from run_active a where a.workspace_id = q.workspace_id and a.work_queue_id = q.id) end as active_slots
  from work_queue q join work_pool p on p.workspace_id = q.workspace_id and p.id = q.work_pool_id`;

export async function findQueueById(db: Db, workspaceId: string, id: string): Promise<WorkQueueRow | null> {
  const { rows } = await sql<WorkQueueRow>`${select} where q.workspace_id = ${workspaceId} and q.id = ${id}`.execute(
    db,
  );
  return rows[0] ?? null;
}

export async function findQueuesById(db: Db, workspaceId: string, ids: string[]): Promise<WorkQueueRow[]> {
  const { rows } =
    await sql<WorkQueueRow>`${select} where q.workspace_id = ${workspaceId} and q.id = any(${ids}::uuid[])`.execute(db);
  return rows;
}

export async function findQueueByName(
  db: Db,
  workspaceId: string,
  poolId: string,
  name: string,
): Promise<WorkQueueRow | null> {
  const { rows } =
    await sql<WorkQueueRow>`${select} where q.workspace_id = ${workspaceId} and q.work_pool_id = ${poolId} and q.name = ${name}`.execute(
      db,
    );
  return rows[0] ?? null;
}

export type QueueFilter = {
  poolId: string | null;
  ids: string[] | null;
  names: string[] | null;
  prefixes: string[] | null;
};

export async function listQueues(
  db: Db,
  workspaceId: string,
  filter: QueueFilter,
  limit: number,
  offset: number,
): Promise<WorkQueueRow[]> {
  const { rows } = await sql<WorkQueueRow>`${select}
     where q.workspace_id = ${workspaceId} and (${filter.poolId}::uuid is null or q.work_pool_id = ${filter.poolId}::uuid)
       and (${filter.ids}::uuid[] is null or q.id = any(${filter.ids}::uuid[])) and (${filter.names}::text[] is null or q.name = any(${filter.names}::text[]))
       and (${filter.prefixes}::text[] is null or exists (select from unnest(${filter.prefixes}::text[]) prefix where starts_with(lower(q.name), lower(prefix))))
     order by q.priority, q.name limit ${limit} offset ${offset}`.execute(db);
  return rows;
}

/** Puts a queue at a priority, the others one further down; without a priority, last. False when the name is taken. */
export async function insertQueue(
  db: Db,
  workspaceId: string,
  draft: {
    id: string;
    poolId: string;
    name: string;
    description: string;
    is_paused: boolean;
    concurrency_limit: number | null;
    priority: number | null;
  },
): Promise<boolean> {
  const { rows } = await sql<{ id: string }>`
    with last as (select coalesce(max(priority), 0) + 1 as next from work_queue where workspace_id = ${workspaceId} and work_pool_id = ${draft.poolId})
    insert into work_queue (workspace_id, id, work_pool_id, name, description, is_paused, concurrency_limit, priority)
    select ${workspaceId}, ${draft.id}, ${draft.poolId}, ${draft.name}, ${draft.description}, ${draft.is_paused}, ${draft.concurrency_limit}, last.next from last
    on conflict (workspace_id, work_pool_id, name) do nothing returning id`.execute(db);
  if (rows.length > 0 && draft.priority !== null)
    await moveQueue(db, workspaceId, draft.poolId, draft.id, draft.priority);
  return rows.length > 0;
}

/** Gives a queue a priority and shifts those between. */
export async function moveQueue(
  db: Db,
  workspaceId: string,
  poolId: string,
  id: string,
  priority: number,
): Promise<void> {
  await sql`
    with others as (
      select q.id, row_number() over (order by q.priority, q.name) as place from work_queue q
       where q.workspace_id = ${workspaceId} and q.work_pool_id = ${poolId} and q.id <> ${id})
    update work_queue q set priority = case when q.id = ${id} then ${priority}::integer else o.place + (o.place >= ${priority}::integer)::integer end
      from (select id, place from others union all select ${id}::uuid, 0) o
     where q.workspace_id = ${workspaceId} and q.id = o.id`.execute(db);
}

export async function updateQueue(
  db: Db,
  workspaceId: string,
  id: string,
  patch: Record<string, unknown>,
): Promise<void> {
  await db
    .updateTable('work_queue')
    .set({ ...patch, updated: sql`now()` } as never)
    .where('workspace_id', '=', workspaceId)
    .where('id', '=', id)
    .execute();
}

export async function deleteQueue(db: Db, workspaceId: string, id: string): Promise<void> {
  await sql`
    with deployments as (update deployment set work_queue_id = null, updated = now() where workspace_id = ${workspaceId} and work_queue_id = ${id}),
    waiting as (update run_queue set work_queue_id = null, work_pool_id = null where workspace_id = ${workspaceId} and work_queue_id = ${id}),
    active as (delete from run_active where workspace_id = ${workspaceId} and work_queue_id = ${id})
    delete from work_queue where workspace_id = ${workspaceId} and id = ${id}`.execute(db);
}

/** Remembers that queues were polled, and with them their deployments. Answers what became ready by it. */
export async function markQueuesPolled(
  db: Db,
  workspaceId: string,
  queueIds: string[],
): Promise<{ queues: string[]; deployments: { id: string; name: string }[] }> {
  const queues = await sql<{ id: string; was: string }>`
    with before as (select id, status from work_queue where workspace_id = ${workspaceId} and id = any(${queueIds}::uuid[]) for update)
    update work_queue q set last_polled = now(), status = 'READY' from before b
     where q.workspace_id = ${workspaceId} and q.id = b.id returning q.id, b.status as was`.execute(db);
  const deployments = await sql<{ id: string; name: string; was: string }>`
    with before as (select id, status from deployment where workspace_id = ${workspaceId} and work_queue_id = any(${queueIds}::uuid[]) for update)
    update deployment d set last_polled = now(), status = 'READY' from before b
     where d.workspace_id = ${workspaceId} and d.id = b.id returning d.id, d.name, b.status as was`.execute(db);
  return {
    queues: queues.rows.filter((row) => row.was !== 'READY').map((row) => row.id),
    deployments: deployments.rows.filter((row) => row.was !== 'READY'),
  };
}
