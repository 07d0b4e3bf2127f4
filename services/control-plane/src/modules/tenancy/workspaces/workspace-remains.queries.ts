import { sql } from 'kysely';
import type { Db } from '../../../core/db/db.js';

/** The tables of a workspace that no foreign key empties: the hot ones. The queue first, so that nothing more is handed out. */
export const remainTables = [
  'run_queue',
  'run_claim',
  'run_active',
  'run_cleanup',
  'run_ended',
  'run_heartbeat',
  'concurrency_lease',
  'flow_run_input',
  'flow_run',
  'task_run_queue',
  'task_run',
  'task_run_cache',
  'artifact',
  'flow_run_count',
  'flow_run_tally',
  'flow_run_by_state',
  'flow_run_state',
  'task_run_state',
  'log',
  'log_batch',
  'event',
] as const;

const batchSize = 5_000;

/** Deletes what a workspace leaves in the hot tables, in batches, so that no statement holds many rows for long. */
export async function deleteRemains(db: Db, workspaceId: string): Promise<void> {
  for (const table of remainTables) {
    while ((await deleteBatch(db, table, workspaceId)) === batchSize);
  }
}

async function deleteBatch(db: Db, table: (typeof remainTables)[number], workspaceId: string): Promise<number> {
  // Partitions number their rows each for itself: a row is known by its table and its place.
  const { numAffectedRows } = await sql`
    delete from ${sql.table(table)} using (
      select tableoid as part, ctid as place from ${sql.table(table)} where workspace_id = ${workspaceId} limit ${batchSize}
    ) as doomed
     where ${sql.ref(`${table}.tableoid`)} = doomed.part and ${sql.ref(`${table}.ctid`)} = doomed.place and ${sql.ref(`${table}.workspace_id`)} = ${workspaceId}`.execute(
    db,
  );
  return Number(numAffectedRows ?? 0);
}
