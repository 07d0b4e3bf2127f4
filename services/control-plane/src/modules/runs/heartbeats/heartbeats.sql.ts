import { fixed } from '../../../core/db/fixed.js';

/**
 * Remembers that the processes of runs live. How far apart they say so is learnt from when they did, not from when that
 * arrived; one that stops for an hour is not told from one that speaks once an hour. Parameters: workspaces, runs, times,
 * side by side.
 */
export const noteHeartbeats = fixed<never>(
  'run-heartbeat.note',
  `insert into run_heartbeat as h (workspace_id, flow_run_id, seen, occurred)
   select r.workspace_id, r.id, now(), max(t.occurred)
     from unnest($1::uuid[], $2::uuid[], $3::timestamptz[]) as t (workspace_id, id, occurred)
     join flow_run r on r.workspace_id = t.workspace_id and r.id = t.id and r.end_time is null
    group by r.workspace_id, r.id order by r.workspace_id, r.id
   on conflict (workspace_id, flow_run_id) do update
      set seen = excluded.seen, occurred = excluded.occurred,
          interval_seconds = least(3600, greatest(h.interval_seconds, case when h.occurred > '-infinity' then extract(epoch from excluded.occurred - h.occurred) end))
    where excluded.occurred > h.occurred`,
);

/**
 * A process that begins says that it will tell, how far apart: so it is missed also when it tells nothing at all. When it
 * first tells is not after this by any clock. Parameters: workspace, run, seconds.
 */
export const promiseHeartbeats = fixed<never>(
  'run-heartbeat.promise',
  `insert into run_heartbeat as h (workspace_id, flow_run_id, seen, occurred, interval_seconds)
   select workspace_id, id, now(), '-infinity', $3::double precision from flow_run where workspace_id = $1 and id = $2 and end_time is null
   on conflict (workspace_id, flow_run_id) do update
      set seen = excluded.seen, interval_seconds = greatest(h.interval_seconds, excluded.interval_seconds)`,
);

/** Who could not be heard while nothing of ours ran was heard now. */
export const hearAllHeartbeats = fixed<never>('run-heartbeat.hear-all', 'update run_heartbeat set seen = now()');

/** Parameters: workspaces, runs, side by side. */
export const dropHeartbeats = fixed<never>(
  'run-heartbeat.drop',
  `delete from run_heartbeat h using unnest($1::uuid[], $2::uuid[]) as gone (workspace_id, id)
    where h.workspace_id = gone.workspace_id and h.flow_run_id = gone.id`,
);
