import type { NextRunJson } from '@headgate/contracts/rest/answers/screens';
import { sql } from 'kysely';
import type { Db } from '../../core/db/db.js';
import { applyFilters, applySort, beginningOf, type Filters } from '../filters/index.js';
import type { FlowRow } from './flow.js';

/** Nothing when the name is taken. */
export async function insertFlow(
  db: Db,
  workspaceId: string,
  draft: { id: string; name: string; tags: string[]; labels: object },
): Promise<FlowRow | null> {
  const row = await db
    .insertInto('flow')
    .values({
      workspace_id: workspaceId,
      id: draft.id,
      name: draft.name,
      tags: draft.tags,
      labels: JSON.stringify(draft.labels),
    })
    .onConflict((conflict) => conflict.columns(['workspace_id', 'name']).doNothing())
    .returningAll()
    .executeTakeFirst();
  return row ?? null;
}

export async function findFlows(db: Db, workspaceId: string, ids: string[]): Promise<FlowRow[]> {
  return db
    .selectFrom('flow')
    .selectAll()
    .where('workspace_id', '=', workspaceId)
    .where(sql<boolean>`id = any(${ids}::uuid[])`)
    .execute();
}

const select = (db: Db, workspaceId: string, filters: Filters) =>
  applyFilters(db.selectFrom('flow').where('flow.workspace_id', '=', workspaceId), 'flow', workspaceId, filters);

export async function listFlows(
  db: Db,
  workspaceId: string,
  filters: Filters,
  page: { sort?: string | undefined; limit: number; offset: number },
): Promise<FlowRow[]> {
  return applySort(select(db, workspaceId, filters).selectAll('flow'), 'flow', page.sort)
    .limit(page.limit)
    .offset(page.offset)
    .execute();
}

export async function countFlows(db: Db, workspaceId: string, filters: Filters): Promise<number> {
  const row = await select(db, workspaceId, filters)
    .select(sql<number>`count(*)`.as('count'))
    .executeTakeFirstOrThrow();
  return row.count;
}

type WebFilter = { search?: string | undefined; tags?: string[] | undefined };

function named(db: Db, workspaceId: string, { search, tags }: WebFilter) {
  let query = db.selectFrom('flow').where('workspace_id', '=', workspaceId);
  if (search) query = query.where(sql<boolean>`position(lower(${search}) in lower(${beginningOf(sql`name`)})) > 0`);
  return tags?.length ? query.where(sql<boolean>`tags @> ${tags}::text[]`) : query;
}

export async function countFlowsByName(db: Db, workspaceId: string, by: WebFilter): Promise<number> {
  const row = await named(db, workspaceId, by)
    .select(sql<number>`count(*)`.as('count'))
    .executeTakeFirstOrThrow();
  return row.count;
}

/** The web app's list: by name, after a name. */
export async function listFlowsByName(
  db: Db,
  workspaceId: string,
  by: WebFilter,
  first: number,
  after: string | null,
): Promise<FlowRow[]> {
  const query = named(db, workspaceId, by).selectAll().orderBy('name').limit(first);
  return (after === null ? query : query.where('name', '>', after)).execute();
}

export async function updateFlow(
  db: Db,
  workspaceId: string,
  id: string,
  patch: { tags?: string[]; labels?: object },
): Promise<FlowRow | null> {
  const row = await db
    .updateTable('flow')
    .set({
      ...(patch.tags && { tags: patch.tags }),
      ...(patch.labels && { labels: JSON.stringify(patch.labels) }),
      updated: sql`now()`,
    })
    .where('workspace_id', '=', workspaceId)
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirst();
  return row ?? null;
}

