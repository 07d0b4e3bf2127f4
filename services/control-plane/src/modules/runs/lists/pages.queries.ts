import { sql, type RawBuilder } from 'kysely';
import type { Database } from '../../../core/db/database.js';
import type { Db } from '../../../core/db/db.js';
import { predicatesFor, type Filters, type Predicate } from '../../filters/index.js';
import type { FlowRunRow } from '../flow-runs/flow-run.js';
import { chooseIndex, hasWords, isIndexed, keysMax } from './choose-index.js';
import { placeColumns, rowsOf, sortedMax, withNames } from './lists.queries.js';
import { places, type Along } from './places.sql.js';
import { searchFlowRuns } from './search.queries.js';

export type RunListFilter = {
  search?: string | undefined;
  stateTypes?: string[] | undefined;
  stateNames?: string[] | undefined;
  flowIds?: string[] | undefined;
  deploymentIds?: string[] | undefined;
  workPoolNames?: string[] | undefined;
  tags?: string[] | undefined;
  since?: string | undefined;
  until?: string | undefined;
  parentFlowRunId?: string | undefined;
  hideSubflows?: boolean | undefined;
};

export type RunListSort = 'NEWEST' | 'OLDEST' | 'NAME_ASC' | 'NAME_DESC';
type Place = { key: string; id: string };

/** The run list of the web app: by key, so that page 1,000 costs what page 1 costs. `after` is the last row of the page before. */
export async function listFlowRunsByKey(
  database: Database,
  workspaceId: string,
  filter: RunListFilter,
  sort: RunListSort,
  first: number,
  after: Place | null,
): Promise<FlowRunRow[]> {
  const { along, conditions, searches } = chosen(workspaceId, filter);
  const span = { since: filter.since, until: filter.until };
  const look = { workspaceId, along, conditions, span };
  if (sort === 'NAME_ASC' || sort === 'NAME_DESC') return byName(database.db, look, sort, first, after);
  const newestFirst = sort === 'NEWEST';
  const direction = newestFirst ? sql`desc` : sql`asc`;
  const page = { ...look, span: { ...span, after }, newestFirst, limit: first };
  const order = sql`flow_run.expected_start_time ${direction}, flow_run.id ${direction}`;
  const named = (found: RawBuilder<unknown>) => withNames(found, order, first);
  if (searches) return searchFlowRuns(database, { ...page, partOfName: Boolean(filter.search) }, named);
  return (await named(places(page)).execute(database.db)).rows;
}

type Unordered = { workspaceId: string; along: Along; conditions: Predicate[]; span: object };

async function byName(
  db: Db,
  look: Unordered,
  sort: RunListSort,
  first: number,
  after: Place | null,
): Promise<FlowRunRow[]> {
  // Among so many of the newest runs that the filter lets through.
  const newest = places({ ...look, newestFirst: true, limit: sortedMax, columns: placeColumns });
  const [direction, beyond] = sort === 'NAME_ASC' ? [sql`asc`, sql`>`] : [sql`desc`, sql`<`];
  const from = after ? sql`where (flow_run.name, flow_run.id) ${beyond} (${after.key}, ${after.id}::uuid)` : sql``;
  const order = sql`flow_run.name ${direction}, flow_run.id ${direction}`;
  const page = sql`select id from (${newest}) as flow_run ${from} order by ${order} limit ${first}`;
  return (await withNames(rowsOf(look.workspaceId, page), order, first).execute(db)).rows;
}

type Chosen = { along: Along; conditions: Predicate[]; searches: boolean };

function chosen(workspaceId: string, filter: RunListFilter): Chosen {
  const flows = filter.flowIds?.length ? filter.flowIds : null;
  const filters = toFilters(filter);
  const named = isIndexed(filter.search);
  const { along, rest } = chooseIndex(filters, {
    named,
    flowIds: flows && flows.length <= keysMax ? flows : null,
  });
  const conditions = [...predicatesFor('flow_run', workspaceId, rest), ...own(workspaceId, filter)];
  if (flows && along.by !== 'flow_id') conditions.push(sql`flow_run.flow_id = any(${flows}::uuid[])`);
  return { along, conditions, searches: along.by === 'time' && (named || hasWords(filters)) };
}

/** All that is asked of the runs of a list, whatever index they are found along. */
export function conditionsOfList(workspaceId: string, filter: RunListFilter): Predicate[] {
  const { flowIds, since, until } = filter;
  return [
    ...predicatesFor('flow_run', workspaceId, toFilters(filter)),
    ...own(workspaceId, filter),
    ...(flowIds?.length ? [sql<boolean>`flow_run.flow_id = any(${flowIds}::uuid[])`] : []),
    ...(since ? [sql<boolean>`flow_run.expected_start_time >= ${since}::timestamptz`] : []),
    ...(until ? [sql<boolean>`flow_run.expected_start_time < ${until}::timestamptz`] : []),
  ];
}

/** What of the filter the wire's grammar can say. */
export function toFilters({ stateTypes, stateNames, deploymentIds, tags, parentFlowRunId }: RunListFilter): Filters {
  const any = <T>(list: T[] | undefined) => (list?.length ? { any_: list } : undefined);
  const [type, name] = [any(stateTypes), any(stateNames)];
  return {
    flow_runs: {
      operator: 'and_',
      state: type || name ? { operator: 'and_', type, name } : undefined,
      deployment_id: deploymentIds?.length ? { operator: 'and_', any_: deploymentIds } : undefined,
      tags: tags?.length ? { operator: 'and_', all_: tags } : undefined,
      parent_flow_run_id: parentFlowRunId ? { operator: 'and_', any_: [parentFlowRunId] } : undefined,
    } as Filters['flow_runs'],
  };
}

/** On the wire % and _ stand for any characters; what somebody types is text. */
const asPattern = (search: string): string => `%${search.replaceAll(/[\\%_]/g, '\\$&')}%`;

function own(workspaceId: string, { search, workPoolNames, hideSubflows }: RunListFilter): Predicate[] {
  const pools = sql`select work_pool.id from work_pool where work_pool.workspace_id = ${workspaceId} and work_pool.name = any(${workPoolNames ?? []})`;
  return [
    ...(search ? [sql<boolean>`flow_run.name ilike ${asPattern(search)}`] : []),
    ...(workPoolNames?.length ? [sql<boolean>`flow_run.work_pool_id in (${pools})`] : []),
    ...(hideSubflows ? [sql<boolean>`flow_run.parent_task_run_id is null`] : []),
  ];
}
