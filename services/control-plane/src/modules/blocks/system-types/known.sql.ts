import { sql, type RawBuilder } from 'kysely';
import type { Db } from '../../../core/db/db.js';
import { systemSchemas, systemTypes } from './catalogue.js';

const slugOf = new Map(systemTypes.map(({ id, slug }) => [id, slug]));
const typesText = JSON.stringify(systemTypes.map(({ id, slug, name }) => ({ id, slug, name })));
const schemasText = JSON.stringify(
  systemSchemas.map(({ fields: _, block_type_id, ...schema }) => ({
    ...schema,
    block_type_id,
    slug: slugOf.get(block_type_id),
  })),
);

/** The types that a workspace knows: its rows, and of the system's types those that it has no row of. As `t`. */
export const knownTypes = (workspaceId: string): RawBuilder<unknown> => sql`(
  select id, slug, name from block_type where workspace_id = ${workspaceId}
  union all
  select s.id, s.slug, s.name from jsonb_to_recordset(${typesText}::jsonb) as s(id uuid, slug text, name text)
   where not exists (select from block_type b where b.workspace_id = ${workspaceId} and b.slug = s.slug)
) t`;

/** The schemas that a workspace knows, as `s`. */
export const knownSchemas = (workspaceId: string): RawBuilder<unknown> => sql`(
  select id, block_type_id, version, capabilities, created from block_schema where workspace_id = ${workspaceId}
  union all
  select y.id, y.block_type_id, y.version, y.capabilities, y.created
    from jsonb_to_recordset(${schemasText}::jsonb)
      as y(id uuid, block_type_id uuid, slug text, checksum text, version text, capabilities text[], created timestamptz)
   where not exists (select from block_schema b where b.workspace_id = ${workspaceId} and b.checksum = y.checksum and b.version = y.version)
     and not exists (select from block_type b where b.workspace_id = ${workspaceId} and b.slug = y.slug and b.id <> y.block_type_id)
) s`;

/** Gives the workspace rows of a system type and its schemas, so that what it makes can refer to them. */
export async function ensureSystemType(tx: Db, workspaceId: string, typeId: string): Promise<void> {
  const type = systemTypes.find(({ id }) => id === typeId);
  if (!type) return;
  await tx
    .insertInto('block_type')
    .values({ workspace_id: workspaceId, ...type })
    .onConflict((taken) => taken.doNothing())
    .execute();
  const schemas = systemSchemas.filter((schema) => schema.block_type_id === typeId);
  await tx
    .insertInto('block_schema')
    .values(schemas.map((schema) => ({ workspace_id: workspaceId, ...schema, fields: JSON.stringify(schema.fields) })))
    .onConflict((taken) => taken.doNothing())
    .execute();
}

/** The system type that an id means: its own, or that of one of its schemas. */
export const systemTypeBehind = (id: string): string | undefined =>
  systemTypes.find((type) => type.id === id)?.id ?? systemSchemas.find((schema) => schema.id === id)?.block_type_id;
