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
  'event_related',
  'event_cursor',
] as const;

/** So that no statement holds many rows for long. */
const batchSize = 5_000;
const atOnceMax = 100;

/** Workspaces that were deleted and may have left something, those of long ago first. */
export async function listDeletedWorkspaces(db: Db): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select id from deleted_workspace order by deleted limit ${atOnceMax}`.execute(db);
  return rows.map(({ id }) => id);
}

/** Deletes a batch of what a workspace left in one table. Answers how many rows; what somebody else deletes counts as gone. */
export async function deleteRemains(
  db: Db,
  table: (typeof remainTables)[number],
  workspaceId: string,
): Promise<number> {
  // Partitions number their rows each for itself: a row is known by its table and its place.
  const { numAffectedRows } = await sql`
    delete from ${sql.table(table)} using (
      select tableoid as part, ctid as place from ${sql.table(table)} where workspace_id = ${workspaceId} limit ${batchSize} for update skip locked
    ) as doomed
     where ${sql.ref(`${table}.tableoid`)} = doomed.part and ${sql.ref(`${table}.ctid`)} = doomed.place and ${sql.ref(`${table}.workspace_id`)} = ${workspaceId}`.execute(
    db,
  );
  return Number(numAffectedRows ?? 0);
}

/** Forgets a workspace that left nothing more, once nothing of it can be under way any longer. */
export async function forgetDeletedWorkspace(db: Db, id: string, lateSeconds: number): Promise<void> {
  await sql`
    delete from deleted_workspace
     where id = ${id} and deleted < now() - ${lateSeconds}::integer * interval '1 second'`.execute(db);
}
