/** What a run can be. The names on the wire are Prefect's. */
export const stateTypes = [
  'SCHEDULED',
  'PENDING',
  'RUNNING',
  'COMPLETED',
  'FAILED',
  'CANCELLED',
  'CRASHED',
  'PAUSED',
  'CANCELLING',
] as const;

export type StateType = (typeof stateTypes)[number];

const terminal: ReadonlySet<StateType> = new Set(['COMPLETED', 'FAILED', 'CANCELLED', 'CRASHED']);

/** A run in such a state has ended; only a new attempt leaves it. */
export const isTerminal = (type: StateType | null | undefined): boolean => type != null && terminal.has(type);

/** What may be done with a run, by the type of its state; the screen asks the same question as the server. */
export const allowedIn = {
  cancel: ['SCHEDULED', 'PENDING', 'RUNNING', 'PAUSED'],
  suspend: ['RUNNING'],
  resume: ['PAUSED'],
  retry: ['COMPLETED', 'FAILED', 'CRASHED', 'CANCELLED'],
  delete: ['SCHEDULED', 'PENDING', 'RUNNING', 'COMPLETED', 'FAILED', 'CANCELLED', 'CRASHED', 'PAUSED', 'CANCELLING'],
} satisfies Record<string, StateType[]>;

export type RunAction = keyof typeof allowedIn;

const runCan = (action: RunAction, run: { stateType: StateType | null }): boolean =>
  run.stateType !== null && (allowedIn[action] as StateType[]).includes(run.stateType);

/** Whether a run is to be tried again later by itself: it may be tried again now. `due` is ISO 8601. */
const waitsForRetry = (
  run: { stateType: StateType | null; stateName: string | null; due: string | null },
  nowMs: number,
): boolean =>
  run.stateType === 'SCHEDULED' && run.stateName === 'AwaitingRetry' && run.due !== null && Date.parse(run.due) > nowMs;

/** Actions after which somebody must start the run again; only for a deployment is it known how. */
const startsAgain: ReadonlySet<RunAction> = new Set(['suspend', 'retry']);

/**
 * Why an action is not possible with a run: for its `state`, or because nobody would start it again without a `deployment`.
 * Null when it is possible.
 */
export function refusalOf(
  action: RunAction,
  run: { stateType: StateType | null; stateName: string | null; due: string | null; hasDeployment: boolean },
  nowMs: number,
): 'state' | 'deployment' | null {
  if (startsAgain.has(action) && !run.hasDeployment) return 'deployment';
  return runCan(action, run) || (action === 'retry' && waitsForRetry(run, nowMs)) ? null : 'state';
}

/** `Scheduled` for SCHEDULED: the name that a state has when nobody gave it one. */
export const defaultStateName = (type: StateType): string => type.charAt(0) + type.slice(1).toLowerCase();

export type StateDetails = {
  flow_run_id: string | null;
  task_run_id: string | null;
  child_flow_run_id: string | null;
  scheduled_time: string | null;
  cache_key: string | null;
  cache_expiration: string | null;
  deferred: boolean | null;
  untrackable_result: boolean;
  pause_timeout: string | null;
  pause_reschedule: boolean;
  pause_key: string | null;
  run_input_keyset: Record<string, string> | null;
  refresh_cache: boolean | null;
  retriable: boolean | null;
  transition_id: string | null;
  task_parameters_id: string | null;
  traceparent: string | null;
  deployment_concurrency_lease_id: string | null;
};

/** Every read of a state carries all eighteen keys. */
export const emptyStateDetails: StateDetails = {
  flow_run_id: null,
  task_run_id: null,
  child_flow_run_id: null,
  scheduled_time: null,
  cache_key: null,
  cache_expiration: null,
  deferred: false,
  untrackable_result: false,
  pause_timeout: null,
  pause_reschedule: false,
  pause_key: null,
  run_input_keyset: null,
  refresh_cache: null,
  retriable: null,
  transition_id: null,
  task_parameters_id: null,
  traceparent: null,
  deployment_concurrency_lease_id: null,
};

/** A state as it crosses the wire: times are ISO 8601 in UTC with `Z`. */
export type StateJson = {
  id: string;
  type: StateType;
  name: string;
  timestamp: string;
  message: string | null;
  data: unknown;
  state_details: StateDetails;
};
