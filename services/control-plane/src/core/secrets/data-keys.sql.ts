import type { Pool } from 'pg';

/** The wrapped key of a workspace; null when it has none yet. */
export async function findDataKey(sql: Pool, workspaceId: string): Promise<Buffer | null> {
  const { rows } = await sql.query<{ wrapped: Buffer }>('select wrapped from data_key where workspace_id = $1', [
    workspaceId,
  ]);
  return rows[0]?.wrapped ?? null;
}

/** Keeps the first of several; answers the one that is kept. */
export async function keepDataKey(sql: Pool, workspaceId: string, wrapped: Buffer): Promise<Buffer> {
  const { rows } = await sql.query<{ wrapped: Buffer }>(
    'insert into data_key (workspace_id, wrapped) values ($1, $2) on conflict do nothing returning wrapped',
    [workspaceId, wrapped],
  );
  const kept = rows[0]?.wrapped ?? (await findDataKey(sql, workspaceId));
  if (!kept) throw new Error('a data key that could not be inserted is there');
  return kept;
}
