import { sql } from 'kysely';
import type { Db } from '../../../core/db/db.js';
import { beginningOf } from '../../filters/index.js';

export type InputRow = {
  id: string;
  created: string;
  updated: string;
  flow_run_id: string;
  key: string;
  value: string;
  sender: string | null;
};

/** False when the key is taken. */
export async function insertInput(
  db: Db,
  workspaceId: string,
  row: { id: string; flow_run_id: string; key: string; value: string; sender: string | null },
): Promise<boolean> {
  const result = await db
    .insertInto('flow_run_input')
    .values({ workspace_id: workspaceId, ...row })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  return (result.numInsertedOrUpdatedRows ?? 0n) > 0n;
}

/** Whatever lay there for longer than `untouchedSeconds`; false when it was laid there since. */
export async function replaceInput(
  db: Db,
  workspaceId: string,
  row: { id: string; flow_run_id: string; key: string; value: string; sender: string | null },
  untouchedSeconds: number,
): Promise<boolean> {
  const { id, value, sender } = row;
  const result = await db
    .insertInto('flow_run_input')
    .values({ workspace_id: workspaceId, ...row })
    .onConflict((taken) =>
      taken
        .columns(['workspace_id', 'flow_run_id', 'key'])
        .doUpdateSet({ id, value, sender, updated: sql`now()` })
        .where('flow_run_input.updated', '<', sql<string>`now() - ${untouchedSeconds} * interval '1 second'`),
    )
    .executeTakeFirst();
  return (result.numInsertedOrUpdatedRows ?? 0n) > 0n;
}

/**
 * Null when there is no such run. `prefix` is a LIKE prefix: `%` and `_` stand for anything, as on the wire that we speak.
 */
export async function listInputs(
  db: Db,
  workspaceId: string,
  flowRunId: string,
  prefix: string,
  limit: number,
  excluded: string[],
): Promise<InputRow[] | null> {
  // A run without inputs is one row of nothing.
  const { rows } = await sql<InputRow | { id: null }>`
    select i.* from flow_run r
      left join lateral (
        select id, created, updated, flow_run_id, key, value, sender from flow_run_input
         where workspace_id = ${workspaceId} and flow_run_id = r.id and ${beginningOf(sql`key`)} like ${prefix} || '%' and not key = any(${excluded})
         order by created, id limit ${limit}) i on true
     where r.workspace_id = ${workspaceId} and r.id = ${flowRunId}
     order by i.created, i.id`.execute(db);
  return rows.length === 0 ? null : rows.filter((row): row is InputRow => row.id !== null);
}

export async function findInput(db: Db, workspaceId: string, flowRunId: string, key: string): Promise<InputRow | null> {
  const { rows } = await sql<InputRow>`
    select id, created, updated, flow_run_id, key, value, sender from flow_run_input
     where workspace_id = ${workspaceId} and flow_run_id = ${flowRunId} and key = ${key}`.execute(db);
  return rows[0] ?? null;
}

export async function deleteInput(db: Db, workspaceId: string, flowRunId: string, key: string): Promise<boolean> {
  const result = await db
    .deleteFrom('flow_run_input')
    .where('workspace_id', '=', workspaceId)
    .where('flow_run_id', '=', flowRunId)
    .where('key', '=', key)
    .executeTakeFirst();
  return result.numDeletedRows > 0n;
}

/** What was laid there, unless something else lies there by now. */
export async function takeBackInput(db: Db, workspaceId: string, flowRunId: string, id: string): Promise<void> {
  await db
    .deleteFrom('flow_run_input')
    .where('workspace_id', '=', workspaceId)
    .where('flow_run_id', '=', flowRunId)
    .where('id', '=', id)
    .execute();
}

export async function deleteInputs(db: Db, workspaceId: string, flowRunId: string, keys: string[]): Promise<void> {
  await db
    .deleteFrom('flow_run_input')
    .where('workspace_id', '=', workspaceId)
    .where('flow_run_id', '=', flowRunId)
    .where(sql<boolean>`key = any(${keys}::text[])`)
    .execute();
}
