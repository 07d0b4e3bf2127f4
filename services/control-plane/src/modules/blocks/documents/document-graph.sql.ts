import { sql } from 'kysely';
import type { Db } from '../../../core/db/db.js';
import { badRequest } from '../../../core/errors/app-error.js';
import type { DocumentReference } from './block-documents.queries.js';

/** One at a time writes references of a workspace: two at once could close a circle that neither sees. */
export async function lockReferences(tx: Db, workspaceId: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`block references of ${workspaceId}`}, 0))`.execute(tx);
}

/** Each is written at least once in an answer that has them. */
const referencesMax = 20_000;

/** All references below these documents. */
export async function findReferences(db: Db, workspaceId: string, ids: string[]): Promise<DocumentReference[]> {
  if (ids.length === 0) return [];
  const { rows } = await sql<DocumentReference>`
    with recursive below as (
      select parent_id, name, child_id from block_document_reference
       where workspace_id = ${workspaceId} and parent_id = any(${ids}::uuid[])
      union
      select r.parent_id, r.name, r.child_id
        from below b join block_document_reference r on r.workspace_id = ${workspaceId} and r.parent_id = b.child_id
    )
    select parent_id, name, child_id from below order by parent_id, name limit ${referencesMax + 1}`.execute(db);
  if (rows.length > referencesMax)
    throw badRequest(
      `The block documents nest others in more than ${referencesMax} places. Please ask for fewer at a time.`,
    );
  return rows;
}

/** What the document itself refers to. */
export async function findOwnReferences(
  db: Db,
  workspaceId: string,
  id: string,
): Promise<Pick<DocumentReference, 'name' | 'child_id'>[]> {
  return db
    .selectFrom('block_document_reference')
    .select(['name', 'child_id'])
    .where('workspace_id', '=', workspaceId)
    .where('parent_id', '=', id)
    .orderBy('name')
    .execute();
}

/**
 * What it would mean for `parentId` to nest these documents: the one through which it would nest itself, and how many
 * levels deep the deepest document around it would be. Levels beyond `levelsMax` are not walked.
 */
export async function lookAround(
  tx: Db,
  workspaceId: string,
  parentId: string,
  childIds: string[],
  levelsMax: number,
): Promise<{ circle: string | null; levels: number }> {
  const { rows } = await sql<{ circle: string | null; levels: number }>`
    with recursive below as (
      select child as start, child as id, 1 as level from unnest(${childIds}::uuid[]) child
      union
      select b.start, r.child_id, b.level + 1
        from below b join block_document_reference r on r.workspace_id = ${workspaceId} and r.parent_id = b.id
       where b.level <= ${levelsMax} and b.id <> ${parentId}
    ), above as (
      select ${parentId}::uuid as id, 0 as level
      union
      select r.parent_id, a.level + 1
        from above a join block_document_reference r on r.workspace_id = ${workspaceId} and r.child_id = a.id
       where a.level <= ${levelsMax}
    )
    select (select start from below where id = ${parentId} limit 1) as circle,
           (select coalesce(max(level), 0) from below) + (select max(level) from above) as levels`.execute(tx);
  return rows[0]!;
}
