import { fixed } from '../../../core/db/fixed.js';
import { workspacesWith } from '../../../core/db/by-workspace.js';
import { levelsOf } from '../counts/levels.sql.js';

/**
 * Waiting runs whose time is past, of each workspace in turn. Those that are not plainly Scheduled are looked at once and
 * left. Parameters: seconds, limit, limit of one workspace.
 */
export const pastDue = fixed<{
  workspace_id: string;
  flow_run_id: string;
  due: string;
  state_name: string | null;
  state_id: string;
}>(
  'loop.past-due',
  `with recursive ${workspacesWith('run_queue', 'not t.late')},
  past as (
    select q.* from workspaces w cross join lateral (
      select q.workspace_id, q.flow_run_id, q.due, row_number() over (order by q.due) as turn from run_queue q
       where q.workspace_id = w.workspace_id and not q.late and q.due < now() - $1::double precision * interval '1 second' and not q.in_process
       order by q.due limit $3) q
     order by q.turn, q.due limit $2)
   select q.workspace_id, q.flow_run_id, q.due, r.state_name, r.state->>'id' as state_id
     from past q join flow_run r on r.workspace_id = q.workspace_id and r.id = q.flow_run_id
    order by q.turn, q.due`,
);

/** Parameters: workspaces, runs, side by side. */
export const setLate = fixed<never>(
  'loop.set-late',
  `update run_queue q set late = true from unnest($1::uuid[], $2::uuid[]) as late (workspace_id, id)
    where q.workspace_id = late.workspace_id and q.flow_run_id = late.id`,
);

/** Runs that have waited in states of this type for as long as they may, of each workspace in turn. Parameters: limit. */
const waitedOut = (type: 'PAUSED' | 'CANCELLING', columns: string): string => `with recursive ${workspacesWith(
  'flow_run_by_state',
  `t.state_type = '${type}' and t.until is not null`,
)},
  over as (
    select s.* from workspaces w cross join lateral (
      select s.workspace_id, s.flow_run_id, row_number() over (order by s.until) as turn from flow_run_by_state s
       where s.workspace_id = w.workspace_id and s.state_type = '${type}' and s.until < now() order by s.until limit $1) s
     order by s.turn limit $1)
  select r.workspace_id, r.id, r.state->>'id' as state_id${columns}
    from over join flow_run r on r.workspace_id = over.workspace_id and r.id = over.flow_run_id and r.state_type = '${type}'`;

export const expiredPauses = fixed<{ workspace_id: string; id: string; suspended: boolean; state_id: string }>(
  'loop.expired-pauses',
  waitedOut('PAUSED', `, coalesce((r.state->'state_details'->>'pause_reschedule')::boolean, false) as suspended`),
);

export const stuckCancellations = fixed<{ workspace_id: string; id: string; state_id: string }>(
  'loop.stuck-cancellations',
  waitedOut('CANCELLING', ''),
);

/** Cancelled runs whose children have still to be cancelled. Parameters: limit. */
export const cancelledParents = fixed<{ workspace_id: string; flow_run_id: string }>(
  'loop.cancelled-parents',
  `select workspace_id, flow_run_id from run_cleanup order by row_number() over (partition by workspace_id order by flow_run_id) limit $1`,
);

/** Subflows of these runs that have not ended. Parameters: workspaces, runs. */
export const childrenOf = fixed<{ workspace_id: string; id: string; deployed: boolean }>(
  'loop.children-of',
  `select s.workspace_id, s.id, s.deployment_id is not null as deployed
     from unnest($1::uuid[], $2::uuid[]) as p (workspace_id, id)
     join task_run t on t.workspace_id = p.workspace_id and t.flow_run_id = p.id
     join flow_run s on s.workspace_id = t.workspace_id and s.parent_task_run_id = t.id
    where s.state_type not in ('COMPLETED', 'FAILED', 'CRASHED', 'CANCELLED')`,
);

/**
 * Forgets parents whose children are cancelled, and in the same breath leaves a message to the workers of their pools for
 * those that ended with this message and may still have infrastructure. Answers the pools whose workers have to be told.
 * Parameters: workspaces, runs, message.
 */
export const cleanedUp = fixed<{ work_pool_id: string }>(
  'loop.cleaned-up',
  `with gone as (
    delete from run_cleanup c using unnest($1::uuid[], $2::uuid[]) as p (workspace_id, id)
     where c.workspace_id = p.workspace_id and c.flow_run_id = p.id
    returning c.workspace_id, c.flow_run_id),
  left_behind as (
    insert into run_teardown (workspace_id, message_id, work_pool_id, work_queue_id, flow_run_id, infrastructure_pid)
    select r.workspace_id, (r.state->>'id')::uuid, r.work_pool_id, r.work_queue_id, r.id, r.infrastructure_pid
      from gone g
      join flow_run r on r.workspace_id = g.workspace_id and r.id = g.flow_run_id
      join work_pool w on w.workspace_id = r.workspace_id and w.id = r.work_pool_id
     where r.state_type = 'CANCELLED' and r.state->>'message' = $3 and r.infrastructure_pid is not null and w.type !~ ':(push|managed)$'
    on conflict do nothing
    returning work_pool_id)
  select distinct work_pool_id from left_behind`,
);

