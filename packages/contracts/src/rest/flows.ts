import { z } from 'zod';
import { absent, labels, limit, name, offset, tags } from './common.js';
import { filters, flowSort } from './filters.js';

/** Bodies of the flow routes. */

export const flowCreate = z.strictObject({ name, tags: tags.nullish(), labels: labels.nullish() });
export const flowUpdate = z.strictObject({ tags: tags.nullish(), labels: labels.nullish() });
export const flowsFilter = z.object({ ...filters, sort: flowSort, limit, offset });
export const flowsPage = z.object({ ...filters, sort: flowSort, limit, page: absent(z.number().int().min(1)) });
export const flowsBulkDelete = z.object({ flows: filters.flows, limit: absent(z.number().int().min(1).max(50)) });
