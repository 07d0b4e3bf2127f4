import { fixed } from '../../core/db/fixed.js';

/** Stores lines of any workspaces. Parameters: one array per column, side by side. */
export const storeLogs = fixed<never>(
  'log.store',
  `insert into log (workspace_id, id, flow_run_id, task_run_id, worker_id, timestamp, level, name, message)
   select * from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::uuid[], $6::timestamptz[], $7::smallint[], $8::text[], $9::text[])`,
);