/** Folds appended changes into what they add up to; one loop at a time, a second pass finds nothing. Parameters: limit. */
export const foldCounts = fixed<{ folded: number }>(
  'loop.fold-counts',
  `with locked as materialized (select pg_try_advisory_xact_lock(72707371) as mine),
  taken as (
    delete from flow_run_count where ctid = any (array(select ctid from flow_run_count where (select mine from locked) limit $1))
    returning workspace_id, hour, made, deployment_id, state_type, delta, started, delay_seconds),
  put as (
    insert into flow_run_tally as t (workspace_id, deployment_id, hour, state_type, runs, started, delay_seconds)
    select c.workspace_id, level.deployment_id, level.hour, level.state_type, sum(c.delta), sum(level.started), sum(level.delay_seconds)
      from taken c, lateral ${levelsOf}
     where level.deployment_id is not null and level.hour is not null
     group by 1, 2, 3, 4
    on conflict (workspace_id, deployment_id, hour, state_type) do update
       set runs = t.runs + excluded.runs, started = t.started + excluded.started, delay_seconds = t.delay_seconds + excluded.delay_seconds)
  select count(*) as folded from taken`,
);

/**
 * Forgets the hours and days in which there are no runs any more, since all have expired. Parameters: days that runs are
 * kept.
 */
export const dropEmptyTallies = fixed<{ dropped: number }>(
  'loop.drop-empty-tallies',
  `with dropped as (
    delete from flow_run_tally
     where hour > '-infinity' and hour < now() - $1::double precision * interval '1 day' and runs = 0 and started = 0
    returning hour)
   select count(*) as dropped from dropped`,
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

/**
 * Rows of moments that had no day of their own when they came, because they were long past or far ahead: days that are
 * dropped do not take them along. Parameters: days, how many at most.
 */
const deleteOfNoDay = (table: string, moment = 'timestamp') =>
  fixed<{ deleted: number }>(
    `loop.delete-of-no-day-${table}`,
    `with gone as (
      delete from ${table}_other where ctid = any(array(
        select ctid from ${table}_other where ${moment} < now() - $1::integer * interval '1 day' limit $2 for update skip locked))
      returning 1)
     select count(*)::integer as deleted from gone`,
  );

export const deleteEventsOfNoDay = deleteOfNoDay('event', 'occurred');
/** With the last events of their day. */
export const deleteRelatedOfNoDay = deleteOfNoDay('event_related', "day + interval '1 day'");
export const deleteLogsOfNoDay = deleteOfNoDay('log');
export const deleteStatesOfNoDay = deleteOfNoDay('flow_run_state');
export const deleteTaskStatesOfNoDay = deleteOfNoDay('task_run_state');

export type ExpiredClaim = { workspace_id: string; flow_run_id: string; claim_id: string; agent_name: string };

/**
 * Claims whose agent has not been heard of in time; from now on nobody can renew them, so that who was slow does not
 * keep a run that is given to another. Of each workspace in turn. Parameters: limit, limit of one workspace.
 */
export const takeExpiredClaims = fixed<ExpiredClaim>(
  'loop.take-expired-claims',
  `with recursive ${workspacesWith('run_claim', 'true')},
  expired as (
    select e.workspace_id, e.flow_run_id, e.lease_until from workspaces w cross join lateral (
      select c.workspace_id, c.flow_run_id, c.lease_until from run_claim c
       where c.workspace_id = w.workspace_id and c.lease_until < now() order by c.lease_until limit $2 for update skip locked) e)
   update run_claim c set agent_id = '00000000-0000-0000-0000-000000000000'
     from (select * from expired order by row_number() over (partition by workspace_id order by lease_until), lease_until limit $1) e
    where c.workspace_id = e.workspace_id and c.flow_run_id = e.flow_run_id
   returning c.workspace_id, c.flow_run_id, c.claim_id, c.agent_name`,
);

/** Which of these leases their runs do not hold. Parameters: workspaces, leases, runs, side by side. */
export const strayLeases = fixed<{ workspace_id: string; lease_id: string }>(
  'loop.stray-leases',
  `select l.workspace_id, l.lease_id from unnest($1::uuid[], $2::uuid[], $3::uuid[]) as l (workspace_id, lease_id, run_id)
     left join flow_run r on r.workspace_id = l.workspace_id and r.id = l.run_id
    where r.state->'state_details'->>'deployment_concurrency_lease_id' is distinct from l.lease_id::text`,
);

/**
 * Leases whose task run has ended, or is not there: one that a client has just made may be recorded later. Parameters:
 * workspaces, leases, task runs, side by side.
 */
export const strayTaskLeases = fixed<{ workspace_id: string; lease_id: string }>(
  'loop.stray-task-leases',
  `select l.workspace_id, l.lease_id from unnest($1::uuid[], $2::uuid[], $3::uuid[]) as l (workspace_id, lease_id, run_id)
     left join task_run t on t.workspace_id = l.workspace_id and t.id = l.run_id
    where (t.state_type in ('COMPLETED', 'FAILED', 'CRASHED', 'CANCELLED') and t.state_timestamp < now() - interval '10 seconds')
       or (t.id is null and exists (
             select from concurrency_lease c
              where c.workspace_id = l.workspace_id and c.id = l.lease_id and c.created < now() - interval '10 minutes'))`,
);

/**
 * How to look at the tables that hold more than twice the rows that Postgres knew of when it last looked, of those that held
 * fewer than this (parameter) then.
 */
export const outgrownTables = fixed<{ statement: string }>(
  'loop.outgrown-tables',
  `select format('analyze (skip_locked) %I', c.relname) as statement from pg_class c
    where c.relnamespace = current_schema()::regnamespace and c.relkind = 'r' and not c.relispartition
      and c.reltuples < $1 and pg_stat_get_live_tuples(c.oid) > 200 + 2 * greatest(c.reltuples, 0)
    order by c.relname`,
);
