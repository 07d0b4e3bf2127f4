import { sql, type RawBuilder } from 'kysely';
import type { Db } from '../../core/db/db.js';
import { beginningOf } from '../filters/index.js';
import type { DeploymentRow } from './deployment.js';
import { deploymentColumns, fromDeployments } from './deployments.queries.js';
import { keysIn, type DeploymentSort, type Place } from './list-order.js';

/** The list of the web app: what it is filtered and sorted by. */
export type ListFilter = {
  search?: string | undefined;
  flowId?: string | undefined;
  tags?: string[] | undefined;
  workPoolName?: string | undefined;
};

/** What is sorted by, before the id. */
type Order = { by: RawBuilder<unknown>[]; type?: string; descending?: true };

const [name, flow] = [sql`deployment.name`, sql`f.name`];
const status = sql`case when deployment.paused then 'paused' when deployment.status = 'READY' then 'ready' else 'not ready' end`;

const orders: Record<DeploymentSort, Order> = {
  NAME_ASC: { by: [name] },
  NAME_DESC: { by: [name], descending: true },
  FLOW_ASC: { by: [flow, name] },
  UPDATED_DESC: { by: [sql`deployment.updated`], type: 'timestamptz', descending: true },
  STATUS: { by: [status, flow, name] },
};

const matching = (workspaceId: string, by: ListFilter) => sql`
  deployment.workspace_id = ${workspaceId}
   and (${by.flowId ?? null}::uuid is null or deployment.flow_id = ${by.flowId ?? null}::uuid)
   and (${by.workPoolName ?? null}::text is null or p.name = ${by.workPoolName ?? null})
   and (${by.tags?.length ? by.tags : null}::text[] is null or deployment.tags @> ${by.tags ?? []}::text[])
   and (${by.search ?? null}::text is null or position(lower(${by.search ?? ''}) in lower(${beginningOf(sql`deployment.name`)})) > 0 or position(lower(${by.search ?? ''}) in lower(${beginningOf(sql`f.name`)})) > 0)`;

export async function countListedDeployments(db: Db, workspaceId: string, by: ListFilter): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from ${fromDeployments} where ${matching(workspaceId, by)}`.execute(db);
  return rows[0]!.count;
}

/** A page of the list: so many, from after a place on. */
export async function listDeployments(
  db: Db,
  workspaceId: string,
  by: ListFilter,
  page: { sort: DeploymentSort; first: number; after: Place | null },
): Promise<DeploymentRow[]> {
  const order = orders[page.sort];
  const direction = order.descending ? sql`desc` : sql`asc`;
  const columns = [...order.by, sql`deployment.id`];
  const { rows } = await sql<DeploymentRow>`
    select ${deploymentColumns} from ${fromDeployments}
     where ${matching(workspaceId, by)} ${page.after ? sql`and ${beyond(order, columns, page.after)}` : sql``}
     order by ${sql.join(columns.map((column) => sql`${column} ${direction}`))} limit ${page.first}`.execute(db);
  return rows;
}

function beyond(order: Order, columns: RawBuilder<unknown>[], after: Place): RawBuilder<unknown> {
  const type = sql.raw(order.type ?? 'text');
  const place = [...keysIn(after, order.by.length).map((key) => sql`${key}::${type}`), sql`${after.id}::uuid`];
  return sql`(${sql.join(columns)}) ${order.descending ? sql`<` : sql`>`} (${sql.join(place)})`;
}