/** Deletes flows with their deployments and the limits that only these used; answers the flows that went. */
export async function deleteFlows(db: Db, workspaceId: string, ids: string[]): Promise<FlowRow[]> {
  const { rows } = await sql<FlowRow>`
    with own_limits as (
      delete from concurrency_limit l using deployment d
       where d.workspace_id = ${workspaceId} and d.flow_id = any(${ids}::uuid[])
         and l.workspace_id = d.workspace_id and l.id = d.concurrency_limit_id and l.name = 'deployment:' || d.id)
    delete from flow where workspace_id = ${workspaceId} and id = any(${ids}::uuid[]) returning *`.execute(db);
  return rows;
}

export async function findRunIdsOfFlows(db: Db, workspaceId: string, ids: string[], limit: number): Promise<string[]> {
  const { rows } = await sql<{
    id: string;
  }>`select id from flow_run where workspace_id = ${workspaceId} and flow_id = any(${ids}::uuid[]) limit ${limit}`.execute(
    db,
  );
  return rows.map((row) => row.id);
}

/**
 * The last run of flows that has started, the newest few that no longer wait, or the next whose time is yet to come: one look per flow.
 * The two former begin to look at the present: in front of it lie the runs of the schedules.
 */
export async function findRunsOfFlows(
  db: Db,
  workspaceId: string,
  flowIds: string[],
  which: 'last' | 'next' | 'recent',
  first: number,
): Promise<{ flow_id: string; id: string }[]> {
  const condition = which === 'last' ? sql`r.start_time is not null` : sql`r.state_type <> 'SCHEDULED'`;
  const run =
    which === 'next'
      ? sql`select q.flow_run_id as id from deployment d
             cross join lateral (select flow_run_id, due from run_queue where workspace_id = d.workspace_id and deployment_id = d.id and due >= now() order by due limit ${first}) q
             where d.workspace_id = ${workspaceId} and d.flow_id = wanted.id order by q.due limit ${first}`
      : sql`select r.id from flow_run r where r.workspace_id = ${workspaceId} and r.flow_id = wanted.id and ${condition} and r.expected_start_time <= now() + interval '1 minute' order by r.expected_start_time desc limit ${first}`;
  const { rows } = await sql<{
    flow_id: string;
    id: string;
  }>`select wanted.id as flow_id, run.id from unnest(${flowIds}::uuid[]) as wanted (id) cross join lateral (${run}) run`.execute(
    db,
  );
  return rows;
}

export async function countDeploymentsOfFlows(
  db: Db,
  workspaceId: string,
  flowIds: string[],
): Promise<{ flow_id: string; count: number }[]> {
  const { rows } = await sql<{ flow_id: string; count: number }>`
    select flow_id, count(*) as count from deployment
     where workspace_id = ${workspaceId} and flow_id = any(${flowIds}::uuid[]) group by flow_id`.execute(db);
  return rows;
}

/** Without a deployment, the next of so many runs that are expected from an hour ago on. */
const loneRunsMax = 500;

/** The run of each flow that waits and is due first: of its deployments from the queue, of others along time. */
export async function findNextRunsOfFlows(db: Db, workspaceId: string, flowIds: string[]): Promise<NextRunJson[]> {
  const { rows } = await sql<NextRunJson>`
    select run.* from unnest(${flowIds}::uuid[]) as wanted (id)
     cross join lateral (
       select r.id, r.flow_id, r.name, r.state_name, r.state_type, r.next_scheduled_start_time from flow_run r
        where r.workspace_id = ${workspaceId} and r.state_type = 'SCHEDULED' and r.next_scheduled_start_time is not null
          and r.id = any(array(
            select q.flow_run_id from deployment d
             cross join lateral (select flow_run_id, due from run_queue where workspace_id = d.workspace_id and deployment_id = d.id order by due limit 1) q
             where d.workspace_id = ${workspaceId} and d.flow_id = wanted.id) || array(
            select lone.id from (
              select id, deployment_id from flow_run
               where workspace_id = ${workspaceId} and flow_id = wanted.id and expected_start_time > now() - interval '1 hour'
               order by expected_start_time limit ${loneRunsMax}) lone
             where lone.deployment_id is null))
        order by r.next_scheduled_start_time limit 1) run`.execute(db);
  return rows;
}
