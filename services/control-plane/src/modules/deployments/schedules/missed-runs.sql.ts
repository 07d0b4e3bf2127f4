import { sql } from 'kysely';
import { workspacesWith } from '../../../core/db/by-workspace.js';
import type { Db } from '../../../core/db/db.js';
import { fixed } from '../../../core/db/fixed.js';
import type { ScheduleRow } from '../deployment.js';

export type MissedRun = { workspace_id: string; flow_run_id: string; due: string; schedule_id: string | null };

/**
 * Waiting runs that are missed, of each workspace in turn, with the schedules that made them; null where that is gone. Parameters: limit, limit of
 * one workspace.
 */
export const missedRuns = fixed<MissedRun>(
  'loop.missed-runs',
  `with recursive ${workspacesWith('run_queue', 't.missed_at is not null')},
  missed as (
    select q.* from workspaces w cross join lateral (
      select q.workspace_id, q.flow_run_id, q.missed_at, row_number() over (order by q.missed_at) as turn from run_queue q
       where q.workspace_id = w.workspace_id and q.missed_at <= now() order by q.missed_at limit $2) q
     order by q.turn, q.missed_at limit $1)
  select m.workspace_id, m.flow_run_id, r.expected_start_time as due, s.id as schedule_id
    from missed m join flow_run r on r.workspace_id = m.workspace_id and r.id = m.flow_run_id
    left join deployment_schedule s on s.workspace_id = m.workspace_id and s.id = (r.created_by->>'id')::uuid
   order by m.missed_at`,
);

export type MissingSchedule = ScheduleRow & { flow_id: string; deployment_name: string };

/** Of these schedules, the ones that nobody is at work on, locked until the transaction ends. */
export async function lockSchedules(db: Db, workspaceId: string, ids: string[]): Promise<MissingSchedule[]> {
  const { rows } = await sql<MissingSchedule>`
    select s.*, d.flow_id, d.name as deployment_name
      from deployment_schedule s join deployment d on d.workspace_id = s.workspace_id and d.id = s.deployment_id
     where s.workspace_id = ${workspaceId} and s.id = any(${ids}::uuid[]) order by s.id for update of s skip locked`.execute(
    db,
  );
  return rows;
}
