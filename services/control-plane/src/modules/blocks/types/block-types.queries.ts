import type {
  BlockSchemaFilter,
  BlockTypeFilter,
  BlockTypeJson,
  BlockTypeUpdate,
} from '@headgate/contracts/rest/blocks';
import { sql } from 'kysely';
import type { Db } from '../../../core/db/db.js';
import { and, whereSchema, whereType } from '../blocks.filters.js';
import { systemTypes } from '../system-types/catalogue.js';
import { knownSchemas, knownTypes } from '../system-types/known.sql.js';

const columns = [
  'id',
  'created',
  'updated',
  'name',
  'slug',
  'logo_url',
  'documentation_url',
  'description',
  'code_example',
  'is_protected',
] as const;

const selectTypes = (db: Db, workspaceId: string) =>
  db.selectFrom('block_type').select(columns).where('workspace_id', '=', workspaceId);

export async function findTypes(db: Db, workspaceId: string, ids: string[]): Promise<BlockTypeJson[]> {
  if (ids.length === 0) return [];
  const rows = await selectTypes(db, workspaceId).where('id', 'in', ids).execute();
  const found = new Set(rows.map(({ id }) => id));
  return [...rows, ...systemTypes.filter(({ id }) => ids.includes(id) && !found.has(id))];
}

export async function findTypeBySlug(db: Db, workspaceId: string, slug: string): Promise<BlockTypeJson | null> {
  const row = await selectTypes(db, workspaceId).where('slug', '=', slug).executeTakeFirst();
  return row ?? systemTypes.find((type) => type.slug === slug) ?? null;
}

export type TypeFilters = {
  block_types?: BlockTypeFilter | undefined;
  block_schemas?: BlockSchemaFilter | undefined;
};

/** In the order of their names. */
export async function listTypeIds(
  db: Db,
  workspaceId: string,
  filters: TypeFilters,
  page: { limit: number; offset: number },
): Promise<string[]> {
  const ofSchemas = filters.block_schemas
    ? sql`and exists (select from ${knownSchemas(workspaceId)} where s.block_type_id = t.id ${and(whereSchema(filters.block_schemas))})`
    : sql``;
  const { rows } = await sql<{ id: string }>`
    select t.id from ${knownTypes(workspaceId)} where true ${and(whereType(filters.block_types))} ${ofSchemas}
     order by t.name, t.id limit ${page.limit} offset ${page.offset}`.execute(db);
  return rows.map(({ id }) => id);
}

export type TypeDraft = Omit<BlockTypeJson, 'created' | 'updated'>;

/** Null when the slug is taken. */
export async function insertType(db: Db, workspaceId: string, draft: TypeDraft): Promise<BlockTypeJson | null> {
  const row = await db
    .insertInto('block_type')
    .values({ workspace_id: workspaceId, ...draft })
    .onConflict((taken) => taken.columns(['workspace_id', 'slug']).doNothing())
    .returning(columns)
    .executeTakeFirst();
  return row ?? null;
}

export async function updateType(
  db: Db,
  workspaceId: string,
  id: string,
  change: BlockTypeUpdate,
): Promise<BlockTypeJson | null> {
  const row = await db
    .updateTable('block_type')
    .set({ ...change, updated: sql<string>`now()` })
    .where('workspace_id', '=', workspaceId)
    .where('id', '=', id)
    .returning(columns)
    .executeTakeFirst();
  return row ?? null;
}

/** Its schemas and documents go with it. */
export async function deleteType(db: Db, workspaceId: string, id: string): Promise<boolean> {
  const { numDeletedRows } = await db
    .deleteFrom('block_type')
    .where('workspace_id', '=', workspaceId)
    .where('id', '=', id)
    .executeTakeFirst();
  return numDeletedRows > 0n;
}
