import { graceSeconds, secondsToBegin, type CatchUp } from '@headgate/contracts/schedules/index';
import { sql } from 'kysely';
import { workspacesWith } from '../../../core/db/by-workspace.js';
import type { Db } from '../../../core/db/db.js';
import { stringifyExact } from '../../../core/json/exact-json.js';
import type { LastSkipped, ScheduleRow } from '../deployment.js';

export type ScheduleDraft = {
  id: string;
  schedule: object;
  active: boolean;
  max_scheduled_runs: number | null;
  parameters: object;
  slug: string | null;
  declared_active: boolean | null;
  catch_up: CatchUp | null;
};

export async function insertSchedules(
  db: Db,
  workspaceId: string,
  deploymentId: string,
  drafts: ScheduleDraft[],
): Promise<void> {
  if (drafts.length === 0) return;
  const rows = drafts.map((draft) => ({
    workspace_id: workspaceId,
    deployment_id: deploymentId,
    ...draft,
    schedule: JSON.stringify(draft.schedule),
    parameters: stringifyExact(draft.parameters),
    catch_up: draft.catch_up && JSON.stringify(draft.catch_up),
  }));
  await db.insertInto('deployment_schedule').values(rows).execute();
}

export async function deleteAllSchedules(db: Db, workspaceId: string, deploymentId: string): Promise<void> {
  await ofDeployment(db, workspaceId, deploymentId).execute();
}

export async function deleteSchedules(db: Db, workspaceId: string, deploymentId: string, ids: string[]): Promise<void> {
  if (ids.length > 0) await ofDeployment(db, workspaceId, deploymentId).where('id', 'in', ids).execute();
}

const ofDeployment = (db: Db, workspaceId: string, deploymentId: string) =>
  db
    .deleteFrom('deployment_schedule')
    .where('workspace_id', '=', workspaceId)
    .where('deployment_id', '=', deploymentId);

export async function deleteSchedule(db: Db, workspaceId: string, deploymentId: string, id: string): Promise<boolean> {
  const result = await db
    .deleteFrom('deployment_schedule')
    .where('workspace_id', '=', workspaceId)
    .where('deployment_id', '=', deploymentId)
    .where('id', '=', id)
    .executeTakeFirst();
  return result.numDeletedRows > 0n;
}

/** Changes what is given, and has the scheduler look at it again. One that fires otherwise, or not always, has nothing to make up for. */
export async function updateSchedule(
  db: Db,
  workspaceId: string,
  deploymentId: string,
  id: string,
  patch: Partial<ScheduleDraft>,
): Promise<boolean> {
  const { schedule, parameters, catch_up, ...plain } = patch;
  const columns = {
    ...plain,
    ...(schedule && { schedule: JSON.stringify(schedule) }),
    ...(parameters && { parameters: stringifyExact(parameters) }),
    ...(catch_up && { catch_up: JSON.stringify(catch_up) }),
    ...((schedule || plain.active !== undefined) && { made_until: null }),
  };
  const result = await db
    .updateTable('deployment_schedule')
    .set({ ...columns, updated: sql`now()`, next_pass: sql`now()` } as never)
    .where('workspace_id', '=', workspaceId)
    .where('deployment_id', '=', deploymentId)
    .where('id', '=', id)
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}

/** Has the scheduler look at all schedules of a deployment again. Waits for one that is at work on them. */
export async function nudgeSchedules(db: Db, workspaceId: string, deploymentId: string): Promise<void> {
  await db
    .updateTable('deployment_schedule')
    // The runs of the future are made anew: so far, and no further, they are there.
    .set({ next_pass: sql`now()`, made_until: sql`least(made_until, now())` })
    .where('workspace_id', '=', workspaceId)
    .where('deployment_id', '=', deploymentId)
    .execute();
}

export type DueSchedule = ScheduleRow & {
  account_id: string;
  /** Up to when it has its runs; null when that is not known, and nothing is made up for. */
  made_until: string | null;
  flow_id: string;
  deployment_name: string;
  paused: boolean;
  deployment_version: string | null;
  deployment_parameters: Record<string, unknown>;
  deployment_tags: string[];
  deployment_labels: Record<string, string | number | boolean>;
  work_queue_id: string | null;
  work_pool_id: string | null;
  infrastructure_document_id: string | null;
};

const dueColumns = sql`s.*, d.flow_id, d.name as deployment_name, d.paused, d.version as deployment_version, d.parameters as deployment_parameters, d.tags as deployment_tags,
       d.labels as deployment_labels, d.work_queue_id, q.work_pool_id, d.infrastructure_document_id,
       (select w.account_id from workspace w where w.id = s.workspace_id) as account_id
  from deployment_schedule s
  join deployment d on d.workspace_id = s.workspace_id and d.id = s.deployment_id
  left join work_queue q on q.workspace_id = d.workspace_id and q.id = d.work_queue_id`;

type OneDeployment = { workspaceId: string; deploymentId: string };
const those = ({ workspaceId, deploymentId }: OneDeployment) =>
  sql`s.workspace_id = ${workspaceId} and s.deployment_id = ${deploymentId}`;

const isDue = sql`s.active and s.next_pass <= now()`;

/** Active schedules of a deployment whose time to be looked at has come. */
export async function listDueSchedulesOf(db: Db, limit: number, only: OneDeployment): Promise<DueSchedule[]> {
  const { rows } = await sql<DueSchedule>`
    select ${dueColumns} where ${isDue} and ${those(only)} order by s.next_pass limit ${limit}`.execute(db);
  return rows;
}

