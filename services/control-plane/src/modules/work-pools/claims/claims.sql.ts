import type { Placed } from '../../../core/batch/shared-reads.js';
import { fixed, hot } from '../../../core/db/fixed.js';
import type { ServedPool } from '../pools/work-pool.js';

/** What an agent has to know of a deployment to run it. */
export type RunnableDeployment = {
  id: string;
  name: string;
  version: string | null;
  path: string | null;
  entrypoint: string | null;
  pull_steps: unknown;
  job_variables: Record<string, unknown>;
  tags: string[];
};

/** On the write path, because an agent waits for it. Parameters: workspaces and deployments, side by side. */
export const findRunnableDeployments = fixed<Placed<RunnableDeployment>>(
  'deployment.runnable',
  `select asked.place::integer, d.id, d.name, d.version, d.path, d.entrypoint, d.pull_steps, d.job_variables, d.tags
     from unnest($1::uuid[], $2::uuid[]) with ordinality as asked (workspace_id, id, place)
     join deployment d on d.workspace_id = asked.workspace_id and d.id = asked.id`,
);

export type FlowName = { id: string; name: string };

/** Parameters: workspaces and flows, side by side. */
export const findFlowNames = fixed<Placed<FlowName>>(
  'flow.names',
  `select asked.place::integer, f.id, f.name
     from unnest($1::uuid[], $2::uuid[]) with ordinality as asked (workspace_id, id, place)
     join flow f on f.workspace_id = asked.workspace_id and f.id = asked.id`,
);

/** What is asked about a pool each time an agent polls. Parameters: workspaces and names of pools, side by side. */
export const findPolledPools = hot<Placed<ServedPool>>(
  'work-pool.polled',
  `select asked.place::integer, p.workspace_id, p.id, p.name, p.type, p.status
     from unnest($1::uuid[], $2::text[]) with ordinality as asked (workspace_id, name, place)
     join work_pool p on p.workspace_id = asked.workspace_id and p.name = asked.name`,
);
