import { sql } from 'kysely';
import type { Db } from './db.js';

type Updatable = 'artifact' | 'flow_run' | 'task_run' | 'work_pool' | 'work_queue';

/** Sets columns of a row of a workspace, and when it was updated; whether there was such a row. */
export async function updateRow(
  db: Db,
  table: Updatable,
  workspaceId: string,
  id: string,
  patch: object,
): Promise<boolean> {
  const result = await db
    .updateTable(table)
    .set({ ...patch, updated: sql`now()` } as never)
    .where('workspace_id', '=', workspaceId)
    .where('id', '=', id)
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}
