import type { StateJson, StateType } from '@headgate/contracts';

/** `empirical_policy` of a task run. `retries` and `retry_delay` win over their legacy twins. */
export type TaskPolicy = {
  max_retries: number;
  retry_delay_seconds: number;
  retries: number | null;
  /** Seconds; of a list, one for each attempt. */
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

/** The flow run that a task run belongs to. */
export type ParentRun = {
  id: string;
  state_type: StateType | null;
  run_count: number;
  pause_timeout: string | null;
  pause_reschedule: boolean;
};

/** An active limit of one of the run's tags, and how many of its slots are in use. */
export type TagLimit = { tag: string; limit: number; used: number; occupancySeconds: number };

/** Everything that the policies look at; read before, never while they decide. */
export type TaskFacts = {
  /** ISO 8601 in UTC with microseconds. */
  now: string;
  current: StateJson | null;
  policy: TaskPolicy;
  runCount: number;
  /** How often the flow run had been started when this run was last started. */
  flowRunRunCount: number;
  parent: ParentRun | null;
  tagLimits: TagLimit[];
  /** The state that the proposed cache key stands for, if one does. */
  cached: StateJson | null;
  /** At random, from 0 up to 1. */
  draw: number;
};
