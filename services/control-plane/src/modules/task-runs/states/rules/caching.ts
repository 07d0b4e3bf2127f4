import { replace, type TaskRule } from '../rule.js';

/** Longer keys are not cached. */
const cacheKeyLengthMax = 2000;

/** What was computed under the same key is not computed again. */
export const answerFromCache: TaskRule = {
  name: 'answer-from-cache',
  from: 'any',
  to: ['RUNNING'],
  apply(facts, draft) {
    const { cache_key: key, refresh_cache: refresh } = draft.proposed.details;
    if (!key || refresh || !facts.cached) return draft;
    const { type, message, data, state_details: details } = facts.cached;
    return replace(facts, draft, { type, name: 'Cached', message, data, details }, 'Retrieved state from cache');
  },
};

/** What has ended well under a key is the answer to it from now on. */
export const fillCache: TaskRule = {
  name: 'fill-cache',
  from: 'any',
  to: ['COMPLETED'],
  apply(_, draft) {
    const key = draft.proposed.details.cache_key;
    if (!key) return draft;
    if ([...key].length <= cacheKeyLengthMax) return { ...draft, caches: true };
    const reason = `Cache key exceeded maximum allowed length of ${cacheKeyLengthMax} characters.`;
    return { ...draft, replaced: reason };
  },
};
