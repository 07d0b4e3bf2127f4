import { stateTypes } from '@headgate/contracts';
import { sql, type RawBuilder } from 'kysely';
import type { Database } from '../../../core/db/database.js';
import type { Db } from '../../../core/db/db.js';
import { orderOf, predicatesFor, type Filters, type Kind } from '../../filters/index.js';
import type { FlowRunRow } from '../flow-runs/flow-run.js';
import { flowRunColumnsOf } from '../flow-runs/flow-runs.sql.js';
import { chooseIndex, hasWords, keysMax, type Choice } from './choose-index.js';
import { places, type Look } from './places.sql.js';
import { newestHourAt, newestIdsAt, oldestHourAt } from './skip-hours.sql.js';
import { searchFlowRuns } from './search.queries.js';

const columns = sql.raw(flowRunColumnsOf('flow_run'));

/** Runs before an offset below this are passed over sooner than hours are added up. */
const hoursFrom = 1_000;

type Page = { sort?: string | undefined; limit: number; offset?: number };

/** Runs that all filters let through, with the names of their queue and pool. */
export async function listFlowRuns(
  database: Database,
  workspaceId: string,
  filters: Filters,
  { sort = 'ID_DESC', limit, offset = 0 }: Page,
  named = withNames,
): Promise<FlowRunRow[]> {
  const choice = chooseIndex(filters, await resolve(database.db, workspaceId, filters));
  const order = sql.raw(orderOf('flow_run', sort));
  if (choice.along.by === 'time' && hasWords(filters) && sort.startsWith('EXPECTED') && offset === 0) {
    const conditions = predicatesFor('flow_run', workspaceId, choice.rest);
    const newestFirst = sort === 'EXPECTED_START_TIME_DESC';
    const partOfName = Boolean(filters.flow_runs?.name?.like_);
    const search = { workspaceId, conditions, span: choice.span, newestFirst, limit, partOfName };
    return searchFlowRuns(database, search, (found) => named(found, order, limit));
  }
  if (offset === 0 && isInOrder(choice, sort))
    return (await named(candidates(workspaceId, choice, sort, { limit }), order, limit).execute(database.db)).rows;
  const { skipped, span, before } = await skipHours(database, workspaceId, choice, sort, offset);
  const wanted = { limit: limit + offset - skipped, columns: placeColumns, before };
  const passedOver = candidates(workspaceId, { ...choice, span }, sort, wanted);
  const page = sql`select id from (${passedOver}) as flow_run order by ${order} limit ${limit} offset ${offset - skipped}`;
  return (await named(rowsOf(workspaceId, page), order, limit).execute(database.db)).rows;
}

const onlyIds = (found: RawBuilder<unknown>, order: RawBuilder<unknown>, limit: number) =>
  sql<FlowRunRow>`select flow_run.id from (${found}) as flow_run order by ${order} limit ${limit}`;

export async function listFlowRunIds(
  database: Database,
  workspaceId: string,
  filters: Filters,
  page: Page,
): Promise<string[]> {
  return (await listFlowRuns(database, workspaceId, filters, page, onlyIds)).map(({ id }) => id);
}

/** What runs are put in order by: whole rows are read of those that are answered, not of those that are passed over. */
export const placeColumns = sql`flow_run.id, flow_run.expected_start_time, flow_run.start_time, flow_run.end_time,
  flow_run.next_scheduled_start_time, flow_run.name`;

/** The rows of so many ids. */
export const rowsOf = (workspaceId: string, ids: RawBuilder<unknown>): RawBuilder<unknown> =>
  sql`select flow_run.* from (${ids}) as place join flow_run on flow_run.workspace_id = ${workspaceId} and flow_run.id = place.id`;

/** Whether the index along which runs are found has them in this order. */
const isInOrder = ({ along }: Choice, sort: string): boolean =>
  sort.startsWith('EXPECTED') || (sort === 'ID_DESC' && along.by === 'time');

/** Where to begin to look: in a part of time, or before an id; and how many runs are left out by that. */
type Start = { span: Choice['span']; before?: string; skipped: number };

/**
 * Where to begin to look for the run at an offset. The rollup knows how many runs each hour has, so that those of whole
 * hours need not be passed over one by one, when nothing but types of states is asked for.
 */
async function skipHours(
  { ranges }: Database,
  workspaceId: string,
  choice: Choice,
  sort: string,
  offset: number,
): Promise<Start> {
  const { along, rest, span } = choice;
  const counted = along.by === 'time' || (along.by === 'state' && !along.names && sort !== 'ID_DESC');
  const whole = !Object.values(span).some(Boolean) && predicatesFor('flow_run', workspaceId, rest).length === 0;
  if (offset < hoursFrom || !counted || !whole) return { span, skipped: 0 };
  const given = [workspaceId, along.by === 'state' ? along.types : null, offset];
  if (sort === 'ID_DESC') {
    const [ids] = await newestIdsAt(ranges, given);
    return { span, skipped: 0, ...ids };
  }
  if (!sort.startsWith('EXPECTED')) return { span, skipped: 0 };
  const newestFirst = sort === 'EXPECTED_START_TIME_DESC';
  const hourAt = newestFirst ? newestHourAt : oldestHourAt;
  const [hour] = await hourAt(ranges, given);
  if (!hour) return { span, skipped: 0 };
  return { span: newestFirst ? { until: hour.until } : { since: hour.since }, skipped: hour.skipped };
}

