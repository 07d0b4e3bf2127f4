import { sql, type RawBuilder } from 'kysely';
import type { Db } from '../../../core/db/db.js';
import { joined } from '../../../core/db/joined.js';
import { countAllStates } from '../counts/tally.sql.js';
import type { FlowRunRow } from '../flow-runs/flow-run.js';
import { places, type Along, type Look } from './places.sql.js';

/** Among so many runs it is seen how common the words of a search are. */
const nearestRuns = 900;
/** Words of one run in a hundred are met soon on the way along time; rarer ones are looked up. */
const commonFrom = nearestRuns / 100;
/** A workspace with such a part of all runs gains nothing by being looked up itself. */
const muchOfAll = 1 / 8;

/**
 * Runs by tags and parts of names, in the order of time. How often words occur cannot be estimated well by the database,
 * and a wrong guess reads the whole workspace: so the nearest runs are looked through first, which is often enough, and
 * what is found there tells which way is shorter (docs/decisions/0010-growth.md).
 */
export async function searchFlowRuns(
  db: Db,
  look: Omit<Look, 'along'>,
  read: (found: RawBuilder<unknown>) => Promise<FlowRunRow[]>,
): Promise<FlowRunRow[]> {
  const near = await read(places({ ...look, along: { by: 'nearest', runs: nearestRuns } }));
  if (near.length >= look.limit) return near;
  const along: Along =
    near.length >= commonFrom ? { by: 'time' } : { by: 'words', holdsMuch: await holdsMuch(db, look.workspaceId) };
  return read(places({ ...look, along }));
}

async function holdsMuch(db: Db, workspaceId: string): Promise<boolean> {
  const states = await countAllStates(joined(db), [workspaceId]);
  const own = states.reduce((sum, each) => sum + each.count, 0);
  const { rows } = await sql<{
    estimate: number;
  }>`select reltuples as estimate from pg_class where oid = 'flow_run'::regclass`.execute(db);
  return own >= muchOfAll * rows[0]!.estimate;
}
