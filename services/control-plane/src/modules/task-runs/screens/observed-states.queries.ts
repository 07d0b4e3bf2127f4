import type { ObservedStateJson } from '@headgate/contracts/rest/answers/screens';
import { sql } from 'kysely';
import type { Db } from '../../../core/db/db.js';

/** Of each history, so many changes are looked through, the newest ones: all of them, but in the largest workspaces. */
const changesMax = 20_000;
/** Names are free text: a workspace that gives every state one of its own gets so many of them back. */
const statesMax = 2_000;

export async function findObservedStates(db: Db, workspaceId: string): Promise<ObservedStateJson[]> {
  const newest = (table: string) => sql`
    (select type, name, timestamp from ${sql.table(table)} where workspace_id = ${workspaceId} order by id desc limit ${changesMax})`;
  const { rows } = await sql<ObservedStateJson>`
    select type as state_type, name as state_name, min(timestamp) as first_seen, max(timestamp) as last_seen
      from (${newest('flow_run_state')} union all ${newest('task_run_state')}) as change
     group by type, name order by max(timestamp) desc limit ${statesMax}`.execute(db);
  return rows;
}
