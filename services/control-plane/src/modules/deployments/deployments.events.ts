import { isDeepStrictEqual } from 'node:util';
import type { EventDraft, Resource } from '../../core/events/events.js';
import type { DeploymentRow } from './deployment.js';

/** `created`, `updated`, `deleted`, `ready`, `not-ready`. */
export function deploymentEvent(what: string, deployment: DeploymentRow, payload: unknown = {}): EventDraft {
  const resource: Resource = {
    'prefect.resource.id': `prefect.deployment.${deployment.id}`,
    'prefect.resource.name': deployment.name,
  };
  const related: Resource[] = [];
  const relate = (id: string | null | undefined, kind: string, name: string | null | undefined, role = kind) => {
    if (id)
      related.push({
        'prefect.resource.id': `prefect.${kind}.${id}`,
        'prefect.resource.role': role,
        ...(name && { 'prefect.resource.name': name }),
      });
  };
  relate(deployment.flow_id, 'flow', deployment.flow_name);
  relate(deployment.work_queue_id, 'work-queue', deployment.work_queue_name);
  relate(deployment.work_pool_id, 'work-pool', deployment.work_pool_name);
  if (deployment.work_pool_type) related.at(-1)!['prefect.work-pool.type'] = deployment.work_pool_type;
  relate(deployment.storage_document_id, 'block-document', null, 'storage');
  relate(deployment.infrastructure_document_id, 'block-document', null, 'infrastructure');
  relate(deployment.concurrency_limit_id, 'concurrency-limit', deployment.limit_name);
  return { event: `prefect.deployment.${what}`, resource, related, payload };
}

const told = [
  'description',
  'tags',
  'parameters',
  'parameter_openapi_schema',
  'enforce_parameter_schema',
  'entrypoint',
  'path',
  'pull_steps',
  'work_queue_id',
  'job_variables',
  'paused',
  'labels',
  'version',
  'concurrency_limit_id',
  'concurrency_options',
] as const;

/** Null when nothing changed that is told of: schedules are not. */
export function deploymentUpdatedEvent(before: DeploymentRow, after: DeploymentRow): EventDraft | null {
  const changed = told.filter((field) => !isDeepStrictEqual(before[field], after[field]));
  if (changed.length === 0) return null;
  const updates = changed.map((field) => [nameInEvents(field), { from: before[field], to: after[field] }]);
  return deploymentEvent('updated', after, {
    updated_fields: changed.map(nameInEvents),
    updates: Object.fromEntries(updates),
  });
}

/** Events call this one by the name it had long ago. */
const nameInEvents = (field: string): string => (field === 'job_variables' ? 'infra_overrides' : field);
