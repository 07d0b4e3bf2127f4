import type { SavedSearchJson, SavedSearchPut } from '@headgate/contracts/rest/saved-searches';
import { sql } from 'kysely';
import type { Db } from '../../core/db/db.js';

const shown = ['id', 'created', 'updated', 'name', 'filters'] as const;

/** The search of that name, with these filters from now on. It is new when it has the id that was offered. */
export async function upsertSavedSearch(
  db: Db,
  workspaceId: string,
  { id, name, filters }: SavedSearchPut & { id: string },
): Promise<SavedSearchJson> {
  const row = await db
    .insertInto('saved_search')
    .values({ workspace_id: workspaceId, id, name, filters: JSON.stringify(filters) })
    .onConflict((taken) =>
      taken.columns(['workspace_id', 'name']).doUpdateSet({ filters: JSON.stringify(filters), updated: sql`now()` }),
    )
    .returning(shown)
    .executeTakeFirstOrThrow();
  return row as SavedSearchJson;
}

export async function findSavedSearch(db: Db, workspaceId: string, id: string): Promise<SavedSearchJson | undefined> {
  const row = await db
    .selectFrom('saved_search')
    .select(shown)
    .where('workspace_id', '=', workspaceId)
    .where('id', '=', id)
    .executeTakeFirst();
  return row as SavedSearchJson | undefined;
}

export async function listSavedSearches(
  db: Db,
  workspaceId: string,
  page: { limit: number; offset: number },
): Promise<SavedSearchJson[]> {
  const rows = await db
    .selectFrom('saved_search')
    .select(shown)
    .where('workspace_id', '=', workspaceId)
    .orderBy('name')
    .limit(page.limit)
    .offset(page.offset)
    .execute();
  return rows as SavedSearchJson[];
}

/** Answers the one that went, if there was one. */
export function deleteSavedSearch(
  db: Db,
  workspaceId: string,
  id: string,
): Promise<{ id: string; name: string } | undefined> {
  return db
    .deleteFrom('saved_search')
    .where('workspace_id', '=', workspaceId)
    .where('id', '=', id)
    .returning(['id', 'name'])
    .executeTakeFirst();
}
