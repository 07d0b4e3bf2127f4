import type { EventDraft } from '../../../core/events/events.js';
import { workPoolJson, type PoolStatus, type WorkPoolRow } from './work-pool.js';

/** What is told of work pools. */

type Named = Pick<WorkPoolRow, 'id' | 'name' | 'type'>;

const labelsOf = (pool: Named) => ({
  'prefect.resource.id': `prefect.work-pool.${pool.id}`,
  'prefect.resource.name': pool.name,
  'prefect.work-pool.type': pool.type,
});

export const poolResource = (pool: Named) => ({ ...labelsOf(pool), 'prefect.resource.role': 'work-pool' });

export function poolEvent(what: 'created' | 'deleted', pool: WorkPoolRow): EventDraft {
  const queue = {
    'prefect.resource.id': `prefect.work-queue.${pool.default_queue_id}`,
    'prefect.resource.role': 'default-queue',
  };
  const storage = pool.storage_configuration.default_result_storage_block_id;
  const block = {
    'prefect.resource.id': `prefect.block-document.${storage}`,
    'prefect.resource.role': 'result-storage',
  };
  return {
    event: `prefect.work-pool.${what}`,
    resource: poolResource(pool),
    related: storage ? [queue, block] : [queue],
  };
}

/** `follows` is the event of the status before, when it is not long past. */
export function poolStatusEvent(pool: Named, status: PoolStatus, follows: string | null = null): EventDraft {
  return {
    event: `prefect.work-pool.${status.toLowerCase().replace('_', '-')}`,
    resource: labelsOf(pool),
    follows,
  };
}

/** Beyond that an event of a status does not name its predecessor. */
export const followsMinutesMax = 10;
export const statusEvents = ['ready', 'not-ready', 'paused'].map((status) => `prefect.work-pool.${status}`);

const told = ['description', 'base_job_template', 'concurrency_limit', 'storage_configuration'] as const;

/** Null when nothing changed that is told of: pausing has events of its own. */
export function poolUpdatedEvent(before: WorkPoolRow, after: WorkPoolRow): EventDraft | null {
  const [from, to] = [workPoolJson(before), workPoolJson(after)];
  const changed = told.filter((field) => JSON.stringify(from[field]) !== JSON.stringify(to[field]));
  if (changed.length === 0) return null;
  const updates = Object.fromEntries(changed.map((field) => [field, { from: from[field], to: to[field] }]));
  return {
    event: 'prefect.work-pool.updated',
    resource: poolResource(after),
    payload: { updated_fields: changed, updates },
  };
}
