import type { Db } from '../../core/db/db.js';

export async function findResultStorage(db: Db, workspaceId: string): Promise<string | null> {
  const row = await db
    .selectFrom('default_result_storage')
    .select('block_document_id')
    .where('workspace_id', '=', workspaceId)
    .executeTakeFirst();
  return row?.block_document_id ?? null;
}

export async function saveResultStorage(db: Db, workspaceId: string, blockDocumentId: string): Promise<void> {
  await db
    .insertInto('default_result_storage')
    .values({ workspace_id: workspaceId, block_document_id: blockDocumentId })
    .onConflict((taken) => taken.column('workspace_id').doUpdateSet({ block_document_id: blockDocumentId }))
    .execute();
}

export async function clearResultStorage(db: Db, workspaceId: string): Promise<void> {
  await db.deleteFrom('default_result_storage').where('workspace_id', '=', workspaceId).execute();
}
