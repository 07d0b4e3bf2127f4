import { sql, type RawBuilder } from 'kysely';
import type { Db } from '../../core/db/db.js';
import { storableJson, storableText } from '../../core/db/json-rows.js';
import { updateRow } from '../../core/db/update-row.js';
import { JsonText } from '../../core/json/exact-json.js';
import { conditionsOf, type ArtifactFilters } from './artifacts.filters.js';

/** An artifact as it is stored; in a collection `id` is the collection's and `latest_id` the artifact's. */
export type ArtifactRow = {
  id: string;
  latest_id?: string;
  created: string;
  updated: string;
  key: string | null;
  type: string | null;
  description: string | null;
  data: unknown;
  metadata: Record<string, string> | null;
  flow_run_id: string | null;
  task_run_id: string | null;
};

export type ArtifactDraft = Omit<ArtifactRow, 'created' | 'updated' | 'latest_id'>;

/** The data is passed on as the text that it is: large tables cost nothing, and no number is changed. */
type TextRow = ArtifactRow & { data: string | null };
const asStored = (row: TextRow): ArtifactRow => ({
  ...row,
  data: row.data === null ? null : new JsonText(row.data),
});
const columns = sql`artifact.id, artifact.created, artifact.updated, artifact.key, artifact.type, artifact.description, artifact.data::text as data, artifact.metadata, artifact.flow_run_id, artifact.task_run_id`;
const collectionColumns = sql`c.id, c.latest_id, c.created, c.updated, artifact.key, artifact.type, artifact.description, artifact.data::text as data, artifact.metadata, artifact.flow_run_id, artifact.task_run_id`;
const collections = sql`artifact_collection c join artifact on artifact.workspace_id = c.workspace_id and artifact.id = c.latest_id`;

const orders: Record<string, (table: RawBuilder<unknown>) => RawBuilder<unknown>> = {
  ID_DESC: (table) => sql`${table}.id desc`,
  CREATED_DESC: (table) => sql`${table}.created desc, ${table}.id desc`,
  UPDATED_DESC: (table) => sql`${table}.updated desc, ${table}.id desc`,
  KEY_DESC: (table) => sql`${table}.key desc nulls last, ${table}.id desc`,
  KEY_ASC: (table) => sql`${table}.key asc nulls first, ${table}.id desc`,
};

/** `after`: the last of the page before; by key among the newest of each key, else by id, which rise with time. */
export type ArtifactPage = {
  sort?: string | undefined;
  limit: number;
  offset?: number;
  after?: { key: string; id: string } | null;
};

function beyond(latest: boolean, after: ArtifactPage['after']): RawBuilder<unknown> {
  if (!after) return sql``;
  return latest ? sql`and c.key > ${after.key}` : sql`and artifact.id < ${after.id}::uuid`;
}

export async function listArtifacts(
  db: Db,
  workspaceId: string,
  filters: ArtifactFilters,
  latest: boolean,
  { sort = 'ID_DESC', limit, offset = 0, after }: ArtifactPage,
): Promise<ArtifactRow[]> {
  const from = latest ? sql`${collectionColumns} from ${collections}` : sql`${columns} from artifact`;
  const order = orders[sort]!(latest ? sql`c` : sql`artifact`);
  const { rows } =
    await sql<TextRow>`select ${from} where artifact.workspace_id = ${workspaceId} ${conditionsOf(workspaceId, filters)} ${beyond(latest, after)} order by ${order} limit ${limit} offset ${offset}`.execute(
      db,
    );
  return rows.map(asStored);
}

export async function countArtifacts(
  db: Db,
  workspaceId: string,
  filters: ArtifactFilters,
  latest: boolean,
): Promise<number> {
  const { rows } = await sql<{
    count: number;
  }>`select count(*) as count from ${latest ? collections : sql`artifact`} where artifact.workspace_id = ${workspaceId} ${conditionsOf(workspaceId, filters)}`.execute(
    db,
  );
  return rows[0]!.count;
}

export async function findArtifacts(db: Db, workspaceId: string, ids: string[]): Promise<ArtifactRow[]> {
  const { rows } = await sql<TextRow>`
    select ${columns} from artifact where workspace_id = ${workspaceId} and id = any(${ids}::uuid[])`.execute(db);
  return rows.map(asStored);
}

export const findArtifact = async (db: Db, workspaceId: string, id: string): Promise<ArtifactRow | null> =>
  (await findArtifacts(db, workspaceId, [id]))[0] ?? null;

export async function findLatest(db: Db, workspaceId: string, key: string): Promise<ArtifactRow | null> {
  const { rows } =
    await sql<TextRow>`select ${collectionColumns} from ${collections} where c.workspace_id = ${workspaceId} and c.key = ${key}`.execute(
      db,
    );
  return rows.map(asStored)[0] ?? null;
}

export async function insertArtifact(db: Db, workspaceId: string, draft: ArtifactDraft): Promise<ArtifactRow> {
  const { rows } = await sql<TextRow>`
    insert into artifact (workspace_id, id, key, type, description, data, metadata, flow_run_id, task_run_id)
    values (${workspaceId}, ${draft.id}, ${storableText(draft.key)}, ${storableText(draft.type)}, ${storableText(draft.description)}, ${storableJson(draft.data ?? null)}::jsonb, ${storableJson(draft.metadata)}::jsonb, ${draft.flow_run_id}, ${draft.task_run_id})
    returning ${columns}`.execute(db);
  return asStored(rows[0]!);
}

/** Points the key at its newest artifact; answers whether the key is new. */
export async function pointCollection(
  db: Db,
  workspaceId: string,
  collectionId: string,
  key: string,
  artifactId: string,
): Promise<boolean> {
  const { rows } = await sql<{ id: string }>`
    insert into artifact_collection as c (workspace_id, id, key, latest_id) values (${workspaceId}, ${collectionId}, ${key}, ${artifactId})
    on conflict (workspace_id, key) do update set latest_id = excluded.latest_id, updated = now() returning c.id`.execute(
    db,
  );
  return rows[0]!.id === collectionId;
}

export const updateArtifact = (
  db: Db,
  workspaceId: string,
  id: string,
  patch: Record<string, unknown>,
): Promise<boolean> => updateRow(db, 'artifact', workspaceId, id, patch);

/**
 * The key points at the next newest artifact, or disappears with its last. Answers the artifact that it points at now;
 * null when it disappeared, undefined when it pointed at another one before, too.
 */
export async function deleteArtifact(
  db: Db,
  workspaceId: string,
  row: ArtifactRow,
): Promise<ArtifactRow | null | undefined> {
  await db.deleteFrom('artifact').where('workspace_id', '=', workspaceId).where('id', '=', row.id).execute();
  if (row.key === null) return undefined;
  const { rows: moved } = await sql<{ latest_id: string }>`
    update artifact_collection c set latest_id = next.id, updated = now()
      from (select id from artifact where workspace_id = ${workspaceId} and key = ${row.key} order by created desc, id desc limit 1) next
     where c.workspace_id = ${workspaceId} and c.key = ${row.key} and c.latest_id = ${row.id} returning c.latest_id`.execute(
    db,
  );
  if (moved[0]) return findArtifact(db, workspaceId, moved[0].latest_id);
  const { rows: gone } = await sql`
    delete from artifact_collection where workspace_id = ${workspaceId} and key = ${row.key} and latest_id = ${row.id} returning id`.execute(
    db,
  );
  return gone.length > 0 ? null : undefined;
}
