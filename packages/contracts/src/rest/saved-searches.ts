import { z } from 'zod';
import { limit, offset } from './common.js';

/** Bodies of the saved search routes. What a search looks for is the web app's business: the server only keeps it. */

const savedSearchFilter = z.object({
  object: z.string(),
  property: z.string(),
  type: z.string(),
  operation: z.string(),
  value: z.nonoptional(z.unknown()),
});

export const savedSearchPut = z.strictObject({ name: z.string(), filters: z.array(savedSearchFilter).default([]) });
export type SavedSearchPut = z.infer<typeof savedSearchPut>;

export const savedSearchesFilter = z.object({ limit, offset });
export type SavedSearchesFilter = z.infer<typeof savedSearchesFilter>;

export type SavedSearchJson = SavedSearchPut & { id: string; created: string; updated: string };
