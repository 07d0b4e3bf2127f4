import { newId, runName, type StateJson } from '@headgate/contracts';
import { unlessEmpty } from '../../../core/db/json-rows.js';
import type { Resource, StateChange, WireEvent } from '../../../core/events/events.js';
import { stringifyExact } from '../../../core/json/exact-json.js';
import type { CreatedBy, FlowRunRow } from '../flow-runs/flow-run.js';
import { hourOf, parentCopy, stateChange, stateEvent } from '../moves/move.js';
import { columnsAfter, toState } from '../states/columns.js';
import { compactPolicy, emptyPolicy, type Facts, type RunPolicy } from '../states/facts.js';
import { compactDetails, propose, type ProposedInput } from '../states/state.js';

/** What somebody asks for; what is left out gets the wire's defaults. */
export type FlowRunDraft = {
  flow_id: string;
  name?: string | null | undefined;
  state?: ProposedInput | null | undefined;
  parameters?: Record<string, unknown> | undefined;
  context?: Record<string, unknown> | undefined;
  tags?: string[] | undefined;
  labels?: Record<string, string | number | boolean> | undefined;
  flow_version?: string | null | undefined;
  parent_task_run_id?: string | null | undefined;
  empirical_policy?: Partial<RunPolicy> | null | undefined;
  idempotency_key?: string | null | undefined;
  infrastructure_document_id?: string | null | undefined;
  deployment?: { id: string; version: string | null } | null | undefined;
  work_pool_id?: string | null | undefined;
  work_queue_id?: string | null | undefined;
  job_variables?: Record<string, unknown> | null | undefined;
  auto_scheduled?: boolean | undefined;
  /** From then on it is not begun any more. */
  missed_at?: string | null | undefined;
  created_by?: CreatedBy | null | undefined;
};

export type NewRun = { row: Record<string, unknown>; run: FlowRunRow; event: WireEvent };

/** A run with its first state, ready to be written. The first state is accepted as it is: nothing was before it. */
export function newRun(workspaceId: string, draft: FlowRunDraft, now: string): NewRun {
  const id = newId();
  const policy = {
    ...emptyPolicy,
    ...draft.empirical_policy,
    pause_keys: [...new Set(draft.empirical_policy?.pause_keys ?? [])],
  };
  const facts: Facts = {
    now,
    current: null,
    policy,
    runCount: 0,
    deploymentId: draft.deployment?.id ?? null,
    parentTaskRunId: draft.parent_task_run_id ?? null,
    infrastructurePid: null,
    claimHeld: null,
    claimShown: null,
    fromProcess: false,
    slot: { kind: 'none' },
  };
  const decided = {
    proposed: propose(draft.state ?? { type: 'PENDING' }, now),
    policy,
    replaced: null,
    resumes: false,
  };
  const state = toState(newId(), id, facts, decided);
  const before = {
    run_count: 0,
    expected_start_time: null,
    next_scheduled_start_time: null,
    start_time: null,
    end_time: null,
    total_run_time: 0,
  };
  const columns = columnsAfter(before, facts, decided, state);
  const run: FlowRunRow = {
    workspace_id: workspaceId,
    id,
    created: now,
    updated: now,
    version: 1,
    name: draft.name || runName(),
    flow_id: draft.flow_id,
    deployment_id: draft.deployment?.id ?? null,
    deployment_version: draft.deployment?.version ?? null,
    work_pool_id: draft.work_pool_id ?? null,
    work_queue_id: draft.work_queue_id ?? null,
    work_pool_name: null,
    work_queue_name: null,
    flow_version: draft.flow_version ?? null,
    idempotency_key: draft.idempotency_key ?? null,
    parent_task_run_id: draft.parent_task_run_id ?? null,
    auto_scheduled: draft.auto_scheduled ?? false,
    tags: draft.tags ?? [],
    labels: { ...draft.labels, ...systemLabels(draft) },
    parameters: draft.parameters ?? {},
    context: draft.context ?? {},
    job_variables: draft.job_variables ?? null,
    created_by: draft.created_by ?? null,
    related: ownRelated(draft),
    infrastructure_document_id: draft.infrastructure_document_id ?? null,
    infrastructure_pid: null,
    claim_id: null,
    state_type: state.type,
    state_name: state.name,
    state,
    run_count: columns.run_count,
    empirical_policy: columns.empirical_policy,
    expected_start_time: columns.expected_start_time!,
    next_scheduled_start_time: columns.next_scheduled_start_time,
    start_time: columns.start_time,
    end_time: columns.end_time,
    total_run_time: columns.total_run_time,
  };
  const event = stateEvent(run, null, state, run.run_count);
  const change = stateChange(run, null, state, run.run_count);
  return { row: toRow(run, state, event, change, draft.missed_at ?? null), run, event };
}

