import { sql } from 'kysely';
import type { Db } from '../../../core/db/db.js';
import { applyFilters, type Filters } from '../../filters/index.js';

export async function nameOfFlowRun(db: Db, workspaceId: string, id: string): Promise<string | null> {
  const { rows } = await sql<{ name: string }>`
    select name from flow_run where workspace_id = ${workspaceId} and id = ${id}`.execute(db);
  return rows[0]?.name ?? null;
}

export async function countWithoutSubflows(
  db: Db,
  workspaceId: string,
  flowRunIds: string[],
): Promise<{ flow_run_id: string; count: number }[]> {
  const { rows } = await sql<{ flow_run_id: string; count: number }>`
    select flow_run_id, count(*) as count from task_run
     where workspace_id = ${workspaceId} and flow_run_id = any(${flowRunIds}::uuid[])
       and not exists (select from flow_run r where r.workspace_id = task_run.workspace_id and r.parent_task_run_id = task_run.id)
     group by flow_run_id`.execute(db);
  return rows;
}

const filtered = (db: Db, workspaceId: string, filters: Filters) =>
  applyFilters(
    db.selectFrom('task_run').where('task_run.workspace_id', '=', workspaceId),
    'task_run',
    workspaceId,
    filters,
  );

export async function countByState(db: Db, workspaceId: string, filters: Filters) {
  return filtered(db, workspaceId, filters)
    .groupBy('task_run.state_type')
    .select(['task_run.state_type', sql<number>`count(*)`.as('count')])
    .execute();
}

type Span = { from: string; seconds: number };
type Bar = { bar: number; completed: number; failed: number };

export async function countByBar(
  db: Db,
  workspaceId: string,
  { from, seconds }: Span,
  filters: Filters,
): Promise<Bar[]> {
  const bar = sql<number>`floor(extract(epoch from task_run.start_time - ${from}::timestamptz) / ${seconds}::double precision)::integer`;
  const failed = sql`task_run.state_type in ('FAILED', 'CRASHED')`;
  return filtered(db, workspaceId, filters)
    .groupBy(sql`1`)
    .select([
      bar.as('bar'),
      sql<number>`count(*) filter (where not ${failed})`.as('completed'),
      sql<number>`count(*) filter (where ${failed})`.as('failed'),
    ])
    .execute();
}
