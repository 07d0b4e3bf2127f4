import type { EventDraft } from '../../core/events/events.js';
import type { ConcurrencyLimit } from './concurrency.queries.js';

/**
 * What is told of concurrency limits; one of a tag is told of under its full name. The limit that a deployment keeps
 * for itself belongs to the deployment, whose own events tell of it.
 */
export function limitEvent(what: 'created' | 'updated' | 'deleted', limit: ConcurrencyLimit): EventDraft {
  return {
    event: `prefect.concurrency-limit.${what}`,
    resource: {
      'prefect.resource.id': `prefect.concurrency-limit.${limit.id}`,
      'prefect.resource.name': limit.name,
    },
    payload: {
      name: limit.name,
      limit: limit.limit,
      active: limit.active,
      slot_decay_per_second: limit.slot_decay_per_second,
    },
  };
}
