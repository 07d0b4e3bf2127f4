import { fixed } from '../../../core/db/fixed.js';

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

/** On the write path, because an agent waits for it. Parameters: workspace, deployments. */
export const findRunnableDeployments = fixed<RunnableDeployment>(
  'deployment.runnable',
  `select id, name, version, path, entrypoint, pull_steps, job_variables, tags from deployment
    where workspace_id = $1 and id = any($2::uuid[])`,
);

/** Parameters: workspace, flows. */
export const findFlowNames = fixed<{ id: string; name: string }>(
  'flow.names',
  `select id, name from flow where workspace_id = $1 and id = any($2::uuid[])`,
);
