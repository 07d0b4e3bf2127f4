export { applyFilters, predicatesFor, type Filters } from './apply.filters.js';
export type { Kind } from './links.filters.js';
export {
  anyId,
  anyText,
  beginningOf,
  between,
  combined,
  holds,
  isNull,
  like,
  notAnyText,
  subFilter,
  tagged,
  type Predicate,
} from './predicates.filters.js';
export { applySort, orderOf } from './sorts.filters.js';
