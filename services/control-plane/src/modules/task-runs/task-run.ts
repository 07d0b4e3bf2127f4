import type { StateJson, StateType } from '@headgate/contracts';
import { estimatedRunTime, estimatedStartTimeDelta, expandState } from '../runs/index.js';
import { emptyTaskPolicy, type TaskPolicy } from './states/facts.js';

/** A task run as it is stored. Times are ISO 8601, `total_run_time` is seconds. */
export type TaskRunRow = {
  workspace_id: string;
  id: string;
  created: string;
  updated: string;
  name: string;
  flow_run_id: string | null;
  task_key: string;
  dynamic_key: string;
  cache_key: string | null;
  cache_expiration: string | null;
  task_version: string | null;
  flow_run_run_count: number;
  empirical_policy: TaskPolicy;
  tags: string[];
  labels: Record<string, string | number | boolean>;
  task_inputs: Record<string, unknown[]>;
  state_type: StateType | null;
  state_name: string | null;
  state_timestamp: string | null;
  state: StateJson | null;
  run_count: number;
  expected_start_time: string | null;
  next_scheduled_start_time: string | null;
  start_time: string | null;
  end_time: string | null;
  total_run_time: number;
};

/** A task run as it crosses the wire. */
export function taskRunJson(row: TaskRunRow, now: string) {
  const { workspace_id: _, state_timestamp: __, state, ...rest } = row;
  return {
    ...rest,
    empirical_policy: { ...emptyTaskPolicy, ...row.empirical_policy },
    state_id: state?.id ?? null,
    state: expandState(state),
    estimated_run_time: estimatedRunTime(row, now),
    estimated_start_time_delta: estimatedStartTimeDelta(row, now),
  };
}

export type TaskRunJson = ReturnType<typeof taskRunJson>;

/** What the pages of task runs leave out. */
const onlyInFull = [
  'cache_expiration',
  'cache_key',
  'dynamic_key',
  'expected_start_time',
  'flow_run_run_count',
  'labels',
  'next_scheduled_start_time',
  'run_count',
  'state_name',
  'state_type',
] as const;

export function briefTaskRunJson(row: TaskRunRow, now: string): Omit<TaskRunJson, (typeof onlyInFull)[number]> {
  const json: Partial<TaskRunJson> = taskRunJson(row, now);
  for (const key of onlyInFull) delete json[key];
  return json as TaskRunJson;
}
