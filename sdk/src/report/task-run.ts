import { newId } from '@headgate/contracts';
import type { EventJson } from '../client/index.js';
import type { State } from '../states.js';

export type TaskInput = { input_type: 'task_run'; id: string } | { input_type: 'parameter'; name: string };

/** A task run as it crosses the wire, inside of its events. */
export type TaskRun = {
  id: string;
  name: string;
  task_key: string;
  dynamic_key: string;
  empirical_policy: { retries: number; retry_delay: number | number[] };
  tags: string[];
  task_inputs: Record<string, TaskInput[]>;
  run_count: number;
  flow_run_run_count: number;
  expected_start_time: string;
  start_time?: string;
  end_time?: string;
  total_run_time: number;
};

export type Surroundings = {
  flowRunId: string;
  flowRunName: string;
  flowId: string;
  flowName: string;
  deploymentId: string | null;
};

const longestMessage = 100_000;
/** An event that is older than this does not help to put the new one into order. */
const followsWithinMs = 5 * 60_000;

/** One transition of a task run. The id of the event is the id of the state. */
export function taskRunEvent(run: TaskRun, from: State | null, to: State, around: Surroundings | null): EventJson {
  return {
    id: to.id,
    occurred: to.timestamp,
    event: `prefect.task-run.${to.name}`,
    resource: {
      'prefect.resource.id': `prefect.task-run.${run.id}`,
      'prefect.resource.name': run.name,
      'prefect.run-count': String(run.run_count),
      'prefect.state-message': (to.message ?? '').slice(0, longestMessage),
      'prefect.state-name': to.name,
      'prefect.state-timestamp': to.timestamp,
      'prefect.state-type': to.type,
      'prefect.orchestration': 'client',
    },
    related: [...relatedRuns(around), ...run.tags.map((tag) => related(`prefect.tag.${tag}`, 'tag'))],
    payload: {
      intended: { from: from?.type ?? null, to: to.type },
      initial_state: from && stateOf(from, run, around),
      validated_state: { ...stateOf(to, run, around), data: null },
      task_run: withoutId(run),
    },
    follows: from && Date.parse(to.timestamp) - Date.parse(from.timestamp) < followsWithinMs ? from.id : null,
  };
}

const related = (id: string, role: string, name?: string): Record<string, string> => ({
  'prefect.resource.id': id,
  'prefect.resource.role': role,
  ...(name !== undefined && { 'prefect.resource.name': name }),
});

export function relatedRuns(around: Surroundings | null): Record<string, string>[] {
  if (!around) return [];
  const runs = [
    related(`prefect.flow-run.${around.flowRunId}`, 'flow-run', around.flowRunName),
    related(`prefect.flow.${around.flowId}`, 'flow', around.flowName),
  ];
  return around.deploymentId ? [...runs, related(`prefect.deployment.${around.deploymentId}`, 'deployment')] : runs;
}

const stateOf = (state: State, run: TaskRun, around: Surroundings | null) => ({
  type: state.type,
  name: state.name,
  message: state.message,
  state_details: { task_run_id: run.id, ...(around && { flow_run_id: around.flowRunId }), ...state.details },
});

/** JSON leaves out what is undefined. */
const withoutId = (run: TaskRun) => ({ ...run, id: undefined });

export const newTaskRun = (given: Omit<TaskRun, 'id' | 'run_count' | 'total_run_time'>): TaskRun => ({
  id: newId(),
  run_count: 0,
  total_run_time: 0,
  ...given,
});