const systemLabels = (draft: FlowRunDraft) => ({
  'prefect.flow.id': draft.flow_id,
  ...(draft.deployment && { 'prefect.deployment.id': draft.deployment.id }),
});

/** Related resources that need no look-up; the statement puts flow, deployment, queue and pool before them. */
function ownRelated(draft: FlowRunDraft): Resource[] {
  const resource = (id: string, role: string): Resource => ({
    'prefect.resource.id': id,
    'prefect.resource.role': role,
  });
  const related = [...new Set(draft.tags)].map((tag) => resource(`prefect.tag.${tag}`, 'tag'));
  if (draft.parent_task_run_id) related.push(resource(`prefect.task-run.${draft.parent_task_run_id}`, 'task-run'));
  if (draft.created_by?.type === 'DEPLOYMENT' || draft.created_by?.type === 'AUTOMATION')
    related.push(resource(`prefect.${draft.created_by.type.toLowerCase()}.${draft.created_by.id}`, 'creator'));
  return related;
}

/** Every column by name: a spread of so many makes an object that is slow to build, to write and to forget. */
function toRow(
  run: FlowRunRow,
  state: StateJson,
  event: WireEvent,
  change: StateChange | null,
  missedAt: string | null,
): Record<string, unknown> {
  const row = {
    workspace_id: run.workspace_id,
    id: run.id,
    now: run.created,
    name: run.name,
    flow_id: run.flow_id,
    deployment_id: run.deployment_id,
    deployment_version: run.deployment_version,
    work_pool_id: run.work_pool_id,
    work_queue_id: run.work_queue_id,
    flow_version: run.flow_version,
    idempotency_key: run.idempotency_key,
    parent_task_run_id: run.parent_task_run_id,
    auto_scheduled: run.auto_scheduled,
    tags: unlessEmpty(run.tags),
    labels: run.labels,
    parameters: stringifyExact(run.parameters),
    context: unlessEmpty(run.context),
    policy: unlessEmpty(compactPolicy(run.empirical_policy)),
    job_variables: run.job_variables && stringifyExact(run.job_variables),
    created_by: run.created_by,
    related: unlessEmpty(run.related),
    infrastructure_document_id: run.infrastructure_document_id,
    run_count: run.run_count,
    expected_start_time: run.expected_start_time,
    next_scheduled_start_time: run.next_scheduled_start_time,
    start_time: run.start_time,
    end_time: run.end_time,
    state_id: state.id,
    state: {
      id: state.id,
      type: state.type,
      name: state.name,
      timestamp: state.timestamp,
      message: state.message,
      data: state.data,
      state_details: compactDetails(state.state_details),
    },
    type: state.type,
    state_name: state.name,
    at: state.timestamp,
    message: state.message,
    data: state.data,
    hour: hourOf(run.expected_start_time),
    due: state.type === 'SCHEDULED' ? state.state_details.scheduled_time : null,
    missed_at: missedAt,
    state_change: change,
    resource: change ? null : event.resource,
    payload: change ? null : event.payload,
  };
  return run.parent_task_run_id ? { ...row, ...parentCopy(run, state) } : row;
}
