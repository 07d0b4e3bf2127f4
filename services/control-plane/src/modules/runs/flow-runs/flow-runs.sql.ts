import { fixed } from '../../../core/db/fixed.js';
import type { FlowRunRow } from './flow-run.js';

/** A run with the names of its queue and pool; the columns of `FlowRunRow`. */
export const flowRunColumns = `r.*, q.name as work_queue_name, p.name as work_pool_name`;
export const flowRunJoins = `
  left join work_queue q on q.workspace_id = r.workspace_id and q.id = r.work_queue_id
  left join work_pool p on p.workspace_id = r.workspace_id and p.id = r.work_pool_id`;

/** Parameters: workspace, ids. */
export const selectFlowRuns = fixed<FlowRunRow>(
  'flow-run.by-ids',
  `select ${flowRunColumns} from flow_run r ${flowRunJoins} where r.workspace_id = $1 and r.id = any($2::uuid[])`,
);