/**
 * The same of all accounts in turn, but of those that have had enough. Of one account some of each workspace, whichever it
 * happens to be: one that is always behind does not stand before the others.
 */
export async function listDueSchedules(
  db: Db,
  limit: number,
  limitOfOne: number,
  except: string[],
): Promise<DueSchedule[]> {
  const { rows } = await sql<DueSchedule>`
    with recursive ${sql.raw(workspacesWith('deployment_schedule', 't.active'))},
    due as (
      select s.*, row_number() over (partition by a.account_id order by s.turn, random()) as turn_of_account
        from workspaces w join workspace a on a.id = w.workspace_id cross join lateral (
        select s.workspace_id, s.id, s.next_pass, row_number() over (order by s.next_pass) as turn from deployment_schedule s
         where s.workspace_id = w.workspace_id and ${isDue} order by s.next_pass limit ${limitOfOne}) s
       where a.account_id <> all(${except}::uuid[])),
    next as (
      select * from due where turn_of_account <= ${limitOfOne} order by turn_of_account, next_pass limit ${limit})
    select ${dueColumns} where (s.workspace_id, s.id) in (select workspace_id, id from next)`.execute(db);
  return rows;
}

/** Of these, the ones that are still due, locked until the transaction ends, so that several schedulers share the work. */
export async function lockDueSchedules(db: Db, seen: DueSchedule[]): Promise<DueSchedule[]> {
  const [ids, workspaces] = [seen.map(({ id }) => id), [...new Set(seen.map((each) => each.workspace_id))]];
  const { rows } = await sql<DueSchedule>`
    select ${dueColumns} where ${isDue} and s.workspace_id = any(${workspaces}::uuid[]) and s.id = any(${ids}::uuid[])
     order by s.next_pass for update of s skip locked`.execute(db);
  return rows;
}

/** All active schedules of a deployment; locked until the transaction ends, if so wished. */
export async function activeSchedules(db: Db, only: OneDeployment, lock: 'lock' | 'look'): Promise<DueSchedule[]> {
  const { rows } = await sql<DueSchedule>`
    select ${dueColumns} where s.active and ${those(only)} order by s.id ${lock === 'lock' ? sql`for update of s` : sql``}`.execute(
    db,
  );
  return rows;
}

/** What a pass leaves behind on a schedule. */
export type Passed = { workspace_id: string; id: string; next_pass: string };

export async function setNextPasses(db: Db, passes: Passed[]): Promise<void> {
  const rows = passes.map(({ workspace_id, id, next_pass }) => ({ workspace_id, id, next_pass }));
  await sql`
    update deployment_schedule s set next_pass = p.next_pass
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as p(workspace_id uuid, id uuid, next_pass timestamptz)
     where s.workspace_id = p.workspace_id and s.id = p.id`.execute(db);
}

/** The same, with the moment up to which the runs are there. */
export async function setPassed(db: Db, passes: (Passed & { made_until: string | null })[]): Promise<void> {
  const rows = passes.map(({ workspace_id, id, next_pass, made_until }) => ({
    workspace_id,
    id,
    next_pass,
    made_until,
  }));
  await sql`
    update deployment_schedule s set next_pass = p.next_pass, made_until = p.made_until
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as p(workspace_id uuid, id uuid, next_pass timestamptz, made_until timestamptz)
     where s.workspace_id = p.workspace_id and s.id = p.id`.execute(db);
}

/** For those who look at the schedule later. */
export async function setLastSkipped(
  db: Db,
  { workspace_id, id }: { workspace_id: string; id: string },
  skipped: LastSkipped,
): Promise<void> {
  await db
    .updateTable('deployment_schedule')
    .set({ last_skipped: JSON.stringify(skipped) })
    .where('workspace_id', '=', workspace_id)
    .where('id', '=', id)
    .execute();
}

/**
 * Of the waiting runs of a schedule, when they are missed, after its policy or what follows them has changed; those that
 * were begun once, or put off, never are. Where the latest is caught up on, a run is missed when the next one is due; of
 * the last one that stands as it is.
 */
export async function setMissedTimes(
  db: Db,
  { workspace_id, deployment_id, id }: Pick<ScheduleRow, 'workspace_id' | 'deployment_id' | 'id'>,
  catchUp: CatchUp,
): Promise<void> {
  await sql`
    with waiting as (
      select q.flow_run_id, q.due, q.missed_at, lead(q.due) over (order by q.due) as next
        from run_queue q join flow_run r on r.workspace_id = q.workspace_id and r.id = q.flow_run_id
       where q.workspace_id = ${workspace_id} and q.deployment_id = ${deployment_id} and q.auto_scheduled and q.run_count = 0
         and r.created_by->>'id' = ${id}),
    timed as (
      select flow_run_id, case when ${catchUp === 'latest'}::boolean
                               then case when next is null then missed_at else greatest(next, due + ${graceSeconds}::integer * interval '1 second') end
                               else due + ${secondsToBegin(catchUp)}::integer * interval '1 second' end as missed_at
        from waiting)
    update run_queue q set missed_at = t.missed_at from timed t
     where q.workspace_id = ${workspace_id} and q.flow_run_id = t.flow_run_id and q.missed_at is distinct from t.missed_at
       and q.missed_at is distinct from 'infinity'`.execute(db);
}