/** Whole rows of flow_run, selected by what stands in the brackets, with the names of their queue and pool. */
export const withNames = (
  found: RawBuilder<unknown>,
  order: RawBuilder<unknown>,
  limit: number,
): RawBuilder<FlowRunRow> => sql`
  select ${columns}, q.name as work_queue_name, p.name as work_pool_name from (${found}) as flow_run
    left join work_queue q on q.workspace_id = flow_run.workspace_id and q.id = flow_run.work_queue_id
    left join work_pool p on p.workspace_id = flow_run.workspace_id and p.id = flow_run.work_pool_id
   order by ${order} limit ${limit}`;

/**
 * An order that no index has is made among so many runs, the newest ones that the filters let through: exact for all
 * but the largest workspaces, bounded there (docs/decisions/0010-growth.md).
 */
export const sortedMax = 5_000;

type Part = { newestFirst: boolean; of: 'all' | 'past' | 'future' | 'scheduled' | 'unscheduled' };
/** `instead`: where runs without `key`, which come last, are looked for when too few have one. */
type Made = { from: Part[]; key?: string; instead?: Part };
const newest: Made = { from: [{ newestFirst: true, of: 'all' }] };
const made: Record<string, Made> = {
  START_TIME_DESC: newest,
  START_TIME_ASC: { from: [{ newestFirst: false, of: 'all' }] },
  NAME_ASC: newest,
  NAME_DESC: newest,
  ID_DESC: newest,
  // Much of the future may lie before what has ended.
  END_TIME_DESC: {
    from: [{ newestFirst: true, of: 'past' }],
    key: 'end_time',
    instead: { newestFirst: true, of: 'future' },
  },
  // By their state; their next start is their expected one, but for those that wait to be tried again.
  NEXT_SCHEDULED_START_TIME_ASC: {
    from: [{ newestFirst: false, of: 'scheduled' }],
    key: 'next_scheduled_start_time',
    instead: { newestFirst: true, of: 'unscheduled' },
  },
};
/** Where another index than that of time is followed already. */
const nearNow: Made = {
  from: [
    { newestFirst: false, of: 'future' },
    { newestFirst: true, of: 'past' },
  ],
};

/** `before`: only runs with smaller ids. */
type Wanted = { limit: number; columns?: RawBuilder<unknown>; before?: string | undefined };

function candidates(workspaceId: string, choice: Choice, sort: string, wanted: Wanted): RawBuilder<unknown> {
  const { along, rest, span } = choice;
  const { limit, columns = sql`flow_run.*`, before } = wanted;
  const conditions = predicatesFor('flow_run', workspaceId, rest);
  const look = { workspaceId, along, conditions, span, columns };
  if (sort.startsWith('EXPECTED')) return places({ ...look, newestFirst: sort === 'EXPECTED_START_TIME_DESC', limit });
  // The primary key has this order.
  if (sort === 'ID_DESC' && along.by === 'time') {
    const smaller = before ? [sql<boolean>`flow_run.id < ${before}::uuid`] : [];
    const wantedRuns = [sql`flow_run.workspace_id = ${workspaceId}`, ...conditions, ...smaller];
    return sql`select ${columns} from flow_run where ${sql.join(wantedRuns, sql` and `)} order by flow_run.id desc limit ${limit}`;
  }
  const { from, key, instead } = sort.startsWith('NEXT') && along.by !== 'time' ? nearNow : made[sort]!;
  const part = (which: Part) => sql`(${partOf(look, which, limit)})`;
  const parts = sql.join(from.map(part), sql` union all `);
  if (!key || !instead) return parts;
  return sql`
    with keyed as materialized (${parts})
    select * from keyed
    union all
    select * from ${part(instead)} as keyless where (select count(${sql.ref(key)}) from keyed) < ${limit}`;
}

/** Of each state in which runs that have no next start may be, so many are looked at. */
const ofStateMax = 1_000;
const unscheduledTypes = stateTypes.filter((type) => type !== 'SCHEDULED');

/** The runs of a part of time, in the order of their expected start, or of some states. */
function partOf(look: Omit<Look, 'newestFirst' | 'limit'>, { newestFirst, of }: Part, limit: number) {
  if (of === 'scheduled' || of === 'unscheduled') {
    const types = of === 'scheduled' ? ['SCHEDULED'] : unscheduledTypes;
    return places({ ...look, along: { by: 'state', types, names: null }, newestFirst, limit: ofStateMax + limit });
  }
  const only = {
    future: [sql<boolean>`flow_run.expected_start_time > now()`],
    past: [sql<boolean>`flow_run.expected_start_time <= now()`],
    all: [],
  };
  return places({ ...look, conditions: [...look.conditions, ...only[of]], newestFirst, limit: sortedMax + limit });
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
