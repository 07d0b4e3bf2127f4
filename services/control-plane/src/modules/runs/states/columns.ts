import { isTerminal, type StateJson } from '@headgate/contracts';
import type { Facts, RunPolicy } from './facts.js';
import { isHolding } from './rules/deployment-slot.js';
import type { Draft } from './rule.js';
import { isAfter, fromMicros, secondsBetween, toMicros } from './time.js';

/** The columns of a run that follow from its state. Times are ISO 8601, durations seconds. */
export type StateColumns = {
  run_count: number;
  empirical_policy: RunPolicy;
  expected_start_time: string | null;
  next_scheduled_start_time: string | null;
  start_time: string | null;
  end_time: string | null;
  total_run_time: number;
};

type Before = Omit<StateColumns, 'empirical_policy'>;

/**
 * The state as it will stand: with its id, and a time that no other state of the run has. What was reported late stands at
 * the time at which it happened, after all that is known of the run; what was put in its place happens now.
 */
export function toState(id: string, runId: string, facts: Facts, draft: Draft): StateJson {
  const { proposed } = draft;
  const { current, parentTaskRunId } = facts;
  const at = (draft.replaced ? null : facts.happened) ?? facts.now;
  const timestamp = current && !isAfter(at, current.timestamp) ? fromMicros(toMicros(current.timestamp) + 1) : at;
  const holdsSlot = isHolding(proposed.type) || isOwnRetry(facts, draft);
  const details = {
    ...proposed.details,
    flow_run_id: runId,
    task_run_id: parentTaskRunId ?? proposed.details.task_run_id,
    deployment_concurrency_lease_id: holdsSlot ? proposed.details.deployment_concurrency_lease_id : null,
  };
  return {
    id,
    type: proposed.type,
    name: proposed.name,
    timestamp,
    message: proposed.message,
    data: proposed.data,
    state_details: details,
  };
}

/** The process that failed tries again by itself, and keeps what it has until then, whatever the wait is called. */
export const isOwnRetry = ({ current }: Facts, { proposed, policy, replaced }: Draft): boolean =>
  proposed.type === 'SCHEDULED' &&
  policy.retry_type === 'in_process' &&
  (replaced !== null || current?.type === 'SCHEDULED');

/** What the run's columns become when it moves to a state; pure arithmetic over what it was. */
export function columnsAfter(before: Before, facts: Facts, draft: Draft, state: StateJson): StateColumns {
  const { current } = facts;
  const running = state.type === 'RUNNING';
  const ended = isTerminal(state.type);
  const scheduledTime = state.type === 'SCHEDULED' ? state.state_details.scheduled_time : null;
  // A pause that ends spares the next start its count, not the one that ends it: so the clients expect.
  const resuming = draft.resumes || (draft.policy.resuming && !running && !ended);
  const early = ended && !draft.replaced ? secondsEarlier(before, facts) : 0;
  return {
    run_count: before.run_count + (running && !draft.policy.resuming ? 1 : 0),
    empirical_policy: draft.policy.resuming === resuming ? draft.policy : { ...draft.policy, resuming },
    expected_start_time: before.expected_start_time ?? scheduledTime ?? state.timestamp,
    next_scheduled_start_time: scheduledTime,
    start_time: before.start_time ?? (running || ended ? state.timestamp : null),
    end_time: !ended ? null : early > 0 ? facts.happened! : (before.end_time ?? state.timestamp),
    total_run_time:
      Math.max(0, before.total_run_time - early) +
      (current?.type === 'RUNNING' ? Math.max(0, secondsBetween(current.timestamp, state.timestamp)) : 0),
  };
}

/** The run was given up, and its last word, which comes late, says that it had ended by then: so many seconds before. */
function secondsEarlier({ start_time, end_time }: Before, { happened }: Facts): number {
  if (!happened || !end_time || (start_time && isAfter(start_time, happened))) return 0;
  return Math.max(0, secondsBetween(happened, end_time));
}
