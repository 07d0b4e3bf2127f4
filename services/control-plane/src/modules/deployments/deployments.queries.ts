import { sql } from 'kysely';
import type { Db } from '../../core/db/db.js';
import { applyFilters, applySort, type Filters } from '../filters/index.js';
import type { DeploymentRow } from './deployment.js';

export const deploymentColumns = sql<DeploymentRow>`deployment.*, f.name as flow_name, q.name as work_queue_name, p.id as work_pool_id, p.name as work_pool_name, p.type as work_pool_type,
       l.created as limit_created, l.updated as limit_updated, l.name as limit_name, l."limit" as limit_limit, l.active as limit_active,
       l.active_slots as limit_active_slots, l.slot_decay_per_second as limit_decay,
       coalesce((select jsonb_agg(to_jsonb(s) - 'next_pass' - 'made_until' order by s.created, s.id) from deployment_schedule s
                  where s.workspace_id = deployment.workspace_id and s.deployment_id = deployment.id), '[]') as schedules`;

export const fromDeployments = sql`deployment
  join flow f on f.workspace_id = deployment.workspace_id and f.id = deployment.flow_id
  left join work_queue q on q.workspace_id = deployment.workspace_id and q.id = deployment.work_queue_id
  left join work_pool p on p.workspace_id = q.workspace_id and p.id = q.work_pool_id
  left join concurrency_limit l on l.workspace_id = deployment.workspace_id and l.id = deployment.concurrency_limit_id`;

export async function findDeployments(db: Db, workspaceId: string, ids: string[]): Promise<DeploymentRow[]> {
  const { rows } =
    await sql<DeploymentRow>`select ${deploymentColumns} from ${fromDeployments} where deployment.workspace_id = ${workspaceId} and deployment.id = any(${ids}::uuid[])`.execute(
      db,
    );
  return rows;
}

export async function findDeploymentByNames(
  db: Db,
  workspaceId: string,
  flow: string,
  name: string,
): Promise<DeploymentRow | null> {
  const { rows } = await sql<DeploymentRow>`
    select ${deploymentColumns} from ${fromDeployments}
     where deployment.workspace_id = ${workspaceId} and f.name = ${flow} and deployment.name = ${name}`.execute(db);
  return rows[0] ?? null;
}

export async function findDeploymentId(
  db: Db,
  workspaceId: string,
  flowId: string,
  name: string,
): Promise<string | null> {
  const row = await db
    .selectFrom('deployment')
    .select('id')
    .where('workspace_id', '=', workspaceId)
    .where('flow_id', '=', flowId)
    .where('name', '=', name)
    .executeTakeFirst();
  return row?.id ?? null;
}

/** What a deployment takes over from its flow. */
export async function findFlowLabels(db: Db, workspaceId: string, flowId: string): Promise<object> {
  const row = await db
    .selectFrom('flow')
    .select('labels')
    .where('workspace_id', '=', workspaceId)
    .where('id', '=', flowId)
    .executeTakeFirst();
  return row?.labels ?? {};
}

/** The deployment as it is, locked until the transaction ends. */
export async function lockDeployment(db: Db, workspaceId: string, id: string): Promise<DeploymentRow | null> {
  await db
    .selectFrom('deployment')
    .select('id')
    .where('workspace_id', '=', workspaceId)
    .where('id', '=', id)
    .forUpdate()
    .execute();
  return (await findDeployments(db, workspaceId, [id]))[0] ?? null;
}

export async function limitExists(db: Db, workspaceId: string, id: string): Promise<boolean> {
  return (
    (await db
      .selectFrom('concurrency_limit')
      .select('id')
      .where('workspace_id', '=', workspaceId)
      .where('id', '=', id)
      .executeTakeFirst()) !== undefined
  );
}

const filtered = (db: Db, workspaceId: string, filters: Filters) =>
  applyFilters(
    db.selectFrom('deployment').where('deployment.workspace_id', '=', workspaceId),
    'deployment',
    workspaceId,
    filters,
  );

export async function listDeploymentIds(
  db: Db,
  workspaceId: string,
  filters: Filters,
  page: { sort?: string | undefined; limit: number; offset: number },
): Promise<string[]> {
  const rows = await applySort(filtered(db, workspaceId, filters).select('deployment.id'), 'deployment', page.sort)
    .limit(page.limit)
    .offset(page.offset)
    .execute();
  return rows.map((row) => row.id);
}

export async function countDeployments(db: Db, workspaceId: string, filters: Filters): Promise<number> {
  const row = await filtered(db, workspaceId, filters)
    .select(sql<number>`count(*)`.as('count'))
    .executeTakeFirstOrThrow();
  return row.count;
}

