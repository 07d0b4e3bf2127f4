import type { DeploymentUpdate } from '@headgate/contracts/rest/deployments';
import { stringifyExact } from '../../core/json/exact-json.js';

const plain = [
  'paused',
  'tags',
  'description',
  'version',
  'path',
  'entrypoint',
  'storage_document_id',
  'infrastructure_document_id',
  'enforce_parameter_schema',
] as const;
const json = [
  'concurrency_options',
  'parameters',
  'labels',
  'job_variables',
  'parameter_openapi_schema',
  'pull_steps',
] as const;
/** Columns that cannot be empty: null leaves them as they are. */
const required = new Set(['paused', 'tags', 'enforce_parameter_schema', 'parameters', 'labels', 'job_variables']);

/** The columns that a body sets; what it does not name stays, null clears where that is possible. */
export function columnsOf(body: Partial<DeploymentUpdate>): Record<string, unknown> {
  const columns: Record<string, unknown> = {};
  for (const key of plain)
    if (body[key] !== undefined && !(body[key] === null && required.has(key))) columns[key] = body[key];
  for (const key of json)
    if (body[key] !== undefined && !(body[key] === null && required.has(key)))
      columns[key] = body[key] === null ? null : stringifyExact(body[key]);
  return columns;
}
