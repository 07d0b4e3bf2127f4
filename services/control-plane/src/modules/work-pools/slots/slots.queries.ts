import type { SlotHolderJson } from '@headgate/contracts/rest/work-pools';
import { sql } from 'kysely';
import type { Db } from '../../../core/db/db.js';

export type SlotHolder = SlotHolderJson & { work_queue_id: string };

/** How many runs hold a slot, by queue; queues without any are left out. */
export async function countSlots(
  db: Db,
  workspaceId: string,
  queueIds: string[],
): Promise<{ work_queue_id: string; runs: number }[]> {
  const { rows } = await sql<{ work_queue_id: string; runs: number }>`
    select work_queue_id, count(*) as runs from run_active
     where workspace_id = ${workspaceId} and work_queue_id = any(${queueIds}::uuid[]) group by 1`.execute(db);
  return rows;
}

/** How many runs hold a slot, by pool; pools without any are left out. */
export async function countPoolSlots(
  db: Db,
  workspaceId: string,
  poolIds: string[],
): Promise<{ work_pool_id: string; runs: number }[]> {
  const { rows } = await sql<{ work_pool_id: string; runs: number }>`
    select q.work_pool_id, count(*) as runs from work_queue q join run_active a on a.workspace_id = q.workspace_id and a.work_queue_id = q.id
     where q.workspace_id = ${workspaceId} and q.work_pool_id = any(${poolIds}::uuid[]) group by 1`.execute(db);
  return rows;
}

/** The runs that hold slots: of each queue, in the order of their ids, some. */
export async function listSlotHolders(
  db: Db,
  workspaceId: string,
  queueIds: string[],
  perQueue: number,
  offset = 0,
): Promise<SlotHolder[]> {
  const { rows } = await sql<SlotHolder>`
    select r.id, r.name, r.state_type, r.state_name, r.start_time, r.state->>'timestamp' as state_timestamp,
           extract(epoch from now() - (r.state->>'timestamp')::timestamptz)::double precision as time_in_current_state, q.id as work_queue_id
      from unnest(${queueIds}::uuid[]) as q (id)
      cross join lateral (
        select flow_run_id from run_active where workspace_id = ${workspaceId} and work_queue_id = q.id
         order by flow_run_id limit ${perQueue} offset ${offset}) a
      join flow_run r on r.workspace_id = ${workspaceId} and r.id = a.flow_run_id
     order by r.id`.execute(db);
  return rows;
}
