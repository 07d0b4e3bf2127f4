import { sql } from 'kysely';
import type { Db } from '../../../core/db/db.js';
import type { NamedQueue, PolledDeployment } from './work-queue.js';

/** Remembers that queues were polled. Answers those that became ready by it: not the paused ones. */
export async function markQueuesPolled(db: Db, workspaceId: string, ids: string[]): Promise<string[]> {
  const { rows } = await sql<{ id: string; was: string }>`
    with before as (
      select id, status from work_queue where workspace_id = ${workspaceId} and id = any(${ids}::uuid[]) order by id for no key update)
    update work_queue q set last_polled = now(), status = case when q.is_paused then q.status else 'READY' end
      from before b where q.workspace_id = ${workspaceId} and q.id = b.id
    returning q.id, b.status as was`.execute(db);
  return rows.filter((row) => row.was === 'NOT_READY').map((row) => row.id);
}

/** Remembers that the deployments on these queues were polled. Answers those that became ready by it. */
export async function markDeploymentsPolled(
  db: Db,
  workspaceId: string,
  queueIds: string[],
): Promise<PolledDeployment[]> {
  const { rows } = await sql<PolledDeployment & { was: string }>`
    with before as (
      select id, status from deployment where workspace_id = ${workspaceId} and work_queue_id = any(${queueIds}::uuid[]) order by id for no key update)
    update deployment d set last_polled = now(), status = 'READY' from before b, flow f
     where d.workspace_id = ${workspaceId} and d.id = b.id and f.workspace_id = d.workspace_id and f.id = d.flow_id
    returning d.id, d.name, d.flow_id, f.name as flow_name, d.work_queue_id, b.status as was`.execute(db);
  return rows.filter((row) => row.was !== 'READY');
}

/** Queues that nobody has polled for a minute are not ready any more. Answers them. */
export async function markUnpolledQueues(db: Db): Promise<(NamedQueue & { workspace_id: string })[]> {
  const { rows } = await sql<NamedQueue & { workspace_id: string }>`
    update work_queue q set status = 'NOT_READY' from work_pool p
     where q.status = 'READY' and q.last_polled < now() - interval '60 seconds' and p.workspace_id = q.workspace_id and p.id = q.work_pool_id
    returning q.workspace_id, q.id, q.name, q.work_pool_id, p.name as work_pool_name, p.type as work_pool_type`.execute(
    db,
  );
  return rows;
}