/** False when the flow already has a deployment of that name. */
export async function insertDeployment(
  db: Db,
  workspaceId: string,
  id: string,
  row: Record<string, unknown>,
): Promise<boolean> {
  const result = await db
    .insertInto('deployment')
    .values({ workspace_id: workspaceId, id, ...row } as never)
    .onConflict((conflict) => conflict.columns(['workspace_id', 'flow_id', 'name']).doNothing())
    .executeTakeFirst();
  return (result.numInsertedOrUpdatedRows ?? 0n) > 0n;
}

export async function updateDeployment(
  db: Db,
  workspaceId: string,
  id: string,
  row: Record<string, unknown>,
): Promise<void> {
  await db
    .updateTable('deployment')
    .set({ ...row, updated: sql`now()` } as never)
    .where('workspace_id', '=', workspaceId)
    .where('id', '=', id)
    .execute();
}

/**
 * Its runs stay, and keep its id as a name of what is gone: to clear it would rewrite them all. Its limit goes only when
 * it is the deployment's own.
 */
export async function deleteDeployment(db: Db, workspaceId: string, id: string): Promise<boolean> {
  const { rows } = await sql<{ id: string }>`
    with gone as (delete from deployment where workspace_id = ${workspaceId} and id = ${id} returning *),
    own_limit as (delete from concurrency_limit l using gone where l.workspace_id = gone.workspace_id and l.id = gone.concurrency_limit_id and l.name = 'deployment:' || gone.id)
    select id from gone`.execute(db);
  return rows.length > 0;
}

/** Answers those that became ready by it. */
export async function markDeploymentsPolled(db: Db, workspaceId: string, ids: string[]): Promise<string[]> {
  const { rows } = await sql<{ id: string; was: string }>`
    with before as (select id, status from deployment where workspace_id = ${workspaceId} and id = any(${ids}::uuid[]) for update)
    update deployment d set last_polled = now(), status = 'READY' from before b
     where d.workspace_id = ${workspaceId} and d.id = b.id returning d.id, b.status as was`.execute(db);
  return rows.filter((row) => row.was !== 'READY').map((row) => row.id);
}

/** Deployments that nobody has polled for a minute. */
export async function markUnpolledDeployments(db: Db): Promise<{ workspace_id: string; id: string }[]> {
  const { rows } = await sql<{ workspace_id: string; id: string }>`
    update deployment set status = 'NOT_READY' where status = 'READY' and last_polled < now() - interval '60 seconds' returning workspace_id, id`.execute(
    db,
  );
  return rows;
}

export async function countByFlow(
  db: Db,
  workspaceId: string,
  flowIds: string[],
): Promise<{ flow_id: string; count: number }[]> {
  const { rows } = await sql<{ flow_id: string; count: number }>`
    select flow_id, count(*) as count from deployment where workspace_id = ${workspaceId} and flow_id = any(${flowIds}::uuid[]) group by flow_id`.execute(
    db,
  );
  return rows;
}

/** Runs of deployments: the newest that are past their time, or the next that wait. */
export async function findRunsOfDeployments(
  db: Db,
  workspaceId: string,
  ids: string[],
  which: 'recent' | 'upcoming',
  first: number,
): Promise<{ deployment_id: string; id: string }[]> {
  const run =
    which === 'upcoming'
      ? sql`select q.flow_run_id as id from run_queue q where q.workspace_id = ${workspaceId} and q.deployment_id = wanted.id order by q.due limit ${first}`
      : sql`select r.id from flow_run r where r.workspace_id = ${workspaceId} and r.deployment_id = wanted.id and r.state_type <> 'SCHEDULED' order by r.expected_start_time desc limit ${first}`;
  const { rows } = await sql<{
    deployment_id: string;
    id: string;
  }>`select wanted.id as deployment_id, run.id from unnest(${ids}::uuid[]) as wanted (id) cross join lateral (${run}) run`.execute(
    db,
  );
  return rows;
}

/** A deployment whose queue somebody polls is ready from the start. */
export async function markReadyIfServed(db: Db, workspaceId: string, id: string): Promise<void> {
  await sql`
    update deployment d set status = 'READY', last_polled = q.last_polled
      from work_queue q
     where d.workspace_id = ${workspaceId} and d.id = ${id} and d.status <> 'READY'
       and q.workspace_id = d.workspace_id and q.id = d.work_queue_id and q.last_polled > now() - interval '60 seconds'`.execute(
    db,
  );
}
