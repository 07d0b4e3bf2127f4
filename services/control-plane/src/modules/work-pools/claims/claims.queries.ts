import { sql } from 'kysely';
import type { Db } from '../../../core/db/db.js';

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

export async function findRunnableDeployments(
  db: Db,
  workspaceId: string,
  ids: string[],
): Promise<RunnableDeployment[]> {
  const { rows } = await sql<RunnableDeployment>`
    select id, name, version, path, entrypoint, pull_steps, job_variables, tags from deployment
     where workspace_id = ${workspaceId} and id = any(${ids}::uuid[])`.execute(db);
  return rows;
}

export async function findFlowNames(
  db: Db,
  workspaceId: string,
  ids: string[],
): Promise<{ id: string; name: string }[]> {
  const { rows } = await sql<{
    id: string;
    name: string;
  }>`select id, name from flow where workspace_id = ${workspaceId} and id = any(${ids}::uuid[])`.execute(db);
  return rows;
}
