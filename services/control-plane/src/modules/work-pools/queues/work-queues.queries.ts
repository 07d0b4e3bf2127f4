import type { WorkQueueFilter } from '@headgate/contracts/rest/filters';
import { sql, type RawBuilder } from 'kysely';
import type { Db } from '../../../core/db/db.js';
import { updateRow } from '../../../core/db/update-row.js';
import { predicatesFor } from '../../filters/index.js';
import type { Placed } from './priorities.js';
import type { WorkQueueRow } from './work-queue.js';

const columns = sql`work_queue.*, p.name as work_pool_name, p.type as work_pool_type,
       case when work_queue.concurrency_limit is not null then (
         select count(*) from run_active a where a.workspace_id = work_queue.workspace_id and a.work_queue_id = work_queue.id) end as active_slots`;

async function select(db: Db, workspaceId: string, rest: RawBuilder<unknown>): Promise<WorkQueueRow[]> {
  const { rows } = await sql<WorkQueueRow>`
    select ${columns} from work_queue join work_pool p on p.workspace_id = work_queue.workspace_id and p.id = work_queue.work_pool_id
     where work_queue.workspace_id = ${workspaceId} and ${rest}`.execute(db);
  return rows;
}

export async function findQueueById(db: Db, workspaceId: string, id: string): Promise<WorkQueueRow | null> {
  return (await select(db, workspaceId, sql`work_queue.id = ${id}`))[0] ?? null;
}

/** Keeps others from changing it until the transaction ends. */
export async function lockQueue(tx: Db, workspaceId: string, id: string): Promise<WorkQueueRow | null> {
  return (await select(tx, workspaceId, sql`work_queue.id = ${id} for update of work_queue`))[0] ?? null;
}

export function findQueuesById(db: Db, workspaceId: string, ids: string[]): Promise<WorkQueueRow[]> {
  return select(db, workspaceId, sql`work_queue.id = any(${ids}::uuid[])`);
}

export async function findQueueByName(
  db: Db,
  workspaceId: string,
  pool: { id: string },
  name: string,
): Promise<WorkQueueRow | null> {
  return (
    (await select(db, workspaceId, sql`work_queue.work_pool_id = ${pool.id} and work_queue.name = ${name}`))[0] ?? null
  );
}

/** Wherever queues of that name are: the first of them in the order of their pools' names. */
export async function findQueueAnywhere(db: Db, workspaceId: string, name: string): Promise<WorkQueueRow | null> {
  return (await select(db, workspaceId, sql`work_queue.name = ${name} order by p.name limit 1`))[0] ?? null;
}

export type QueueChoice = {
  poolIds?: string[];
  filter?: WorkQueueFilter | undefined;
  order?: 'priority' | 'name';
  limit?: number;
  offset?: number;
};

export function listQueues(
  db: Db,
  workspaceId: string,
  { poolIds, filter, order = 'priority', limit, offset = 0 }: QueueChoice,
): Promise<WorkQueueRow[]> {
  const asked = predicatesFor('work_queue', workspaceId, { work_pool_queues: filter });
  const chosen = sql.join(
    [poolIds ? sql`work_queue.work_pool_id = any(${poolIds}::uuid[])` : sql`true`, ...asked],
    sql` and `,
  );
  const by = order === 'priority' ? sql`work_queue.priority, work_queue.name` : sql`work_queue.name, p.name`;
  return select(db, workspaceId, sql`${chosen} order by ${by} limit ${limit ?? null} offset ${offset}`);
}

/** The priorities of a pool's queues; until the transaction ends nobody else changes them. */
export async function lockPriorities(tx: Db, workspaceId: string, poolId: string): Promise<Placed[]> {
  await sql`select from work_pool where workspace_id = ${workspaceId} and id = ${poolId} for no key update`.execute(tx);
  const { rows } =
    await sql<Placed>`select id, priority from work_queue where workspace_id = ${workspaceId} and work_pool_id = ${poolId}`.execute(
      tx,
    );
  return rows;
}

export async function setPriorities(tx: Db, workspaceId: string, placed: Placed[]): Promise<void> {
  await sql`
    update work_queue q set priority = n.priority from jsonb_to_recordset(${JSON.stringify(placed)}::jsonb) as n (id uuid, priority integer)
     where q.workspace_id = ${workspaceId} and q.id = n.id`.execute(tx);
}

export type QueueDraft = Pick<
  WorkQueueRow,
  'id' | 'work_pool_id' | 'name' | 'description' | 'is_paused' | 'concurrency_limit' | 'priority' | 'status'
>;

/** False when the name is taken. */
export async function insertQueue(db: Db, workspaceId: string, draft: QueueDraft): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await db
    .insertInto('work_queue')
    .values({ workspace_id: workspaceId, ...draft })
    .onConflict((taken) => taken.columns(['workspace_id', 'work_pool_id', 'name']).doNothing())
    .executeTakeFirst();
  return (numInsertedOrUpdatedRows ?? 0n) > 0n;
}

export const updateQueue = (
  db: Db,
  workspaceId: string,
  id: string,
  patch: Record<string, unknown>,
): Promise<boolean> => updateRow(db, 'work_queue', workspaceId, id, patch);

/** Deployments lose their queue, waiting runs their place. */
export async function deleteQueue(db: Db, workspaceId: string, id: string): Promise<void> {
  await sql`
    with deployments as (update deployment set work_queue_id = null, updated = now() where workspace_id = ${workspaceId} and work_queue_id = ${id}),
    waiting as (update run_queue set work_queue_id = null, work_pool_id = null where workspace_id = ${workspaceId} and work_queue_id = ${id}),
    active as (delete from run_active where workspace_id = ${workspaceId} and work_queue_id = ${id})
    delete from work_queue where workspace_id = ${workspaceId} and id = ${id}`.execute(db);
}

/** Runs of the queue that should have started already. */
export async function countLateRuns(db: Db, workspaceId: string, id: string): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from run_queue q join flow_run r on r.workspace_id = q.workspace_id and r.id = q.flow_run_id
     where q.workspace_id = ${workspaceId} and q.work_queue_id = ${id} and q.late and r.state_name = 'Late'`.execute(
    db,
  );
  return rows[0]!.count;
}
