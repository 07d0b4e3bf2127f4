import type { Placed } from '../../../core/batch/shared-reads.js';
import { hot } from '../../../core/db/fixed.js';

/** What a run takes over from its deployment: the few columns that every creation reads. */
export type RunSource = {
  id: string;
  name: string;
  flow_id: string;
  version: string | null;
  parameters: Record<string, unknown>;
  tags: string[];
  labels: Record<string, string | number | boolean>;
  job_variables: Record<string, unknown>;
  parameter_openapi_schema: Record<string, unknown> | null;
  enforce_parameter_schema: boolean;
  infrastructure_document_id: string | null;
  work_queue_id: string | null;
  work_pool_id: string | null;
  work_pool_name: string | null;
  /** Whether the pool's template requires variables that have to come from somewhere. */
  requires_job_variables: boolean;
};

/** Parameters: workspaces and deployments, side by side. */
export const selectRunSources = hot<Placed<RunSource>>(
  'deployment.run-sources',
  `select asked.place::integer, d.id, d.name, d.flow_id, d.version, d.parameters, d.tags, d.labels, d.job_variables, d.parameter_openapi_schema, d.enforce_parameter_schema,
          d.infrastructure_document_id, d.work_queue_id, p.id as work_pool_id, p.name as work_pool_name,
          coalesce(p.base_job_template::jsonb #> '{variables,required}' <> '[]', false) as requires_job_variables
     from unnest($1::uuid[], $2::uuid[]) with ordinality as asked (workspace_id, id, place)
     join deployment d on d.workspace_id = asked.workspace_id and d.id = asked.id
     left join work_queue q on q.workspace_id = d.workspace_id and q.id = d.work_queue_id
     left join work_pool p on p.workspace_id = q.workspace_id and p.id = q.work_pool_id`,
);
