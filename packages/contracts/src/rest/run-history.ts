import { z } from 'zod';
import { absent, dateTime, durationSeconds } from './common.js';
import { filters } from './filters.js';

/** Bodies of the history routes: runs counted by state in intervals of equal length. */

const range = {
  history_start: dateTime,
  history_end: dateTime,
  /** One of the two says how long an interval is: a server's name for it, and a managed cloud's. */
  history_interval_seconds: absent(z.number()),
  history_interval: absent(durationSeconds),
};

type Intervals = { history_interval_seconds?: number | undefined; history_interval?: number | undefined };

/** Neither is as if the first were left out; the answer is the same for both spellings of a body. */
function withInterval<T extends Intervals>(body: T, context: z.RefinementCtx) {
  const { history_interval_seconds: seconds, history_interval: named, ...rest } = body;
  const interval = seconds ?? named;
  if (interval !== undefined) return { ...rest, interval_seconds: interval };
  context.addIssue({
    code: 'invalid_type',
    expected: 'number',
    input: undefined,
    path: ['history_interval_seconds'],
  });
  return z.NEVER;
}

const { flows, flow_runs, task_runs, deployments, work_pools, work_pool_queues: work_queues } = filters;

/** Queues go by another name here than on the other routes. */
export const flowRunsHistory = z
  .object({ ...range, flows, flow_runs, task_runs, deployments, work_pools, work_queues })
  .transform(withInterval);
export const taskRunsHistory = z.object({ ...range, flows, flow_runs, task_runs, deployments }).transform(withInterval);
export const flowRunsLateness = z.object(filters);

export type HistoryStateJson = {
  state_type: string;
  state_name: string;
  count_runs: number;
  sum_estimated_run_time: number;
  sum_estimated_lateness: number;
};
export type HistoryJson = { interval_start: string; interval_end: string; states: HistoryStateJson[] };
