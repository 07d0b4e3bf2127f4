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
          interval_seconds = least(3600, greatest(h.interval_seconds, extract(epoch from excluded.occurred - h.occurred)))
    where excluded.occurred > h.occurred`,
);

/** Who could not be heard while nothing of ours ran was heard now. */
export const hearAllHeartbeats = fixed<never>('run-heartbeat.hear-all', 'update run_heartbeat set seen = now()');

/** Parameters: workspaces, runs, side by side. */
export const dropHeartbeats = fixed<never>(
  'run-heartbeat.drop',
  `delete from run_heartbeat h using unnest($1::uuid[], $2::uuid[]) as gone (workspace_id, id)
    where h.workspace_id = gone.workspace_id and h.flow_run_id = gone.id`,
);
