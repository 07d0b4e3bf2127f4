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

/** The workspace behind the two handles of an address, whoever may see it. */
export async function findWorkspaceByHandles(db: Kysely<Database>, account: string, workspace: string) {
  const { rows } = await sql<{ workspaceId: string; accountId: string }>`
    select w.id as "workspaceId", a.id as "accountId"
      from workspace w join account a on a.id = w.account_id
     where a.handle = ${account} and w.handle = ${workspace}`.execute(db);
  return rows[0] ?? null;
}

/** Whether somebody belongs to the account behind a handle, or to a workspace in it. */
export async function isOfAccount(db: Kysely<Database>, account: string, userId: string): Promise<boolean> {
  const { rows } = await sql`
    select 1 from account a
     where a.handle = ${account}
       and (exists (select from account_membership m where m.account_id = a.id and m.user_id = ${userId})
            or exists (select from workspace w join workspace_membership m on m.workspace_id = w.id
                        where w.account_id = a.id and m.user_id = ${userId}))`.execute(db);
  return rows.length > 0;
}

/** The run that published an artifact: its task run, or else its flow run. */
export async function findOwnerOfArtifact(db: Kysely<Database>, workspaceId: string, id: string) {
  const { rows } = await sql<{ kind: 'task-runs' | 'runs'; id: string }>`
    select case when task_run_id is not null then 'task-runs' else 'runs' end as kind, coalesce(task_run_id, flow_run_id) as id
      from artifact where workspace_id = ${workspaceId} and id = ${id} and coalesce(task_run_id, flow_run_id) is not null`.execute(
    db,
  );
  return rows[0] ?? null;
}
