import type { ArtifactFilter } from '@headgate/contracts/rest/artifacts';
import { sql, type RawBuilder } from 'kysely';
import type { Db } from '../../core/db/db.js';
import { anyId, anyText, combined, like, notAnyText, type Predicate } from '../filters/index.js';

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

const columns = sql`a.id, a.created, a.updated, a.key, a.type, a.description, a.data, a.metadata, a.flow_run_id, a.task_run_id`;
const collectionColumns = sql`c.id, c.latest_id, c.created, c.updated, a.key, a.type, a.description, a.data, a.metadata, a.flow_run_id, a.task_run_id`;
const collections = sql`artifact_collection c join artifact a on a.workspace_id = c.workspace_id and a.id = c.latest_id`;

function whereArtifact(filter: ArtifactFilter): Predicate[] {
  const column = (name: string): RawBuilder<unknown> => sql.ref(`a.${name}`);
  const { key } = filter;
  return combined(filter.operator ?? 'and_', [
    ...anyId(column('id'), filter.id?.any_),
    ...anyId(sql`c.latest_id`, filter.latest_id?.any_),
    ...anyText(column('key'), key?.any_),
    ...like(column('key'), key?.like_),
    ...(typeof key?.exists_ === 'boolean'
      ? [key.exists_ ? sql<boolean>`a.key is not null` : sql<boolean>`a.key is null`]
      : []),
    ...anyId(column('flow_run_id'), filter.flow_run_id?.any_),
    ...anyId(column('task_run_id'), filter.task_run_id?.any_),
    ...anyText(column('type'), filter.type?.any_),
    ...notAnyText(column('type'), filter.type?.not_any_),
  ]);
}

const orders: Record<string, RawBuilder<unknown>> = {
  ID_DESC: sql`a.id desc`,
  CREATED_DESC: sql`a.created desc, a.id`,
  UPDATED_DESC: sql`a.updated desc, a.id`,
  KEY_DESC: sql`a.key desc, a.id`,
  KEY_ASC: sql`a.key asc, a.id`,
};

type Page = { sort?: string | undefined; limit: number; offset: number };
const conditions = (filter: ArtifactFilter) => {
  const where = whereArtifact(filter);
  return where.length > 0 ? sql`and ${sql.join(where, sql` and `)}` : sql``;
};

export async function listArtifacts(
  db: Db,
  workspaceId: string,
  filter: ArtifactFilter,
  latest: boolean,
  { sort, limit, offset }: Page,
): Promise<ArtifactRow[]> {
  const from = latest ? sql`${collectionColumns} from ${collections}` : sql`${columns} from artifact a`;
  const { rows } =
    await sql<ArtifactRow>`select ${from} where a.workspace_id = ${workspaceId} ${conditions(filter)} order by ${orders[sort ?? 'ID_DESC']} limit ${limit} offset ${offset}`.execute(
      db,
    );
  return rows;
}

export async function countArtifacts(
  db: Db,
  workspaceId: string,
  filter: ArtifactFilter,
  latest: boolean,
): Promise<number> {
  const { rows } = await sql<{
    count: number;
  }>`select count(*) as count from ${latest ? collections : sql`artifact a`} where a.workspace_id = ${workspaceId} ${conditions(filter)}`.execute(
    db,
  );
  return rows[0]!.count;
}

export async function findArtifact(db: Db, workspaceId: string, id: string): Promise<ArtifactRow | null> {
  const { rows } =
    await sql<ArtifactRow>`select ${columns} from artifact a where a.workspace_id = ${workspaceId} and a.id = ${id}`.execute(
      db,
    );
  return rows[0] ?? null;
}

export async function findLatest(db: Db, workspaceId: string, key: string): Promise<ArtifactRow | null> {
  const { rows } =
    await sql<ArtifactRow>`select ${collectionColumns} from ${collections} where c.workspace_id = ${workspaceId} and c.key = ${key}`.execute(
      db,
    );
  return rows[0] ?? null;
}

export async function insertArtifact(db: Db, workspaceId: string, draft: ArtifactDraft): Promise<ArtifactRow> {
  const { rows } = await sql<ArtifactRow>`
    insert into artifact as a (workspace_id, id, key, type, description, data, metadata, flow_run_id, task_run_id)
    values (${workspaceId}, ${draft.id}, ${draft.key}, ${draft.type}, ${draft.description}, ${JSON.stringify(draft.data ?? null)}::jsonb, ${JSON.stringify(draft.metadata)}::jsonb, ${draft.flow_run_id}, ${draft.task_run_id})
    returning ${columns}`.execute(db);
  return rows[0]!;
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

export async function updateArtifact(
  db: Db,
  workspaceId: string,
  id: string,
  patch: Record<string, unknown>,
): Promise<boolean> {
  const result = await db
    .updateTable('artifact')
    .set({ ...patch, updated: sql`now()` } as never)
    .where('workspace_id', '=', workspaceId)
    .where('id', '=', id)
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}

/** The key points at the next newest artifact, or disappears with its last. */
export async function deleteArtifact(db: Db, workspaceId: string, row: ArtifactRow): Promise<void> {
  await db.deleteFrom('artifact').where('workspace_id', '=', workspaceId).where('id', '=', row.id).execute();
  if (row.key === null) return;
  await sql`
    update artifact_collection c set latest_id = next.id, updated = now()
      from (select id from artifact where workspace_id = ${workspaceId} and key = ${row.key} order by created desc, id desc limit 1) next
     where c.workspace_id = ${workspaceId} and c.key = ${row.key} and c.latest_id = ${row.id}`.execute(db);
  await sql`delete from artifact_collection where workspace_id = ${workspaceId} and key = ${row.key} and latest_id = ${row.id}`.execute(
    db,
  );
}
