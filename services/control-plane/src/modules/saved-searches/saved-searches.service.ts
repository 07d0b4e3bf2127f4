import { Inject, Injectable } from '@nestjs/common';
import { newId } from '@headgate/contracts';
import type { SavedSearchJson, SavedSearchPut } from '@headgate/contracts/rest/saved-searches';
import type { Ctx } from '../../core/access/ctx.js';
import { Database } from '../../core/db/database.js';
import type { Db } from '../../core/db/db.js';
import { notFound } from '../../core/errors/app-error.js';
import * as queries from './saved-searches.queries.js';

const notThere = () => notFound('Saved search not found');

/** Filters that people keep under a name. */
@Injectable()
export class SavedSearchesService {
  constructor(@Inject(Database) private readonly database: Database) {}

  async put(ctx: Ctx, tx: Db, search: SavedSearchPut): Promise<{ search: SavedSearchJson; created: boolean }> {
    const id = newId();
    const saved = await queries.upsertSavedSearch(tx, ctx.workspaceId, { id, ...search });
    return { search: saved, created: saved.id === id };
  }

  async get(ctx: Ctx, id: string): Promise<SavedSearchJson> {
    const search = await queries.findSavedSearch(this.database.db, ctx.workspaceId, id);
    if (!search) throw notThere();
    return search;
  }

  list(ctx: Ctx, page: queries.SavedSearchesPage): Promise<SavedSearchJson[]> {
    return queries.listSavedSearches(this.database.db, ctx.workspaceId, page);
  }

  async delete(ctx: Ctx, tx: Db, id: string): Promise<{ id: string; name: string }> {
    const gone = await queries.deleteSavedSearch(tx, ctx.workspaceId, id);
    if (!gone) throw notThere();
    return gone;
  }
}
