import { sql, type RawBuilder } from 'kysely';
import type { Db } from '../../../core/db/db.js';
import { applyFilters, type Filters } from '../../filters/index.js';
import type { Intervals } from './intervals.js';

export type RunKind = 'flow_run' | 'task_run';

/** Runs of one state whose expected start lies in the interval of that index. Sums are seconds. */
export type StateCount = {
  interval: number;
  state_type: string;
  state_name: string;
  count_runs: number;
  sum_estimated_run_time: number;
  sum_estimated_lateness: number;
};

const seconds = (interval: RawBuilder<unknown>) => sql<number>`extract(epoch from ${interval})::double precision`;

/** The columns that estimates are made of; when a flow run entered its state stands only in the state itself. */
const columnsOf = (kind: RunKind) => {
  const column = (name: string) => sql.ref(`${kind}.${name}`);
  const entered = kind === 'task_run' ? column('state_timestamp') : sql`(flow_run.state->>'timestamp')::timestamptz`;
  return {
    entered,
    type: column('state_type'),
    total: column('total_run_time'),
    started: column('start_time'),
    expected: column('expected_start_time'),
  };
};

/** Seconds that a run has run, counting the stretch that it is in. */
function estimatedRunTime(kind: RunKind) {
  const { entered, type, total } = columnsOf(kind);
  return sql`${total} + case when ${type} = 'RUNNING' then ${seconds(sql`now() - ${entered}`)} else 0 end`;
}

/** Seconds by which a run started, or is about to start, after its time. */
export function lateness(kind: RunKind) {
  const { type, started, expected } = columnsOf(kind);
  const waits = sql`${started} is null and ${type} not in ('COMPLETED', 'FAILED', 'CRASHED', 'CANCELLED')`;
  return sql`case when ${started} > ${expected} then ${seconds(sql`${started} - ${expected}`)}
    when ${waits} and ${expected} < now() then ${seconds(sql`now() - ${expected}`)} else 0 end`;
}

/** Task runs are filtered the same way; to the types they are flow runs, whose columns used here they share. */
function filtered(db: Db, kind: RunKind, workspaceId: string, filters: Filters) {
  const runs = db
    .selectFrom(kind as 'flow_run')
    .where(sql<boolean>`${sql.ref(`${kind}.workspace_id`)} = ${workspaceId}`);
  return applyFilters(runs, kind, workspaceId, filters);
}

/**
 * Counts by interval and state: one scan of the index of expected starts, over the range that is asked for. The figures
 * of each run are worked out first, apart (`offset 0`): that few groups come of it is then plain to the planner, which
 * would otherwise sort whole runs on disk.
 */
export async function countByInterval(
  db: Db,
  kind: RunKind,
  workspaceId: string,
  { start, end, micros }: Intervals,
  filters: Filters,
): Promise<StateCount[]> {
  const { expected, type } = columnsOf(kind);
  const index = sql<number>`floor(extract(epoch from ${expected} - ${start}::timestamptz) * 1000000 / ${micros}::bigint)::integer`;
  const runs = filtered(db, kind, workspaceId, filters)
    .where(sql<boolean>`${expected} >= ${start}::timestamptz and ${expected} < ${end}::timestamptz`)
    .where(sql<boolean>`${type} is not null`)
    .select([
      index.as('interval'),
      sql<string>`${type}`.as('state_type'),
      sql.ref<string>(`${kind}.state_name`).as('state_name'),
      sql<number>`greatest(0, ${estimatedRunTime(kind)})`.as('run_time'),
      sql<number>`greatest(0, ${lateness(kind)})`.as('lateness'),
    ])
    .offset(sql<number>`0`);
  return db
    .selectFrom(runs.as('run'))
    .groupBy(['interval', 'state_type', 'state_name'])
    .orderBy('interval')
    .orderBy('state_type')
    .orderBy('state_name')
    .select(['interval', 'state_type', 'state_name'])
    .select([
      sql<number>`count(*)`.as('count_runs'),
      sql<number>`sum(run_time)`.as('sum_estimated_run_time'),
      sql<number>`sum(lateness)`.as('sum_estimated_lateness'),
    ])
    .execute();
}

/** Null when no run is let through. */
export async function averageLateness(db: Db, workspaceId: string, filters: Filters): Promise<number | null> {
  const query = filtered(db, 'flow_run', workspaceId, filters);
  const row = await query.select(sql<number | null>`avg(${lateness('flow_run')})`.as('average')).executeTakeFirst();
  return row?.average ?? null;
}
