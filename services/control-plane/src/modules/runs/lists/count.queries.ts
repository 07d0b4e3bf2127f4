import { sql } from 'kysely';
import type { Database } from '../../../core/db/database.js';
import { between, predicatesFor, type Filters, type Predicate } from '../../filters/index.js';
import { countAllStates } from '../counts/tally.sql.js';

/**
 * How many runs filters let through. Without filters, or by types of state alone, from the counts that are kept; by
 * state and time from flow_run_by_state; anything else is counted run by run, along what index there is.
 */
export async function countFlowRuns(database: Database, workspaceId: string, filters: Filters): Promise<number> {
  const simple = onlyStateAndTime(filters);
  if (simple && !simple.names && !simple.expected) return countKept(database, workspaceId, simple.types);
  if (simple) return countByState(database, workspaceId, simple);
  const conditions = [
    sql<boolean>`flow_run.workspace_id = ${workspaceId}`,
    ...predicatesFor('flow_run', workspaceId, filters),
  ];
  return count(database, sql`flow_run`, conditions);
}

type Simple = { types: string[] | null; names: string[] | null; expected: Times | null };
type Times = { after_?: string | null | undefined; before_?: string | null | undefined };

/** What filters ask for when they speak of nothing but the state and the expected start; else null. */
function onlyStateAndTime({ flow_runs: runs, ...others }: Filters): Simple | null {
  if (Object.values(others).some(Boolean) || runs?.operator === 'or_') return null;
  const { operator: _, state, expected_start_time: expected, ...rest } = runs ?? {};
  if (Object.values(rest).some(Boolean) || state?.type?.not_any_ || state?.name?.not_any_) return null;
  const [types, names] = [state?.type?.any_ ?? null, state?.name?.any_ ?? null];
  return state?.operator === 'or_' && types && names ? null : { types, names, expected: expected ?? null };
}

async function countKept({ sql: pool }: Database, workspaceId: string, types: string[] | null): Promise<number> {
  const states = await countAllStates(pool, [workspaceId]);
  const wanted = states.filter(({ state_type }) => !types || types.includes(state_type));
  return wanted.reduce((sum, each) => sum + each.count, 0);
}

const countByState = (database: Database, workspaceId: string, { types, names, expected }: Simple) =>
  count(database, sql`flow_run_by_state at`, [
    sql`at.workspace_id = ${workspaceId}`,
    ...(types ? [sql<boolean>`at.state_type = any(${types}::text[])`] : []),
    ...(names ? [sql<boolean>`at.state_name = any(${names}::text[])`] : []),
    ...between(sql`at.expected_start_time`, expected),
  ]);

async function count({ db }: Database, table: ReturnType<typeof sql>, conditions: Predicate[]): Promise<number> {
  const { rows } = await sql<{
    count: number;
  }>`select count(*) as count from ${table} where ${sql.join(conditions, sql` and `)}`.execute(db);
  return rows[0]!.count;
}
