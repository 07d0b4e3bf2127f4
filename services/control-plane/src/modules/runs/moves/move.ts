import { newId, type StateJson } from '@headgate/contracts';
import type { Actor } from '../../../core/access/ctx.js';
import { actorResource } from '../../../core/events/actor.js';
import type { Resource, StateChange, WireEvent } from '../../../core/events/events.js';
import type { FlowRunRow } from '../flow-runs/flow-run.js';
import { unlessEmpty } from '../../../core/db/json-rows.js';
import { compactPolicy, type Facts } from '../states/facts.js';
import { columnsAfter, isOwnRetry, toState, type StateColumns } from '../states/columns.js';
import type { Draft } from '../states/rule.js';
import { awaitingSlot } from '../states/rules/deployment-slot.js';
import { compactDetails } from '../states/state.js';
import { secondsBetween } from '../states/time.js';
import { stateActor } from './state-actor.js';
import { isTerminal } from '@headgate/contracts';

/** Whose hands a run passes into with this change. */
export type NewClaim = { claim_id: string; agent_id: string; agent_name: string; lease_seconds: number };

/** A decided change, ready to be written: the row that the statement takes, and what to tell after the commit. */
export type Move = {
  row: Record<string, unknown>;
  state: StateJson;
  columns: StateColumns;
  event: WireEvent;
  endedByOthers: boolean;
};

/**
 * `isLost`: it leaves hands that are gone. Their claim stays written on it, for the last word that they may yet have.
 * `by`: the person who did it by hand.
 */
type Hands = { claim: NewClaim | null; isLost: boolean; by: Actor | null };

export function toMove(run: FlowRunRow, facts: Facts, draft: Draft, { claim, isLost, by }: Hands): Move {
  const state = toState(newId(), run.id, facts, draft);
  const columns = columnsAfter(run, facts, draft, state);
  const event = stateEvent(run, facts.current, state, columns.run_count, by);
  const change = stateChange(run, facts.current, state, columns.run_count);
  const scheduled = state.type === 'SCHEDULED';
  const staysWithAgent = isOwnRetry(facts, draft);
  const endsClaim =
    isTerminal(state.type) ||
    (scheduled && !staysWithAgent) ||
    (state.type === 'PAUSED' && state.state_details.pause_reschedule);
  const endedByOthers = isEndedByOthers(facts, state, { claim, isLost, by });
  const row = {
    workspace_id: run.workspace_id,
    id: run.id,
    version: run.version,
    now: facts.now,
    state_id: state.id,
    state: { ...state, state_details: compactDetails(state.state_details) },
    type: state.type,
    name: state.name,
    at: state.timestamp,
    message: state.message,
    data: state.data,
    old_type: facts.current?.type ?? null,
    old_name: facts.current?.name ?? null,
    expected_start_time: run.expected_start_time,
    delay_seconds: delayOfStart(run, columns),
    run_count: columns.run_count,
    policy: unlessEmpty(compactPolicy(columns.empirical_policy)),
    next_scheduled_start_time: columns.next_scheduled_start_time,
    start_time: columns.start_time,
    end_time: columns.end_time,
    total_run_time: columns.total_run_time,
    claim_id: claim?.claim_id ?? (endsClaim && !isLost ? null : run.claim_id),
    claim,
    ends_claim: endsClaim,
    ended_by_others: endedByOthers,
    actor: by && stateActor(by),
    deployment_id: run.deployment_id,
    hour: hourOf(run.expected_start_time),
    due: scheduled ? (draft.place ?? state.state_details.scheduled_time) : null,
    awaits_slot: scheduled && state.name === awaitingSlot.name && run.deployment_id !== null,
    in_process: staysWithAgent,
    late: state.name === 'Late' || state.name === awaitingSlot.name,
    auto_scheduled: run.auto_scheduled,
    work_pool_id: run.work_pool_id,
    work_queue_id: run.work_queue_id,
    state_change: change,
    resource: change ? null : event.resource,
    related: event.related,
    payload: change ? null : event.payload,
    follows: event.follows,
  };
  // No spread in so wide an object: it would be slow to build, to write and to forget.
  const whole = run.parent_task_run_id ? { ...row, ...parentCopy(run, state) } : row;
  return { row: whole, state, columns, event, endedByOthers };
}

/**
 * Whether no more words of the run's process are to be waited for: who cancels waits for none, and an agent says that its
 * process has crashed when that is gone.
 */
const isEndedByOthers = ({ claimShown, fromProcess }: Facts, { type }: StateJson, { isLost, by }: Hands): boolean =>
  type === 'CANCELLED' ||
  (isTerminal(type) && (isLost || by !== null)) ||
  (type === 'CRASHED' && claimShown !== null && !fromProcess);

/** How long after it was expected the run starts; null unless this is its start. */
function delayOfStart(run: FlowRunRow, after: StateColumns): number | null {
  if (run.start_time !== null || after.start_time === null) return null;
  return Math.max(0, secondsBetween(run.expected_start_time, after.start_time));
}

/** A subflow's state as the task run gets it that stands for it in its parent; the statement adds the parent run. */
export function parentCopy(run: FlowRunRow, state: StateJson) {
  if (!run.parent_task_run_id) return { parent_task_run_id: null };
  const details = { ...state.state_details, task_run_id: run.parent_task_run_id, child_flow_run_id: run.id };
  return {
    parent_task_run_id: run.parent_task_run_id,
    parent_state: { ...state, id: newId(), state_details: compactDetails(details) },
  };
}

export const hourOf = (iso: string): string => `${iso.slice(0, 13)}:00:00Z`;

const messageLengthMax = 100_000;
/** Beyond that an event does not name its predecessor: nobody waits for it any more. */
const followsSecondsMax = 300;

/** What is stored of the event below; null of one that says less of its message in the resource than in the payload. */
export function stateChange(
  run: Pick<FlowRunRow, 'name'>,
  before: StateJson | null,
  { type, message }: StateJson,
  runCount: number,
): StateChange | null {
  if ((message?.length ?? 0) > messageLengthMax) return null;
  return [
    run.name,
    String(runCount),
    type,
    message,
    before?.type ?? null,
    before?.name ?? null,
    before?.message ?? null,
  ];
}

/** The event that tells of a change of state; its id is the state's. */
export function stateEvent(
  run: Pick<FlowRunRow, 'id' | 'name' | 'related'>,
  before: StateJson | null,
  state: StateJson,
  runCount: number,
  by: Actor | null = null,
): WireEvent {
  const actor = by && actorResource(by);
  const brief = (each: StateJson | null) => each && { type: each.type, name: each.name, message: each.message };
  const resource: Resource = {
    'prefect.resource.id': `prefect.flow-run.${run.id}`,
    'prefect.resource.name': run.name,
    'prefect.run-count': String(runCount),
    'prefect.state-message': (state.message ?? '').slice(0, messageLengthMax),
    'prefect.state-name': state.name,
    'prefect.state-timestamp': state.timestamp,
    'prefect.state-type': state.type,
  };
  return {
    id: state.id,
    occurred: state.timestamp,
    received: state.timestamp,
    event: `prefect.flow-run.${state.name}`,
    resource,
    related: actor ? [...run.related, actor] : run.related,
    payload: {
      intended: { from: before?.type ?? null, to: state.type },
      initial_state: brief(before),
      validated_state: brief(state),
    },
    follows: before && secondsBetween(before.timestamp, state.timestamp) <= followsSecondsMax ? before.id : null,
  };
}
