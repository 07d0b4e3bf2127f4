import type { EventDraft } from '../../../core/events/events.js';
import { poolResource } from '../pools/pool-events.js';
import type { NamedQueue, PolledDeployment, WorkQueueRow } from './work-queue.js';

/** What is told of work queues. */

export function queueEvent(what: string, queue: NamedQueue, payload: unknown = {}): EventDraft {
  return { event: `prefect.work-queue.${what}`, resource: queueResource(queue), related: [poolOf(queue)], payload };
}

const queueResource = (queue: NamedQueue) => ({
  'prefect.resource.id': `prefect.work-queue.${queue.id}`,
  'prefect.resource.name': queue.name,
  'prefect.resource.role': 'work-queue',
});
const poolOf = (queue: NamedQueue) =>
  poolResource({ id: queue.work_pool_id, name: queue.work_pool_name, type: queue.work_pool_type });

export const queueStatusEvent = (queue: NamedQueue, status: WorkQueueRow['status']): EventDraft =>
  queueEvent(status.toLowerCase().replace('_', '-'), queue);

const told = ['name', 'description', 'concurrency_limit', 'priority'] as const;

/** Null when nothing changed that is told of: pausing and polls have events of their own. */
export function queueUpdatedEvent(before: WorkQueueRow, after: WorkQueueRow): EventDraft | null {
  const changed = told.filter((field) => before[field] !== after[field]);
  if (changed.length === 0) return null;
  const updates = Object.fromEntries(changed.map((field) => [field, { from: before[field], to: after[field] }]));
  return queueEvent('updated', after, { updated_fields: changed, updates });
}

/** A deployment is ready from the first poll of its queue on. */
export function deploymentReadyEvent(deployment: PolledDeployment, queue: NamedQueue): EventDraft {
  const flow = {
    'prefect.resource.id': `prefect.flow.${deployment.flow_id}`,
    'prefect.resource.name': deployment.flow_name,
    'prefect.resource.role': 'flow',
  };
  return {
    event: 'prefect.deployment.ready',
    resource: {
      'prefect.resource.id': `prefect.deployment.${deployment.id}`,
      'prefect.resource.name': deployment.name,
    },
    related: [flow, queueResource(queue), poolOf(queue)],
  };
}
