import { workspacesWith } from '../../../core/db/by-workspace.js';
import { fixed } from '../../../core/db/fixed.js';

/** What a pool that says nothing allows its runs, in seconds; clusters take their time to start a run. */
export const recoveryDefaults = { pendingSecondsMax: 1_800, pendingWithoutWorkerSecondsMax: 300 };
/** A run that told but once that it lives is given the time of three intervals of the client's default. */
const intervalUnknownSeconds = 180;
const heartbeatSecondsMin = 90;

export type LostRun = { workspace_id: string; id: string; state_id: string };

const recoveryOf = `
     left join work_pool_recovery w on w.workspace_id = r.workspace_id and w.work_pool_id = r.work_pool_id`;

/** What an agent holds is left to its claim. The claim that a run names may be long gone: it stays written on it for a last word. */
const unclaimed = 'not exists (select from run_claim c where c.workspace_id = r.workspace_id and c.flow_run_id = r.id)';

/**
 * Runs of deployments that some worker took, and did not start in time: sooner where no worker of the pool lives. Those of
 * our agents have claims, which tell it better. `returns` is how often the run was given back for this before. Of each
 * workspace in turn. Parameters: limit, limit of one workspace, the message of those that were given back.
 */
export const takenAndNotStarted = fixed<LostRun & { due: string | null; returns: number }>(
  'loop.taken-and-not-started',
  `with recursive ${workspacesWith('flow_run_by_state', 'true')}
   select lost.* from workspaces ws cross join lateral (
     select r.workspace_id, r.id, r.state->>'id' as state_id, r.state->'state_details'->>'scheduled_time' as due,
            (select count(*) from flow_run_state h where h.workspace_id = r.workspace_id and h.flow_run_id = r.id and h.message = $3) as returns,
            row_number() over (order by s.expected_start_time) as turn
       from flow_run_by_state s
       join flow_run r on r.workspace_id = s.workspace_id and r.id = s.flow_run_id and r.state_type = 'PENDING' ${recoveryOf}
      where s.workspace_id = ws.workspace_id and s.state_type = 'PENDING' and r.deployment_id is not null and ${unclaimed}
        and (r.state->>'timestamp')::timestamptz < now() - interval '1 second' * least(
              coalesce(w.pending_seconds_max, ${recoveryDefaults.pendingSecondsMax}),
              case when r.work_pool_id is not null and not exists (
                select from worker o where o.workspace_id = r.workspace_id and o.work_pool_id = r.work_pool_id and o.status = 'ONLINE'
                   and o.last_heartbeat_time > now() - 3.0 * coalesce(nullif(o.heartbeat_interval_seconds, 0), 30) * interval '1 second')
              then coalesce(w.pending_without_worker_seconds_max, ${recoveryDefaults.pendingWithoutWorkerSecondsMax}) end)
      limit $2) lost
    order by lost.turn limit $1`,
);

const silenceMax = `interval '1 second' * coalesce(w.heartbeat_seconds_max, greatest(${heartbeatSecondsMin}, 3 * coalesce(h.interval_seconds, ${intervalUnknownSeconds})))`;

/**
 * Runs of which nothing was heard for too long, since they came into their state at least: another process may have them
 * than the one that was heard. A pause is not judged, and its heartbeats are not forgotten: whoever ends it does not know
 * whether a process waits for that. `alone` is one of no deployment, which its own process was to start. What our agents run
 * is left to their claims. Parameters: limit.
 */
export const heartbeatsStopped = fixed<{
  workspace_id: string;
  id: string;
  state_id: string | null;
  state_type: string | null;
  alone: boolean;
  seconds: number;
}>(
  'loop.heartbeats-stopped',
  `select h.workspace_id, h.flow_run_id as id, r.state->>'id' as state_id, r.state_type, r.deployment_id is null as alone, extract(epoch from now() - h.seen)::integer as seconds
     from run_heartbeat h left join flow_run r on r.workspace_id = h.workspace_id and r.id = h.flow_run_id ${recoveryOf}
    where h.seen < now() - ${silenceMax} and ((r.state->>'timestamp')::timestamptz < now() - ${silenceMax}) is not false
      and (r.state_type = 'PAUSED' and (r.state->'state_details'->>'pause_reschedule')::boolean is not true) is not true
      and ${unclaimed}
    order by row_number() over (partition by h.workspace_id order by h.seen) limit $1`,
);

/**
 * Runs whose own process was to try them again, and has not for so many seconds; nobody else can start one that is `alone`.
 * Parameters: seconds, limit.
 */
export const ownRetriesMissed = fixed<LostRun & { due: string; alone: boolean }>(
  'loop.own-retries-missed',
  `select q.workspace_id, q.flow_run_id as id, q.due, r.state->>'id' as state_id, r.deployment_id is null as alone
     from run_queue q join flow_run r on r.workspace_id = q.workspace_id and r.id = q.flow_run_id
    where q.in_process and q.due < now() - $1::double precision * interval '1 second' and ${unclaimed}
    order by row_number() over (partition by q.workspace_id order by q.due) limit $2`,
);
