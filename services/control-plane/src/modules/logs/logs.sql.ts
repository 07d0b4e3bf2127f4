import { fixed } from '../../core/db/fixed.js';

/** Stores lines of any workspaces. Parameters: one array per column, side by side. */
export const storeLogs = fixed<never>(
  'log.store',
  `insert into log (workspace_id, id, flow_run_id, task_run_id, worker_id, timestamp, level, name, message)
   select * from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::uuid[], $6::timestamptz[], $7::smallint[], $8::text[], $9::text[])`,
);

/** One line that a run has once, by the name of who writes it: workspace, id, run, time, level, name, message. */
export const storeLogOnce = fixed<{ id: string }>(
  'log.store-once',
  `insert into log (workspace_id, id, flow_run_id, timestamp, level, name, message)
   select $1::uuid, $2::uuid, $3::uuid, $4::timestamptz, $5::smallint, $6::text, $7::text
    where not exists (select from log where workspace_id = $1 and flow_run_id = $3 and name = $6)
   returning id`,
);
