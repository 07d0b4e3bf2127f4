import { savedSearchAnswer } from '@headgate/contracts/rest/answers/saved-searches';
import { savedSearchPut } from '@headgate/contracts/rest/saved-searches';
import { z } from 'zod';
import { operation } from '../../core/operations/operation.js';
import { byId, named } from '../../core/operations/shapes.js';
import { SavedSearchesService } from './saved-searches.service.js';

export const saveSearch = operation({
  name: 'saved-search.save',
  needs: 'manage_saved_search',
  input: savedSearchPut,
  answer: z.object({ search: savedSearchAnswer, created: z.boolean() }),
  describe: ({ name }, { created }) => `${created ? 'Created' : 'Changed'} the saved search ${name}`,
  audit: 'saved-search.saved',
  by: SavedSearchesService,
  change: (searches, ctx, tx, search) => searches.put(ctx, tx, search),
});

export const deleteSavedSearch = operation({
  name: 'saved-search.delete',
  needs: 'manage_saved_search',
  input: byId,
  answer: named,
  describe: (_, { name }) => `Deleted the saved search ${name}`,
  audit: 'saved-search.deleted',
  by: SavedSearchesService,
  change: (searches, ctx, tx, { id }) => searches.delete(ctx, tx, id),
});
