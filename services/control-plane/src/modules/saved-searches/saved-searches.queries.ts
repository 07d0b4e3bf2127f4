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

/** In the order of their names, which are unique in a workspace. */
export type SavedSearchesPage = { limit: number; offset?: number; afterName?: string | undefined };

export async function listSavedSearches(
  db: Db,
  workspaceId: string,
  { limit, offset = 0, afterName }: SavedSearchesPage,
): Promise<SavedSearchJson[]> {
  const page = db
    .selectFrom('saved_search')
    .select(shown)
    .where('workspace_id', '=', workspaceId)
    .orderBy('name')
    .limit(limit)
    .offset(offset);
  const rows = await (afterName === undefined ? page : page.where('name', '>', afterName)).execute();
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
