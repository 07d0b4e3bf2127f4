export { applyFilters, type Filters, type Kind } from './apply.filters.js';
export {
  anyId,
  anyText,
  between,
  combined,
  isNull,
  like,
  notAnyText,
  tagged,
  type Predicate,
} from './predicates.filters.js';
export { applySort } from './sorts.filters.js';
