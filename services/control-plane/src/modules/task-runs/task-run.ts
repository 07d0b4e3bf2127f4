import type { StateJson, StateType } from '@headgate/contracts';
import { expandState, secondsBetween } from '../runs/index.js';

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

export type TaskPolicy = {
  max_retries: number;
  retry_delay_seconds: number;
  retries: number | null;
  retry_delay: number | number[] | null;
  retry_jitter_factor: number | null;
};
export const emptyTaskPolicy: TaskPolicy = {
  max_retries: 0,
  retry_delay_seconds: 0,
  retries: null,
  retry_delay: null,
  retry_jitter_factor: null,
};

/** A task run as it crosses the wire. */
export function taskRunJson(row: TaskRunRow, now: string) {
  const { workspace_id: _, state_timestamp: __, state, ...rest } = row;
  const running = state?.type === 'RUNNING' ? Math.max(0, secondsBetween(state.timestamp, now)) : 0;
  const { start_time: started, expected_start_time: expected } = row;
  return {
    ...rest,
    empirical_policy: { ...emptyTaskPolicy, ...row.empirical_policy },
    state_id: state?.id ?? null,
    state: expandState(state),
    estimated_run_time: row.total_run_time + running,
    estimated_start_time_delta: started && expected ? Math.max(0, secondsBetween(expected, started)) : 0,
  };
}

export type TaskRunJson = ReturnType<typeof taskRunJson>;
