import { sql } from 'kysely';
import type { Db } from '../../../core/db/db.js';

export async function findQueue(
  db: Db,
  workspaceId: string,
  pool: string,
  queue: string | null,
): Promise<{ work_pool_id: string; work_queue_id: string } | null> {
  const { rows } = await sql<{ work_pool_id: string; work_queue_id: string }>`
    select p.id as work_pool_id, q.id as work_queue_id
      from work_pool p join work_queue q on q.workspace_id = p.workspace_id and q.work_pool_id = p.id
     where p.workspace_id = ${workspaceId} and p.name = ${pool}
       and case when ${queue}::text is null then q.id = p.default_queue_id else q.name = ${queue} end`.execute(db);
  return rows[0] ?? null;
}
