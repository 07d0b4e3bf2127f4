import { isTerminal, type StateJson } from '@headgate/contracts';
import { fromMicros, isAfter, secondsBetween, toMicros } from '../../runs/index.js';
import type { TaskFacts } from './facts.js';
import type { TaskDraft } from './rule.js';

/** The columns of a task run that follow from its state. Times are ISO 8601, durations seconds. */
export type TaskColumns = {
  run_count: number;
  flow_run_run_count: number;
  expected_start_time: string | null;
  next_scheduled_start_time: string | null;
  start_time: string | null;
  end_time: string | null;
  total_run_time: number;
};

export const freshColumns: TaskColumns = {
  run_count: 0,
  flow_run_run_count: 0,
  expected_start_time: null,
  next_scheduled_start_time: null,
  start_time: null,
  end_time: null,
  total_run_time: 0,
};

/** The state as it will stand, later than the one before it. */
export function toState(
  id: string,
  run: { id: string; flow_run_id: string | null },
  { current, now }: TaskFacts,
  { proposed }: TaskDraft,
): StateJson {
  const { type, name, message, data, details } = proposed;
  const timestamp = current && !isAfter(now, current.timestamp) ? fromMicros(toMicros(current.timestamp) + 1) : now;
  const state_details = { ...details, flow_run_id: run.flow_run_id, task_run_id: run.id };
  return { id, type, name, timestamp, message, data, state_details };
}

/** What the columns become when the run moves to a state; pure arithmetic over what they were. */
export function columnsAfter(
  before: TaskColumns,
  current: StateJson | null,
  draft: TaskDraft,
  state: StateJson,
): TaskColumns {
  const { type, timestamp, state_details: details } = state;
  const ended = isTerminal(type);
  const ran = current?.type === 'RUNNING' ? Math.max(0, secondsBetween(current.timestamp, timestamp)) : 0;
  return {
    run_count: draft.runCount + (type === 'RUNNING' ? 1 : 0),
    flow_run_run_count: draft.flowRunRunCount,
    expected_start_time:
      before.expected_start_time ?? (type === 'SCHEDULED' ? details.scheduled_time : null) ?? timestamp,
    next_scheduled_start_time: type === 'SCHEDULED' ? details.scheduled_time : null,
    start_time: before.start_time ?? (type === 'RUNNING' || ended ? timestamp : null),
    end_time: ended ? (before.end_time ?? timestamp) : null,
    total_run_time: before.total_run_time + ran,
  };
}
