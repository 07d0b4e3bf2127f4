import { sql, type RawBuilder } from 'kysely';
import type { Database } from '../../../core/db/database.js';
import type { Db } from '../../../core/db/db.js';
import { orderOf, predicatesFor, type Filters, type Kind } from '../../filters/index.js';
import type { FlowRunRow } from '../flow-runs/flow-run.js';
import { flowRunColumnsOf } from '../flow-runs/flow-runs.sql.js';
import { chooseIndex, hasWords, keysMax, type Choice } from './choose-index.js';
import { places } from './places.sql.js';
import { searchFlowRuns } from './search.queries.js';

const columns = sql.raw(flowRunColumnsOf('flow_run'));

type Page = { sort?: string | undefined; limit: number; offset?: number };

/** Runs that all filters let through, with the names of their queue and pool. */
export async function listFlowRuns(
  database: Database,
  workspaceId: string,
  filters: Filters,
  { sort = 'ID_DESC', limit, offset = 0 }: Page,
): Promise<FlowRunRow[]> {
  const choice = chooseIndex(filters, await resolve(database.db, workspaceId, filters));
  const order = sql.raw(orderOf('flow_run', sort));
  if (choice.along.by === 'time' && hasWords(filters) && sort.startsWith('EXPECTED') && offset === 0) {
    const conditions = predicatesFor('flow_run', workspaceId, choice.rest);
    const newestFirst = sort === 'EXPECTED_START_TIME_DESC';
    const partOfName = Boolean(filters.flow_runs?.name?.like_);
    const search = { workspaceId, conditions, span: choice.span, newestFirst, limit, partOfName };
    return searchFlowRuns(database, search, (found) => withNames(found, order, limit));
  }
  const found = candidates(workspaceId, choice, sort, limit + offset);
  return (await withNames(found, order, limit, offset).execute(database.db)).rows;
}

/** Whole rows of flow_run, selected by what stands in the brackets, with the names of their queue and pool. */
export const withNames = (
  found: RawBuilder<unknown>,
  order: RawBuilder<unknown>,
  limit: number,
  offset = 0,
): RawBuilder<FlowRunRow> => sql`
  select ${columns}, q.name as work_queue_name, p.name as work_pool_name from (${found}) as flow_run
    left join work_queue q on q.workspace_id = flow_run.workspace_id and q.id = flow_run.work_queue_id
    left join work_pool p on p.workspace_id = flow_run.workspace_id and p.id = flow_run.work_pool_id
   order by ${order} limit ${limit} offset ${offset}`;

/**
 * An order that no index has is made among so many runs, the newest ones that the filters let through: exact for all
 * but the largest workspaces, bounded there (docs/decisions/0010-growth.md).
 */
const sortedMax = 10_000;

type Half = { newestFirst: boolean; of: 'all' | 'past' | 'future' };
const halves: Record<string, Half[]> = {
  START_TIME_DESC: [{ newestFirst: true, of: 'all' }],
  START_TIME_ASC: [{ newestFirst: false, of: 'all' }],
  NAME_ASC: [{ newestFirst: true, of: 'all' }],
  NAME_DESC: [{ newestFirst: true, of: 'all' }],
  ID_DESC: [{ newestFirst: true, of: 'all' }],
  // What has no end yet comes last, and much of the future may lie before what has ended.
  END_TIME_DESC: [
    { newestFirst: true, of: 'past' },
    { newestFirst: true, of: 'future' },
  ],
  NEXT_SCHEDULED_START_TIME_ASC: [
    { newestFirst: false, of: 'future' },
    { newestFirst: true, of: 'past' },
  ],
};

function candidates(workspaceId: string, choice: Choice, sort: string, wanted: number): RawBuilder<unknown> {
  const { along, rest, span } = choice;
  const conditions = predicatesFor('flow_run', workspaceId, rest);
  const look = { workspaceId, along, conditions, span };
  if (sort.startsWith('EXPECTED'))
    return places({ ...look, newestFirst: sort === 'EXPECTED_START_TIME_DESC', limit: wanted });
  // The primary key has this order.
  if (sort === 'ID_DESC' && along.by === 'time')
    return sql`select flow_run.* from flow_run where ${sql.join([sql`flow_run.workspace_id = ${workspaceId}`, ...conditions], sql` and `)} order by flow_run.id desc limit ${wanted}`;
  const parts = halves[sort]!.map(({ newestFirst, of }) => {
    const now = {
      future: [sql<boolean>`flow_run.expected_start_time > now()`],
      past: [sql<boolean>`flow_run.expected_start_time <= now()`],
      all: [],
    };
    return sql`(${places({ ...look, conditions: [...conditions, ...now[of]], newestFirst, limit: sortedMax + wanted })})`;
  });
  return sql.join(parts, sql` union all `);
}

/** The few flows or deployments that filters mean: then their runs are found by them. */
async function resolve(db: Db, workspaceId: string, { flows, deployments }: Filters) {
  const deploymentIds = deployments ? await fewIds(db, 'deployment', workspaceId, { deployments }) : null;
  const flowIds = flows && !deploymentIds ? await fewIds(db, 'flow', workspaceId, { flows }) : null;
  return { flowIds, deploymentIds };
}

async function fewIds(db: Db, kind: Kind, workspaceId: string, filters: Filters): Promise<string[] | null> {
  const conditions = [sql`workspace_id = ${workspaceId}`, ...predicatesFor(kind, workspaceId, filters)];
  const { rows } = await sql<{
    id: string;
  }>`select id from ${sql.table(kind)} where ${sql.join(conditions, sql` and `)} limit ${keysMax + 1}`.execute(db);
  return rows.length > keysMax ? null : rows.map((row) => row.id);
}
