import { sql, type RawBuilder } from 'kysely';
import type { Database } from '../../../core/db/database.js';
import { lateness } from '../history/history.queries.js';
import { countFlowRuns } from './count.queries.js';
import { conditionsOfList, toFilters, type RunListFilter } from './pages.queries.js';

/** How many runs a list has on all its pages; by state alone, or without a filter, from the counts that are kept. */
export async function countFlowRunsListed(
  database: Database,
  workspaceId: string,
  filter: RunListFilter,
): Promise<number> {
  const { stateTypes: _, stateNames: __, ...others } = filter;
  const asks = Object.values(others).some((each) => (Array.isArray(each) ? each.length > 0 : Boolean(each)));
  if (!asks) return countFlowRuns(database, workspaceId, toFilters(filter));
  return (await figureOf(database, workspaceId, filter, sql`count(*)`)) ?? 0;
}

/** By how many seconds the runs of a list start late, on average; null when there are none. */
export const latenessOfRunsListed = (database: Database, workspaceId: string, filter: RunListFilter) =>
  figureOf(database, workspaceId, filter, sql`avg(${lateness('flow_run')})`);

async function figureOf(
  { db }: Database,
  workspaceId: string,
  filter: RunListFilter,
  figure: RawBuilder<unknown>,
): Promise<number | null> {
  const conditions = [sql`flow_run.workspace_id = ${workspaceId}`, ...conditionsOfList(workspaceId, filter)];
  const { rows } = await sql<{ figure: number | null }>`
    select ${figure} as figure from flow_run where ${sql.join(conditions, sql` and `)}`.execute(db);
  return rows[0]!.figure;
}
