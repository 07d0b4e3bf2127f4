import { z } from 'zod';
import { absent, labels, limit, name, offset, tags } from './common.js';
import { filters, flowSort } from './filters.js';

/** Bodies of the flow routes. */

export const flowCreate = z.strictObject({ name, tags: tags.optional(), labels: labels.nullish() });
export const flowUpdate = z.strictObject({ tags: tags.optional(), labels: labels.nullish() });
/** Queues of pools are no filter here: a body may name them, without effect. */
const { flows, flow_runs, task_runs, deployments, work_pools } = filters;
const by = { flows, flow_runs, task_runs, deployments, work_pools };
export const flowsCount = z.object(by);
export const flowsFilter = z.object({ limit, offset, ...by, sort: flowSort });
export const flowsPage = z.object({ limit, page: absent(z.number().int().min(1)), ...by, sort: flowSort });
export const flowsBulkDelete = z.object({ flows, limit: absent(z.number().int().min(1).max(50)) });
