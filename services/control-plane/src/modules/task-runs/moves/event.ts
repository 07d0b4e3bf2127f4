import { type StateJson } from '@headgate/contracts';
import type { Resource, WireEvent } from '../../../core/events/events.js';
import { secondsBetween } from '../../runs/index.js';
import type { TaskRunRow } from '../task-run.js';
import type { ParentRow } from './facts.queries.js';

const messageLengthMax = 100_000;
/** Beyond that an event does not name its predecessor: nobody waits for it any more. */
const followsSecondsMax = 300;

/**
 * The event that tells of a state which the server decided. It looks like those that processes send of their own task
 * runs, but for the mark that keeps the recorder from writing down what is written already.
 */
export function taskStateEvent(
  run: Pick<TaskRunRow, 'id' | 'name' | 'tags'>,
  parent: ParentRow | null,
  before: StateJson | null,
  state: StateJson,
  runCount: number,
): WireEvent {
  return {
    id: state.id,
    occurred: state.timestamp,
    received: state.timestamp,
    event: `prefect.task-run.${state.name}`,
    resource: {
      'prefect.resource.id': `prefect.task-run.${run.id}`,
      'prefect.resource.name': run.name,
      'prefect.run-count': String(runCount),
      'prefect.state-message': cut(state.message) ?? '',
      'prefect.state-name': state.name,
      'prefect.state-timestamp': state.timestamp,
      'prefect.state-type': state.type,
      'prefect.orchestration': 'server',
    },
    related: [...flowResources(parent), ...[...new Set(run.tags)].map(tagResource)],
    payload: {
      intended: { from: before?.type ?? null, to: state.type },
      initial_state: before && brief(before),
      validated_state: { ...brief(state), data: state.data },
    },
    follows: before && secondsBetween(before.timestamp, state.timestamp) <= followsSecondsMax ? before.id : null,
  };
}

const cut = (message: string | null) => message && message.slice(0, messageLengthMax);

const brief = ({ type, name, message, state_details }: StateJson) => ({
  type,
  name,
  message: cut(message),
  state_details,
});

function flowResources(parent: ParentRow | null): Resource[] {
  if (!parent) return [];
  const itself = {
    'prefect.resource.id': `prefect.flow-run.${parent.id}`,
    'prefect.resource.role': 'flow-run',
    'prefect.resource.name': parent.name,
  };
  return [itself, ...parent.related];
}

const tagResource = (tag: string): Resource => ({
  'prefect.resource.id': `prefect.tag.${tag}`,
  'prefect.resource.role': 'tag',
});
