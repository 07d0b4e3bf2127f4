import type { JobTemplate } from '@headgate/contracts/rest/job-template';
import { sql } from 'kysely';
import type { Db } from '../../../core/db/db.js';

export type JobOfDeployment = {
  job_variables: Record<string, unknown> | null;
  /** Null: its runs wait in no pool. */
  base_job_template: JobTemplate | null;
};

export async function findJobOfDeployment(db: Db, workspaceId: string, id: string): Promise<JobOfDeployment | null> {
  const { rows } = await sql<JobOfDeployment>`
    select d.job_variables, p.base_job_template
      from deployment d
      left join work_queue q on q.workspace_id = d.workspace_id and q.id = d.work_queue_id
      left join work_pool p on p.workspace_id = q.workspace_id and p.id = q.work_pool_id
     where d.workspace_id = ${workspaceId} and d.id = ${id}`.execute(db);
  return rows[0] ?? null;
}
