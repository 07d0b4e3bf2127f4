import { emptyStateDetails, isUuid, stateTypes, type StateJson, type StateType } from '@headgate/contracts';
import { boundedSeconds, dateTime } from '@headgate/contracts/rest/common';
import { z } from 'zod';
import type { WireEvent } from '../../../core/events/events.js';
import type { Received } from '../../events/index.js';
import { compactDetails, overtakenAtMs } from '../../runs/index.js';

/** What one event says of a task run: the state that it tells of, and the columns that it names. */
export type Told = {
  workspace_id: string;
  id: string;
  flow_run_id: string | null;
  /** The claim on its flow run, under which it is told. */
  claim: string | null;
  state: StateJson;
  columns: Record<string, unknown>;
};

const taskRunPrefix = 'prefect.task-run.';
const flowRunPrefix = 'prefect.flow-run.';
const count = z.number().int().min(0).max(2_147_483_647);
/** How what can be reckoned with is read: what is out of range is as good as nothing. */
const readers = new Map<string, z.ZodType>([
  ['expected_start_time', dateTime],
  ['next_scheduled_start_time', dateTime],
  ['start_time', dateTime],
  ['end_time', dateTime],
  ['cache_expiration', dateTime],
  ['run_count', count],
  ['flow_run_run_count', count],
  ['total_run_time', boundedSeconds(z.number().min(0))],
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
  ...readers.keys(),
]);

/** Null for events that do not tell of a task run's state as its own process decided it. */
export function toldBy({ workspaceId, event, claim }: Received): Told | null {
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
  return {
    workspace_id: workspaceId,
    id: id.toLowerCase(),
    flow_run_id: flowRunId,
    claim: claim && claim.flowRunId === flowRunId ? claim.claimId : null,
    state,
    columns: columnsOf(run),
  };
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
    entries.map(([key, value]) => {
      const reader = readers.get(key);
      return [key, reader ? (reader.safeParse(value).data ?? null) : value];
    }),
  );
}

/** All that a batch tells of one task run: its events in the order of time, and what they come to together. */
export type Story = { told: Told[]; id: string; flow_run_id: string | null; last: Told; columns: Told['columns'] };

/**
 * Events of one task run belong together, known by its id or by its place in its flow run: a process that starts anew
 * may give the same place another id. Later events win, what they leave out stays.
 */
export function fold(told: Told[]): Story[] {
  const inOrder = [
    ...new Map(withoutOvertaken(told).map((each) => [each.workspace_id + each.state.id, each])).values(),
  ].sort(byTime);
  const stories = new Map<string, Told[]>();
  for (const each of inOrder) {
    const names = namesOf(each);
    const known = new Set(names.flatMap((name) => stories.get(name) ?? []));
    const together = [...known, each].sort(byTime);
    for (const name of new Set(together.flatMap(namesOf))) stories.set(name, together);
  }
  return [...new Set(stories.values())].map(toStory);
}

/** Two copies of a flow run may be heard together: what the older one did while the newer had the run is nothing. */
function withoutOvertaken(told: Told[]): Told[] {
  const newest = new Map<string | null, string>();
  for (const { flow_run_id, claim } of told)
    if (claim && claim > (newest.get(flow_run_id) ?? '')) newest.set(flow_run_id, claim);
  return told.filter(({ flow_run_id, claim, state }) => {
    const held = claim && newest.get(flow_run_id);
    return !held || held === claim || Date.parse(state.timestamp) <= overtakenAtMs(held);
  });
}

function toStory(told: Told[]): Story {
  const columns = Object.assign({}, ...told.map((each) => each.columns)) as Told['columns'];
  const flow_run_id = told.find((each) => each.flow_run_id)?.flow_run_id ?? null;
  return { told, id: told[0]!.id, flow_run_id, last: told.at(-1)!, columns };
}

function namesOf({ workspace_id, id, flow_run_id, columns }: Told): string[] {
  const byId = `${workspace_id}/${id}`;
  return flow_run_id
    ? [byId, `${workspace_id}/${flow_run_id}/${String(columns['task_key'])}/${String(columns['dynamic_key'])}`]
    : [byId];
}

/** States of the same moment have the order of their ids, so that all agree on the last. */
function byTime({ state: one }: Told, { state: other }: Told): number {
  if (one.timestamp !== other.timestamp) return one.timestamp < other.timestamp ? -1 : 1;
  return one.id < other.id ? -1 : 1;
}
