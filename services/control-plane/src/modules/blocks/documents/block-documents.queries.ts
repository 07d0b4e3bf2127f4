import type { BlockDocumentFilters, BlockDocumentSort } from '@headgate/contracts/rest/blocks';
import { sql, type RawBuilder } from 'kysely';
import type { Db } from '../../../core/db/db.js';
import { and, whereDocument, whereSchema, whereType } from '../blocks.filters.js';
import type { References } from './references.js';

export type BlockDocumentRow = {
  id: string;
  created: string;
  updated: string;
  block_type_id: string;
  block_schema_id: string;
  name: string;
  is_anonymous: boolean;
  sealed: Buffer;
};

export type DocumentReference = { parent_id: string; name: string; child_id: string };

const columns = [
  'id',
  'created',
  'updated',
  'block_type_id',
  'block_schema_id',
  'name',
  'is_anonymous',
  'sealed',
] as const;

/** `nests`: whether it refers to others. */
export async function findDocuments(
  db: Db,
  workspaceId: string,
  ids: string[],
): Promise<(BlockDocumentRow & { nests: boolean })[]> {
  if (ids.length === 0) return [];
  const nests = sql<boolean>`exists (select from block_document_reference r where r.workspace_id = ${workspaceId} and r.parent_id = block_document.id)`;
  return db
    .selectFrom('block_document')
    .select([...columns, nests.as('nests')])
    .where('workspace_id', '=', workspaceId)
    .where(sql<boolean>`id = any(${ids}::uuid[])`)
    .execute();
}

export async function documentExists(db: Db, workspaceId: string, id: string): Promise<boolean> {
  const row = await db
    .selectFrom('block_document')
    .select('id')
    .where('workspace_id', '=', workspaceId)
    .where('id', '=', id)
    .executeTakeFirst();
  return row !== undefined;
}

/** Nobody else changes it until the transaction ends; that others nest it is no change. */
export async function lockDocument(tx: Db, workspaceId: string, id: string): Promise<BlockDocumentRow | null> {
  const row = await tx
    .selectFrom('block_document')
    .select(columns)
    .where('workspace_id', '=', workspaceId)
    .where('id', '=', id)
    .forNoKeyUpdate()
    .executeTakeFirst();
  return row ?? null;
}

export async function findDocumentId(db: Db, workspaceId: string, slug: string, name: string): Promise<string | null> {
  const { rows } = await sql<{ id: string }>`
    select d.id from block_type t join block_document d on d.workspace_id = t.workspace_id and d.block_type_id = t.id
     where t.workspace_id = ${workspaceId} and t.slug = ${slug} and d.name = ${name}`.execute(db);
  return rows[0]?.id ?? null;
}

const orders: Record<BlockDocumentSort, RawBuilder<unknown>> = {
  NAME_ASC: sql`d.name, d.id`,
  NAME_DESC: sql`d.name desc, d.id`,
  BLOCK_TYPE_AND_NAME_ASC: sql`(select name from block_type t where t.workspace_id = d.workspace_id and t.id = d.block_type_id), d.name, d.id`,
};

function matching(workspaceId: string, filters: BlockDocumentFilters): RawBuilder<unknown> {
  const { block_types: types, block_schemas: schemas } = filters;
  const ofTypes = types
    ? sql`and exists (select from block_type t where t.workspace_id = d.workspace_id and t.id = d.block_type_id ${and(whereType(types))})`
    : sql``;
  const ofSchemas = schemas
    ? sql`and exists (select from block_schema s where s.workspace_id = d.workspace_id and s.id = d.block_schema_id ${and(whereSchema(schemas))})`
    : sql``;
  return sql`d.workspace_id = ${workspaceId} ${and(whereDocument(filters.block_documents))} ${ofTypes} ${ofSchemas}`;
}

export type DocumentPage = {
  sort?: BlockDocumentSort | undefined;
  limit: number | null;
  offset: number;
  /** The place after which the page begins, in the order of names. */
  after?: { key: string; id: string } | null;
};

export async function listDocumentIds(
  db: Db,
  workspaceId: string,
  filters: BlockDocumentFilters,
  page: DocumentPage,
): Promise<string[]> {
  const after = page.after ? sql`and (d.name, d.id) > (${page.after.key}, ${page.after.id}::uuid)` : sql``;
  const { rows } = await sql<{ id: string }>`
    select d.id from block_document d where ${matching(workspaceId, filters)} ${after}
     order by ${orders[page.sort ?? 'NAME_ASC']} limit ${page.limit} offset ${page.offset}`.execute(db);
  return rows.map(({ id }) => id);
}

export async function countDocuments(db: Db, workspaceId: string, filters: BlockDocumentFilters): Promise<number> {
  const { rows } = await sql<{
    count: number;
  }>`select count(*) as count from block_document d where ${matching(workspaceId, filters)}`.execute(db);
  return rows[0]!.count;
}

/** False when the type has a document of that name already. */
export async function insertDocument(
  tx: Db,
  workspaceId: string,
  draft: Omit<BlockDocumentRow, 'created' | 'updated'>,
): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto('block_document')
    .values({ workspace_id: workspaceId, ...draft })
    .onConflict((taken) => taken.columns(['workspace_id', 'block_type_id', 'name']).doNothing())
    .executeTakeFirst();
  return numInsertedOrUpdatedRows === 1n;
}

export async function updateDocument(
  tx: Db,
  workspaceId: string,
  id: string,
  change: Pick<BlockDocumentRow, 'block_schema_id' | 'sealed'>,
): Promise<void> {
  await tx
    .updateTable('block_document')
    .set({ ...change, updated: sql<string>`now()` })
    .where('workspace_id', '=', workspaceId)
    .where('id', '=', id)
    .execute();
}

/** What it nests stays; who nests it does so no more. */
export async function deleteDocument(db: Db, workspaceId: string, id: string): Promise<boolean> {
  const { numDeletedRows } = await db
    .deleteFrom('block_document')
    .where('workspace_id', '=', workspaceId)
    .where('id', '=', id)
    .executeTakeFirst();
  return numDeletedRows > 0n;
}

export async function replaceReferences(
  tx: Db,
  workspaceId: string,
  parentId: string,
  references: References,
): Promise<void> {
  await tx
    .deleteFrom('block_document_reference')
    .where('workspace_id', '=', workspaceId)
    .where('parent_id', '=', parentId)
    .execute();
  if (references.size === 0) return;
  const rows = [...references].map(([name, child_id]) => ({
    workspace_id: workspaceId,
    parent_id: parentId,
    name,
    child_id,
  }));
  await tx.insertInto('block_document_reference').values(rows).execute();
}
