import { sql, type RawBuilder } from 'kysely';
import type { Database } from '../../../core/db/database.js';
import { allRuns } from '../counts/tally.sql.js';
import type { FlowRunRow } from '../flow-runs/flow-run.js';
import { conditionsOf, inOrder, nearest, nearestDays, places, type Along, type Search } from './places.sql.js';

/** Among so many runs it is seen how common the words of a search are. */
const nearestRuns = 900;
/** Words of one run in a hundred are met soon on the way along time; rarer ones are looked up. */
const commonFrom = nearestRuns / 100;
/** Most parts of names are rare: so few runs show it, unless such a part is met more than once. */
const sampledRuns = 150;
/** Words that were common once are too many to be looked up, though the nearest runs lack them. */
const manyOfAll = 1 / 50;
/** A workspace with such a part of all runs gains nothing by being looked up itself. */
const muchOfAll = 1 / 8;
/** A part of a name is many short words, each common: from so many runs on it is looked up in the nearest days first. */
const manyRuns = 200_000;
const nearestDaysMax = 6;

type WordSearch = Search & { partOfName: boolean };

/**
 * Runs by tags and parts of names, in the order of time. The database guesses badly how rare a part of a name is, and a
 * wrong guess reads the whole workspace: so the nearest runs are looked through first, which is often enough, and what is
 * found there tells which way is shorter (docs/decisions/0010-growth.md). `named` adds the names of queues and pools.
 */
export async function searchFlowRuns(
  database: Database,
  search: WordSearch,
  named: (found: RawBuilder<unknown>) => RawBuilder<FlowRunRow>,
): Promise<FlowRunRow[]> {
  // In the same breath, for whoever searches looks for what is rare more often than not.
  const runs = search.partOfName ? sampledRuns : nearestRuns;
  const [{ near, around }, matching] = await Promise.all([
    lookAround(database, search, runs, named),
    estimated(database, search),
  ]);
  const read = async (along: Along) => {
    // How good the way along time is depends on the words; the others are what they are.
    const db = along.by === 'time' ? database.db : database.searches;
    return (await named(places({ ...search, along })).execute(db)).rows;
  };
  if (!around.are_more || near.length >= search.limit) return near;
  let found = search.partOfName && near.length > 1 ? await read({ by: 'nearest', runs: nearestRuns }) : near;
  for (const along of found.length < commonFrom ? waysByWords(search, around, matching) : [byTime]) {
    if (found.length >= search.limit) break;
    found = await read(along);
  }
  return found;
}

const byTime: Along = { by: 'time' };

/** The ways to go, one after the other until there are enough. */
function waysByWords({ partOfName }: WordSearch, around: Surroundings, matching: number): Along[] {
  if (matching > manyOfAll * around.all_runs) return [byTime];
  const holdsMuch = around.all_runs >= muchOfAll * around.runs_of_table;
  const everywhere: Along = { by: 'words', holdsMuch };
  if (!partOfName || around.all_runs < manyRuns) return [everywhere];
  const days = around.nearest_days.split(' ');
  const byDays: Along = { by: 'days', days, holdsMuch };
  return days.length < nearestDaysMax ? [byDays] : [byDays, everywhere];
}

/** Whether there are more runs than those looked at, how many the workspace and the table hold, and the nearest days. */
type Surroundings = { are_more: boolean; all_runs: number; runs_of_table: number; nearest_days: string };

/** What is found among so many nearest runs, and what is around: in one statement, as half of its costs are to be sent. */
async function lookAround(
  { searches }: Database,
  search: Search,
  runs: number,
  named: (found: RawBuilder<unknown>) => RawBuilder<FlowRunRow>,
): Promise<{ near: FlowRunRow[]; around: Surroundings }> {
  const near = places({ ...search, along: { by: 'nearest', runs } });
  const { rows } = await sql<FlowRunRow & Surroundings>`
    select near.*, around.* from (
      select (select count(*) from (${nearest(search, sql`flow_run.id`, runs)}) as near) = ${runs} as are_more,
             ${allRuns(search.workspaceId)} as all_runs,
             (select reltuples from pg_class where oid = 'flow_run'::regclass) as runs_of_table,
             array_to_string(array(${nearestDays(search, nearestDaysMax)}), ' ') as nearest_days
    ) as around left join (${named(near)}) as near on true order by ${inOrder(search, 'near', 'id')}`.execute(searches);
  return { near: rows.filter((row) => row.id !== null), around: rows[0]! };
}

/** How many runs of all time the database guesses to match: good enough for what is common. */
async function estimated({ db }: Database, search: Search): Promise<number> {
  const { rows } = await sql<{ 'QUERY PLAN': [{ Plan: { 'Plan Rows': number } }] }>`
    explain (format json) select from flow_run where ${conditionsOf(search)}`.execute(db);
  return rows[0]!['QUERY PLAN'][0].Plan['Plan Rows'];
}
