import { sql, type Kysely } from 'kysely';
import type { Database } from '../db/schema.js';

/** The two handles of a workspace's address. */
export async function findWorkspaceHandles(db: Kysely<Database>, workspaceId: string, accountId: string) {
  const { rows } = await sql<{ account: string; workspace: string }>`
    select a.handle as account, w.handle as workspace
      from workspace w join account a on a.id = w.account_id
     where w.id = ${workspaceId} and a.id = ${accountId}`.execute(db);
  return rows[0] ?? null;
}
