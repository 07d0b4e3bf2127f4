import { createHash } from 'node:crypto';
import { isTerminal, type StateJson } from '@headgate/contracts';
import { keptAt } from '../../../core/days/kept-at.js';
import type { WireEvent } from '../../../core/events/events.js';
import { compactDetails } from '../../runs/index.js';
import type { TaskFacts } from '../states/facts.js';
import type { TaskDraft } from '../states/rule.js';
import type { TaskRunRow } from '../task-run.js';

export const digestOf = (cacheKey: string): string => createHash('sha256').update(cacheKey).digest('hex');

/** The row that `moveTaskRuns` takes. */
export function toMoveRow(
  run: TaskRunRow,
  { now, parent }: TaskFacts,
  draft: TaskDraft,
  state: StateJson,
  columns: object,
  event: WireEvent | null,
): Record<string, unknown> {
  const { id, type, name, timestamp: at, message, data, state_details } = state;
  const details = compactDetails(state_details);
  const kept = keptAt(at, Date.parse(now));
  const told = event && {
    event: event.event,
    resource: event.resource,
    related: event.related,
    payload: event.payload,
    follows: event.follows,
  };
  return {
    ...columns,
    ...told,
    workspace_id: run.workspace_id,
    id: run.id,
    now,
    state_id: id,
    state: { ...state, state_details: details },
    type,
    name,
    at,
    kept_at: kept.at,
    dated: kept.dated,
    message,
    data,
    details,
    cache_digest: draft.caches ? digestOf(state_details.cache_key!) : null,
    cache_expires: state_details.cache_expiration,
    task_key: run.task_key,
    urgent: draft.queue === null ? null : draft.queue === 'urgent',
    due: state_details.scheduled_time,
    left_by: parent && isTerminal(parent.state_type) && !isTerminal(type) ? parent.id : null,
  };
}
