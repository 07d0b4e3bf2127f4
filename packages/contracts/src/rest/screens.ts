import { z } from 'zod';
import { absent, jsonObject, offset, uuid } from './common.js';
import { filters, flowRunSort, taskRunFilter } from './filters.js';

/** Bodies of the routes that a Prefect server has for the screens of its own web app. */

const ids = z.array(uuid).max(200);
export const ofFlows = z.object({ flow_ids: ids });
export const ofFlowRuns = z.object({ flow_run_ids: ids });

const { flows, flow_runs, task_runs, deployments, work_pools, work_pool_queues: work_queues } = filters;
export const runsOverTime = z.object({
  sort: flowRunSort,
  limit: absent(z.number().int().min(0).max(1000)),
  offset,
  flows,
  flow_runs,
  task_runs,
  deployments,
  work_pools,
});
export const taskRunsByState = z.object({ flows, flow_runs, task_runs, deployments });
export const taskRunsOverTime = z.object({
  task_runs: taskRunFilter,
  flows,
  flow_runs,
  deployments,
  work_pools,
  work_queues,
});

export const valuesToCheck = z.object({ schema: jsonObject, values: jsonObject });

/** Of the query of the states that there are. */
export const observedStatesQuery = z.object({
  query: z.string().max(100).nullish(),
  order_by: z.enum(['NAME_ASC', 'LAST_SEEN_DESC']).default('LAST_SEEN_DESC'),
  limit: z.coerce.number().int().min(1).max(200).default(200),
});
