import type { EventDraft, Resource } from '../../core/events/events.js';
import type { DeploymentRow } from './deployment.js';

/** `created`, `updated`, `deleted`, `ready`, `not-ready`. */
export function deploymentEvent(
  what: string,
  deployment: Pick<DeploymentRow, 'id' | 'name'> & Partial<DeploymentRow>,
  payload: unknown = {},
): EventDraft {
  const resource: Resource = {
    'prefect.resource.id': `prefect.deployment.${deployment.id}`,
    'prefect.resource.name': deployment.name,
  };
  const related: Resource[] = [];
  const relate = (id: string | null | undefined, kind: string, name: string | null | undefined) => {
    if (id)
      related.push({
        'prefect.resource.id': `prefect.${kind}.${id}`,
        'prefect.resource.role': kind,
        ...(name && { 'prefect.resource.name': name }),
      });
  };
  relate(deployment.flow_id, 'flow', deployment.flow_name);
  relate(deployment.work_queue_id, 'work-queue', deployment.work_queue_name);
  relate(deployment.work_pool_id, 'work-pool', deployment.work_pool_name);
  relate(deployment.concurrency_limit_id, 'concurrency-limit', deployment.limit_name);
  return { event: `prefect.deployment.${what}`, resource, related, payload };
}
