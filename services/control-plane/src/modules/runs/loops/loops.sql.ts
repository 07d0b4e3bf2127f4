import { fixed } from '../../../core/db/fixed.js';
import { wholeWorkspace as whole } from '../counts/tally.sql.js';

/** Waiting runs whose time is past. Those that are not plainly Scheduled are looked at once and left. Parameters: seconds, limit. */
export const pastDue = fixed<{ workspace_id: string; flow_run_id: string; due: string; state_name: string | null }>(
  'loop.past-due',
  `select q.workspace_id, q.flow_run_id, q.due, r.state_name
     from run_queue q join flow_run r on r.workspace_id = q.workspace_id and r.id = q.flow_run_id
    where not q.late and q.due < now() - $1::double precision * interval '1 second' and not q.in_process
    order by q.due limit $2`,
);

/** Parameters: workspaces, runs, side by side. */
export const setLate = fixed<never>(
  'loop.set-late',
  `update run_queue q set late = true from unnest($1::uuid[], $2::uuid[]) as late (workspace_id, id)
    where q.workspace_id = late.workspace_id and q.flow_run_id = late.id`,
);

export const expiredPauses = fixed<{ workspace_id: string; id: string; suspended: boolean }>(
  'loop.expired-pauses',
  `select r.workspace_id, r.id, coalesce((r.state->'state_details'->>'pause_reschedule')::boolean, false) as suspended
     from flow_run_by_state s join flow_run r on r.workspace_id = s.workspace_id and r.id = s.flow_run_id
    where s.state_type = 'PAUSED' and r.state_type = 'PAUSED' and (r.state->'state_details'->>'pause_timeout')::timestamptz < now() limit $1`,
);

/** Parameters: seconds, limit. */
export const stuckCancellations = fixed<{ workspace_id: string; id: string }>(
  'loop.stuck-cancellations',
  `select r.workspace_id, r.id from flow_run_by_state s join flow_run r on r.workspace_id = s.workspace_id and r.id = s.flow_run_id
    where s.state_type = 'CANCELLING' and r.state_type = 'CANCELLING'
      and (r.state->>'timestamp')::timestamptz < now() - $1::double precision * interval '1 second' limit $2`,
);

/** Cancelled runs and their children that have not ended: subflows, and task runs that nobody will report on. */
export const childrenOfCancelled = fixed<{
  workspace_id: string;
  parent_id: string;
  child_id: string | null;
  deployed: boolean | null;
}>(
  'loop.children-of-cancelled',
  `with cancelled as (select workspace_id, flow_run_id from run_cleanup limit $1)
   select c.workspace_id, c.flow_run_id as parent_id, s.id as child_id, s.deployment_id is not null as deployed
     from cancelled c
     left join task_run t on t.workspace_id = c.workspace_id and t.flow_run_id = c.flow_run_id
     left join flow_run s on s.workspace_id = t.workspace_id and s.parent_task_run_id = t.id and s.state_type not in ('COMPLETED', 'FAILED', 'CRASHED', 'CANCELLED')`,
);

/** Cancels what is left of the task runs of these runs. Parameters: workspaces, runs. */
export const cancelTaskRuns = fixed<{ id: string }>(
  'loop.cancel-task-runs',
  `with parents as (select * from unnest($1::uuid[], $2::uuid[]) as p (workspace_id, id)),
  cancelled as (
    update task_run t
       set state_type = 'CANCELLED', state_name = 'Cancelled', state_timestamp = now(), updated = now(), end_time = coalesce(t.end_time, now()),
           total_run_time = t.total_run_time + case when t.state_type = 'RUNNING' then greatest(0, extract(epoch from now() - t.state_timestamp)) else 0 end,
           state = jsonb_build_object('id', gen_random_uuid(), 'type', 'CANCELLED', 'name', 'Cancelled', 'message', 'The parent flow run was cancelled.', 'data', null,
             'timestamp', to_char(now() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
             'state_details', jsonb_build_object('task_run_id', t.id, 'flow_run_id', t.flow_run_id))
      from parents p
     where t.workspace_id = p.workspace_id and t.flow_run_id = p.id
       and (t.state_type is null or t.state_type not in ('COMPLETED', 'FAILED', 'CRASHED', 'CANCELLED'))
    returning t.workspace_id, t.id, t.state),
  history as (
    insert into task_run_state (workspace_id, task_run_id, timestamp, id, type, name, message, details)
    select workspace_id, id, (state->>'timestamp')::timestamptz, (state->>'id')::uuid, 'CANCELLED', 'Cancelled', state->>'message', state->'state_details' from cancelled)
  select id from cancelled`,
);

/** Parameters: workspaces, runs. */
export const cleanedUp = fixed<never>(
  'loop.cleaned-up',
  `delete from run_cleanup c using unnest($1::uuid[], $2::uuid[]) as p (workspace_id, id) where c.workspace_id = p.workspace_id and c.flow_run_id = p.id`,
);

/** Folds appended changes into what they add up to; one loop at a time, a second pass finds nothing. Parameters: limit. */
export const foldCounts = fixed<{ folded: number }>(
  'loop.fold-counts',
  `with locked as materialized (select pg_try_advisory_xact_lock(72707371) as mine),
  taken as (
    delete from flow_run_count where ctid = any (array(select ctid from flow_run_count where (select mine from locked) limit $1))
    returning workspace_id, hour, deployment_id, state_type, delta, started, delay_seconds),
  put as (
    insert into flow_run_tally as t (workspace_id, deployment_id, hour, state_type, runs, started, delay_seconds)
    select c.workspace_id, level.deployment_id, level.hour, c.state_type, sum(c.delta), sum(c.started), sum(c.delay_seconds)
      from taken c, lateral (values ('${whole}'::uuid, c.hour), ('${whole}'::uuid, '-infinity'), (c.deployment_id, '-infinity')) as level (deployment_id, hour)
     where level.deployment_id is not null
     group by 1, 2, 3, 4
    on conflict (workspace_id, deployment_id, hour, state_type) do update
       set runs = t.runs + excluded.runs, started = t.started + excluded.started, delay_seconds = t.delay_seconds + excluded.delay_seconds)
  select count(*) as folded from taken`,
);

/** Parameters: days ahead. */
export const ensurePartitions = fixed<{ made: number }>(
  'loop.ensure-partitions',
  'select ensure_partitions($1) as made',
);

/** Parameters: table, days. */
export const dropPartitions = fixed<{ dropped: number }>(
  'loop.drop-partitions',
  `select drop_partitions($1, now() - $2::integer * interval '1 day') as dropped`,
);
