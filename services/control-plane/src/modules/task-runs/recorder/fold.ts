import { emptyStateDetails, isUuid, stateTypes, type StateJson, type StateType } from '@headgate/contracts';
import { dateTime } from '@headgate/contracts/rest/common';
import type { WireEvent } from '../../../core/events/events.js';
import { compactDetails } from '../../runs/index.js';

/** What one event says of a task run: the state that it tells of, and the columns that it names. */
export type Told = {
  workspace_id: string;
  id: string;
  flow_run_id: string | null;
  state: StateJson;
  columns: Record<string, unknown>;
};

const taskRunPrefix = 'prefect.task-run.';
const flowRunPrefix = 'prefect.flow-run.';
const times = new Set([
  'expected_start_time',
  'next_scheduled_start_time',
  'start_time',
  'end_time',
  'cache_expiration',
]);
const columnNames = new Set([
  'name',
  'task_key',
  'dynamic_key',
  'cache_key',
  'task_version',
  'empirical_policy',
  'tags',
  'labels',
  'task_inputs',
  'run_count',
  'flow_run_run_count',
  'total_run_time',
  ...times,
]);

/** Null for events that do not tell of a task run's state as its own process decided it. */
export function toldBy(workspaceId: string, event: WireEvent): Told | null {
  if (!event.event.startsWith(taskRunPrefix) || event.resource['prefect.orchestration'] !== 'client') return null;
  const id = event.resource['prefect.resource.id']?.slice(taskRunPrefix.length);
  const { task_run: run, validated_state: told } = (event.payload ?? {}) as {
    task_run?: Record<string, unknown>;
    validated_state?: Record<string, unknown>;
  };
  const type = told?.['type'] as StateType;
  if (!isUuid(id) || !run || !told || !stateTypes.includes(type)) return null;
  const flowRunId = flowRunOf(event);
  const details = {
    ...emptyStateDetails,
    ...(told['state_details'] as object | undefined),
    task_run_id: id,
    flow_run_id: flowRunId,
  };
  const state: StateJson = {
    id: event.id,
    type,
    name: typeof told['name'] === 'string' ? told['name'] : type,
    timestamp: event.occurred,
    message: typeof told['message'] === 'string' ? told['message'] : null,
    data: told['data'] ?? null,
    state_details: compactDetails(details) as StateJson['state_details'],
  };
  return { workspace_id: workspaceId, id: id.toLowerCase(), flow_run_id: flowRunId, state, columns: columnsOf(run) };
}

function flowRunOf({ related }: WireEvent): string | null {
  const id = related
    .find((each) => each['prefect.resource.role'] === 'flow-run')
    ?.['prefect.resource.id']?.slice(flowRunPrefix.length);
  return isUuid(id) ? id.toLowerCase() : null;
}

function columnsOf(run: Record<string, unknown>): Record<string, unknown> {
  const entries = Object.entries(run).filter(([key]) => columnNames.has(key));
  return Object.fromEntries(
    entries.map(([key, value]) => [key, times.has(key) ? (dateTime.safeParse(value).data ?? null) : value]),
  );
}

/** Several tellings of one task run become one row: later ones win, what they leave out stays. */
export function fold(told: Told[]): Told[] {
  const byRun = new Map<string, Told>();
  const inOrder = [...told].sort((one, other) => (one.state.timestamp < other.state.timestamp ? -1 : 1));
  for (const each of inOrder) {
    const key =
      each.workspace_id +
      (each.flow_run_id
        ? `${each.flow_run_id}/${String(each.columns['task_key'])}/${String(each.columns['dynamic_key'])}`
        : each.id);
    const known = byRun.get(key);
    byRun.set(key, known ? { ...each, columns: { ...known.columns, ...each.columns } } : each);
  }
  return [...byRun.values()];
}
