import { fixed, hot } from '../../../core/db/fixed.js';
import { flowRunColumns, flowRunJoins } from '../flow-runs/flow-runs.sql.js';
import type { FlowRunRow } from '../flow-runs/flow-run.js';

/** A run with what the policy has to know of its deployment. */
export type FactsRow = FlowRunRow & {
  deployment_exists: boolean;
  concurrency_limit_id: string | null;
  concurrency_limit: number | null;
  concurrency_used: number | null;
  /** Whether its pool or its queue has so many slots and no more. */
  pool_limited: boolean;
  concurrency_options: { collision_strategy?: 'ENQUEUE' | 'CANCEL_NEW'; grace_period_seconds?: number | null } | null;
};

/** Reads the facts of many runs at once. Parameters: workspaces and runs, side by side. */
export const selectFacts = hot<FactsRow>(
  'flow-run.facts',
  `select ${flowRunColumns}, d.id is not null as deployment_exists, d.concurrency_limit_id, d.concurrency_options, l."limit" as concurrency_limit, l.active_slots as concurrency_used,
     p.concurrency_limit is not null or q.concurrency_limit is not null as pool_limited
     from unnest($1::uuid[], $2::uuid[]) as wanted (workspace_id, id)
     join flow_run r on r.workspace_id = wanted.workspace_id and r.id = wanted.id
     ${flowRunJoins}
     left join deployment d on d.workspace_id = r.workspace_id and d.id = r.deployment_id
     left join concurrency_limit l on l.workspace_id = d.workspace_id and l.id = d.concurrency_limit_id and l.active`,
);

/** Whether a run ever made this transition, by the token that came with it. Parameters: workspace, run, token. */
export const selectTransition = fixed<{ id: string }>(
  'flow-run.transition',
  `select id from flow_run_state where workspace_id = $1::uuid and flow_run_id = $2::uuid and details->>'transition_id' = $3 limit 1`,
);
