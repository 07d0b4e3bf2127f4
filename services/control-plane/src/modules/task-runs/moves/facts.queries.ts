import type { StateJson } from '@headgate/contracts';
import { sql } from 'kysely';
import type { Db } from '../../../core/db/db.js';
import type { ParentRun } from '../states/facts.js';

/** What the policy, and the event of a change, have to know of the flow run. */
export type ParentRow = ParentRun & { name: string; related: Record<string, string>[] };

export async function findParent(db: Db, workspaceId: string, flowRunId: string): Promise<ParentRow | null> {
  const { rows } = await sql<ParentRow>`
    select id, name, related, state_type, run_count, state->'state_details'->>'pause_timeout' as pause_timeout,
           coalesce((state->'state_details'->>'pause_reschedule')::boolean, false) as pause_reschedule
      from flow_run where workspace_id = ${workspaceId} and id = ${flowRunId}`.execute(db);
  return rows[0] ?? null;
}

/** Whether a run ever made this transition, by the token that came with it. */
export async function wasMade(db: Db, workspaceId: string, taskRunId: string, transitionId: string): Promise<boolean> {
  const { rows } = await sql<{ id: string }>`
    select id from task_run_state
     where workspace_id = ${workspaceId} and task_run_id = ${taskRunId} and details->>'transition_id' = ${transitionId}
     limit 1`.execute(db);
  return rows.length > 0;
}

/** The state that a cache key stands for, while its run is there and it has not expired. */
export async function findCached(db: Db, workspaceId: string, digest: string): Promise<StateJson | null> {
  const { rows } = await sql<{ state: StateJson }>`
    select c.state from task_run_cache c
      join task_run t on t.workspace_id = c.workspace_id and t.id = c.task_run_id
     where c.workspace_id = ${workspaceId} and c.key_digest = decode(${digest}, 'hex')
       and (c.expires is null or c.expires > now())`.execute(db);
  return rows[0]?.state ?? null;
}

/** Answers how many were forgotten. */
export async function forgetExpired(db: Db, batchSize: number): Promise<number> {
  const { numAffectedRows } = await sql`
    delete from task_run_cache where (workspace_id, key_digest) in (
      select workspace_id, key_digest from task_run_cache where expires < now() order by expires limit ${batchSize} for update skip locked)`.execute(
    db,
  );
  return Number(numAffectedRows ?? 0);
}
