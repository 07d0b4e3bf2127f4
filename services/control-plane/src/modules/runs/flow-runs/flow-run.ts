import type { StateJson } from '@headgate/contracts';
import { JsonText } from '../../../core/json/exact-json.js';
import { estimatedRunTime, estimatedStartTimeDelta } from '../states/estimates.js';
import { expandPolicy, type RunPolicy } from '../states/facts.js';
import { expandState } from '../states/state.js';

/** An object of somebody's; of a run that is read the text of it, for it is only passed on. */
export type StoredDocument = Record<string, unknown> | string;

export const toDocument = (stored: StoredDocument): Record<string, unknown> | JsonText =>
  typeof stored === 'string' ? new JsonText(stored) : stored;

/** A run as it is stored, with the names of its queue and pool. Times are ISO 8601, `total_run_time` is seconds. */
export type FlowRunRow = {
  workspace_id: string;
  id: string;
  created: string;
  updated: string;
  version: number;
  name: string;
  flow_id: string;
  deployment_id: string | null;
  deployment_version: string | null;
  work_pool_id: string | null;
  work_queue_id: string | null;
  work_pool_name: string | null;
  work_queue_name: string | null;
  flow_version: string | null;
  idempotency_key: string | null;
  parent_task_run_id: string | null;
  auto_scheduled: boolean;
  tags: string[];
  labels: Record<string, string | number | boolean>;
  parameters: StoredDocument;
  context: Record<string, unknown>;
  empirical_policy: Partial<RunPolicy>;
  job_variables: StoredDocument | null;
  created_by: CreatedBy | null;
  related: Record<string, string>[];
  infrastructure_document_id: string | null;
  infrastructure_pid: string | null;
  claim_id: string | null;
  state_type: StateJson['type'] | null;
  state_name: string | null;
  state: StateJson | null;
  run_count: number;
  expected_start_time: string;
  next_scheduled_start_time: string | null;
  start_time: string | null;
  end_time: string | null;
  total_run_time: number;
};

export type CreatedBy = { id: string | null; type: string; display_value: string | null };

const inner = ['workspace_id', 'version', 'related', 'claim_id'] as const;

/** A run as it crosses the wire. */
export type FlowRunJson = Omit<FlowRunRow, (typeof inner)[number] | 'parameters' | 'job_variables'> & {
  parameters: Record<string, unknown> | JsonText;
  job_variables: Record<string, unknown> | JsonText;
  empirical_policy: RunPolicy;
  state_id: string | null;
  estimated_run_time: number;
  estimated_start_time_delta: number;
};

export type Place = Pick<FlowRunRow, 'work_queue_id' | 'work_queue_name' | 'work_pool_id' | 'work_pool_name'>;
const nowhere: Place = { work_queue_id: null, work_queue_name: null, work_pool_id: null, work_pool_name: null };

/** Where a run waits. A queue that was deleted, alone or with its pool, has no name: the run is nowhere then. */
export const placeOf = (row: Place): Place => (row.work_queue_name === null ? nowhere : row);

export function toFlowRunJson(row: FlowRunRow, now: string): FlowRunJson {
  const place = placeOf(row);
  return {
    id: row.id,
    created: row.created,
    updated: row.updated,
    name: row.name,
    flow_id: row.flow_id,
    state_id: row.state?.id ?? null,
    deployment_id: row.deployment_id,
    deployment_version: row.deployment_version,
    work_queue_id: place.work_queue_id,
    work_queue_name: place.work_queue_name,
    flow_version: row.flow_version,
    parameters: toDocument(row.parameters),
    idempotency_key: row.idempotency_key,
    context: row.context,
    empirical_policy: expandPolicy(row.empirical_policy),
    tags: row.tags,
    labels: row.labels,
    parent_task_run_id: row.parent_task_run_id,
    state_type: row.state_type,
    state_name: row.state_name,
    run_count: row.run_count,
    expected_start_time: row.expected_start_time,
    next_scheduled_start_time: row.next_scheduled_start_time,
    start_time: row.start_time,
    end_time: row.end_time,
    total_run_time: row.total_run_time,
    estimated_run_time: estimatedRunTime(row, now),
    estimated_start_time_delta: estimatedStartTimeDelta(row, now),
    auto_scheduled: row.auto_scheduled,
    infrastructure_document_id: row.infrastructure_document_id,
    infrastructure_pid: row.infrastructure_pid,
    created_by: row.created_by,
    work_pool_id: place.work_pool_id,
    work_pool_name: place.work_pool_name,
    state: expandState(row.state),
    job_variables: toDocument(row.job_variables ?? {}),
  };
}
