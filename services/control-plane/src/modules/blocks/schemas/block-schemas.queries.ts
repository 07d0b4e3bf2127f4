import type { BlockSchemaFilter } from '@headgate/contracts/rest/blocks';
import { sql } from 'kysely';
import type { Db } from '../../../core/db/db.js';
import { oneByOne } from '../../../core/fair/in-slices.js';
import { parseExact, type JsonObject } from '../../../core/json/exact-json.js';
import { and, whereSchema } from '../blocks.filters.js';
import { systemSchemas, systemTypes } from '../system-types/catalogue.js';
import { knownSchemas } from '../system-types/known.sql.js';

/** A schema as it is stored: without the definitions of the blocks that it nests, those are schemas of their own. */
export type BlockSchemaRow = {
  id: string;
  created: string;
  updated: string;
  block_type_id: string;
  checksum: string;
  version: string;
  capabilities: string[];
  fields: JsonObject;
};

/** Under `name` of the parent lies a document of the child's. */
export type SchemaReference = { parent_id: string; name: string; child_id: string };

const selectSchemas = (db: Db, workspaceId: string) =>
  db
    .selectFrom('block_schema')
    .select(['id', 'created', 'updated', 'block_type_id', 'checksum', 'version', 'capabilities'])
    .select(sql<string>`fields::text`.as('text'))
    .where('workspace_id', '=', workspaceId);

type Stored = Omit<BlockSchemaRow, 'fields'> & { text: string };
const toRow = ({ text, ...row }: Stored): BlockSchemaRow => ({ ...row, fields: parseExact(text) as JsonObject });

export async function findSchemas(db: Db, workspaceId: string, ids: string[]): Promise<BlockSchemaRow[]> {
  if (ids.length === 0) return [];
  const rows = await selectSchemas(db, workspaceId)
    .where(sql<boolean>`id = any(${ids}::uuid[])`)
    .execute();
  const missing = new Set(ids);
  for (const { id } of rows) missing.delete(id);
  return [...(await oneByOne(rows, toRow)), ...systemSchemas.filter(({ id }) => missing.has(id))];
}

/** The newest with this checksum, of this version where one is asked for. */
export async function findSchemaByChecksum(
  db: Db,
  workspaceId: string,
  checksum: string,
  version?: string,
): Promise<BlockSchemaRow | null> {
  const all = selectSchemas(db, workspaceId)
    .where('checksum', '=', checksum)
    .orderBy('created', 'desc')
    .orderBy('id', 'desc')
    .limit(1);
  const row = await (version === undefined ? all : all.where('version', '=', version)).executeTakeFirst();
  if (row) return toRow(row);
  const ofSystem = systemSchemas.find(
    (schema) => schema.checksum === checksum && (version === undefined || schema.version === version),
  );
  return ofSystem && (await isOurs(db, workspaceId, ofSystem.block_type_id)) ? ofSystem : null;
}

/** A workspace may have had a type of its own by that slug before the system had one; then it keeps its own. */
async function isOurs(db: Db, workspaceId: string, systemTypeId: string): Promise<boolean> {
  const slug = systemTypes.find(({ id }) => id === systemTypeId)!.slug;
  const row = await db
    .selectFrom('block_type')
    .select('id')
    .where('workspace_id', '=', workspaceId)
    .where('slug', '=', slug)
    .executeTakeFirst();
  return !row || row.id === systemTypeId;
}

/** Newest first. */
export async function listSchemaIds(
  db: Db,
  workspaceId: string,
  filter: BlockSchemaFilter | undefined,
  page: { limit: number; offset: number },
): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select s.id from ${knownSchemas(workspaceId)} where true ${and(whereSchema(filter))}
     order by s.created desc, s.id desc limit ${page.limit} offset ${page.offset}`.execute(db);
  return rows.map(({ id }) => id);
}

/** The newest schema of each type. */
export async function findNewestSchemaIds(db: Db, workspaceId: string, typeIds: string[]): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select distinct on (s.block_type_id) s.id from ${knownSchemas(workspaceId)}
     where s.block_type_id = any(${typeIds}::uuid[]) order by s.block_type_id, s.created desc, s.id desc`.execute(db);
  return rows.map(({ id }) => id);
}

/** All references below these schemas, in the order in which each field has them. */
export async function findSchemaReferences(db: Db, workspaceId: string, ids: string[]): Promise<SchemaReference[]> {
  if (ids.length === 0) return [];
  const { rows } = await sql<SchemaReference>`
    with recursive below as (
      select parent_id, name, position, child_id from block_schema_reference
       where workspace_id = ${workspaceId} and parent_id = any(${ids}::uuid[])
      union
      select r.parent_id, r.name, r.position, r.child_id
        from below b join block_schema_reference r on r.workspace_id = ${workspaceId} and r.parent_id = b.child_id
    )
    select parent_id, name, child_id from below order by parent_id, name, position`.execute(db);
  return rows;
}

/** False when a schema with this checksum and version is there already. */
export async function insertSchema(
  tx: Db,
  workspaceId: string,
  draft: Pick<BlockSchemaRow, 'id' | 'block_type_id' | 'checksum' | 'version' | 'capabilities'> & { text: string },
): Promise<boolean> {
  const { text: fields, ...rest } = draft;
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto('block_schema')
    .values({ workspace_id: workspaceId, ...rest, fields })
    .onConflict((taken) => taken.columns(['workspace_id', 'checksum', 'version']).doNothing())
    .executeTakeFirst();
  return numInsertedOrUpdatedRows === 1n;
}

export async function insertSchemaReferences(
  tx: Db,
  workspaceId: string,
  references: (SchemaReference & { position: number })[],
): Promise<void> {
  if (references.length === 0) return;
  const rows = references.map((reference) => ({ workspace_id: workspaceId, ...reference }));
  await tx
    .insertInto('block_schema_reference')
    .values(rows)
    .onConflict((taken) => taken.doNothing())
    .execute();
}

/** Its documents go with it. */
export async function deleteSchema(db: Db, workspaceId: string, id: string): Promise<boolean> {
  const { numDeletedRows } = await db
    .deleteFrom('block_schema')
    .where('workspace_id', '=', workspaceId)
    .where('id', '=', id)
    .executeTakeFirst();
  return numDeletedRows > 0n;
}

/** Of all schemas that the workspace knows, in alphabetical order. */
export async function listCapabilities(db: Db, workspaceId: string): Promise<string[]> {
  const { rows } = await sql<{ capability: string }>`
    select distinct unnest(s.capabilities) as capability from ${knownSchemas(workspaceId)} order by capability`.execute(
    db,
  );
  return rows.map(({ capability }) => capability);
}
