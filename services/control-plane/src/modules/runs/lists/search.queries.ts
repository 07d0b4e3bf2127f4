import { sql, type RawBuilder } from 'kysely';
import type { Db } from '../../../core/db/db.js';
import { joined } from '../../../core/db/joined.js';
import { countAllStates } from '../counts/tally.sql.js';
import type { FlowRunRow } from '../flow-runs/flow-run.js';
import { conditionsOf, nearest, places, type Along, type Search } from './places.sql.js';

/** Among so many runs it is seen how common the words of a search are. */
const nearestRuns = 900;
/** Words of one run in a hundred are met soon on the way along time; rarer ones are looked up. */
const commonFrom = nearestRuns / 100;
/** Words that were common once are too many to be looked up, though the nearest runs lack them. */
const manyOfAll = 1 / 50;
/** A workspace with such a part of all runs gains nothing by being looked up itself. */
const muchOfAll = 1 / 8;

/**
 * Runs by tags and parts of names, in the order of time. The database guesses badly how rare a part of a name is, and a
 * wrong guess reads the whole workspace: so the nearest runs are looked through first, which is often enough, and what is
 * found there tells which way is shorter (docs/decisions/0010-growth.md).
 */
export async function searchFlowRuns(
  db: Db,
  search: Search,
  read: (found: RawBuilder<unknown>) => Promise<FlowRunRow[]>,
): Promise<FlowRunRow[]> {
  const near = await read(places({ ...search, along: { by: 'nearest', runs: nearestRuns } }));
  if (near.length >= search.limit) return near;
  const along = near.length >= commonFrom ? ({ by: 'time' } as const) : await shorterWay(db, search);
  return along ? read(places({ ...search, along })) : near;
}

/** By words that are rare nearby; null when there is nothing but what is near. */
async function shorterWay(db: Db, search: Search): Promise<Along | null> {
  const { rows } = await sql<{ near: number; all_runs: number }>`
    select (select count(*) from (${nearest(search, sql`flow_run.id`, nearestRuns)}) as near) as near,
           (select reltuples from pg_class where oid = 'flow_run'::regclass) as all_runs`.execute(db);
  const { near, all_runs: allRuns } = rows[0]!;
  if (near < nearestRuns) return null;
  const states = await countAllStates(joined(db), [search.workspaceId]);
  const runs = states.reduce((sum, each) => sum + each.count, 0);
  if ((await estimated(db, search)) > manyOfAll * runs) return { by: 'time' };
  return { by: 'words', holdsMuch: runs >= muchOfAll * allRuns };
}

/** How many runs of all time the database guesses to match: good enough for what is common. */
async function estimated(db: Db, search: Search): Promise<number> {
  const { rows } = await sql<{ 'QUERY PLAN': [{ Plan: { 'Plan Rows': number } }] }>`
    explain (format json) select from flow_run where ${conditionsOf(search)}`.execute(db);
  return rows[0]!['QUERY PLAN'][0].Plan['Plan Rows'];
}
