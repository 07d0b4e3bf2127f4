import { sql, type RawBuilder } from 'kysely';
import type { Db } from '../../../core/db/db.js';
import { joined } from '../../../core/db/joined.js';
import { countAllStates } from '../counts/tally.sql.js';
import type { FlowRunRow } from '../flow-runs/flow-run.js';
import { conditionsOf, nearest, nearestDays, places, type Along, type Search } from './places.sql.js';

/** Among so many runs it is seen how common the words of a search are. */
const nearestRuns = 900;
/** Words of one run in a hundred are met soon on the way along time; rarer ones are looked up. */
const commonFrom = nearestRuns / 100;
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
 * found there tells which way is shorter (docs/decisions/0010-growth.md).
 */
export async function searchFlowRuns(
  db: Db,
  search: WordSearch,
  read: (found: RawBuilder<unknown>) => Promise<FlowRunRow[]>,
): Promise<FlowRunRow[]> {
  // In the same breath, for whoever searches looks for what is rare more often than not.
  const [near, ways] = await Promise.all([
    read(places({ ...search, along: { by: 'nearest', runs: nearestRuns } })),
    waysByWords(db, search),
  ]);
  let found = near;
  for (const along of near.length < commonFrom ? ways : [byTime]) {
    if (found.length >= search.limit) break;
    found = await read(places({ ...search, along }));
  }
  return found;
}

const byTime: Along = { by: 'time' };

/** The ways to go, one after the other until there are enough; none when there is nothing but what is near. */
async function waysByWords(db: Db, search: WordSearch): Promise<Along[]> {
  const [{ near, allRuns, days }, states, matching] = await Promise.all([
    surroundings(db, search),
    countAllStates(joined(db), [search.workspaceId]),
    estimated(db, search),
  ]);
  if (near < nearestRuns) return [];
  const runs = states.reduce((sum, each) => sum + each.count, 0);
  if (matching > manyOfAll * runs) return [byTime];
  const holdsMuch = runs >= muchOfAll * allRuns;
  const everywhere: Along = { by: 'words', holdsMuch };
  if (!search.partOfName || runs < manyRuns) return [everywhere];
  const byDays: Along = { by: 'days', days, holdsMuch };
  return days.length < nearestDaysMax ? [byDays] : [byDays, everywhere];
}

type Surroundings = { near: number; allRuns: number; days: string[] };

/** How many runs are near, how many the table holds, and the nearest days. */
async function surroundings(db: Db, search: Search): Promise<Surroundings> {
  const { rows } = await sql<Surroundings>`
    select (select count(*) from (${nearest(search, sql`flow_run.id`, nearestRuns)}) as near) as near,
           (select reltuples from pg_class where oid = 'flow_run'::regclass) as "allRuns",
           array(${nearestDays(search, nearestDaysMax)}) as days`.execute(db);
  return rows[0]!;
}

/** How many runs of all time the database guesses to match: good enough for what is common. */
async function estimated(db: Db, search: Search): Promise<number> {
  const { rows } = await sql<{ 'QUERY PLAN': [{ Plan: { 'Plan Rows': number } }] }>`
    explain (format json) select from flow_run where ${conditionsOf(search)}`.execute(db);
  return rows[0]!['QUERY PLAN'][0].Plan['Plan Rows'];
}
