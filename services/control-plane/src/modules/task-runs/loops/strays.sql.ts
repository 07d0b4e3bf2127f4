import { fixed } from '../../../core/db/fixed.js';
import { workspacesWith } from '../../../core/db/by-workspace.js';
import type { ParentRow } from '../moves/facts.queries.js';
import type { TaskRunRow } from '../task-run.js';

const ended = (type: string) => `${type} in ('COMPLETED', 'FAILED', 'CRASHED', 'CANCELLED')`;
const goesOn = (type: string) => `(${ended(type)}) is not true`;

const isSubflowOf = `c.workspace_id = t.workspace_id and c.parent_task_run_id = t.id and ${goesOn('c.state_type')}`;
/** A subflow run `c` that ran in the process of its parent, the flow run `r`: who cancels that sees to it at once. */
const ranInside = `${isSubflowOf} and c.deployment_id is null and r.state_type <> 'CANCELLED'`;

/**
 * A task run `t` that its flow run `r` left going. Not one that stands for a subflow run which goes on by itself, and
 * gets that run's end; nor one that was left to task workers, unless the flow run was cancelled.
 */
const isStray = `${goesOn('t.state_type')}
          and not exists (
            select from flow_run c where ${isSubflowOf})
          and (r.state_type = 'CANCELLED' or not exists (
            select from task_run_state h where h.workspace_id = t.workspace_id and h.task_run_id = t.id and h.details->>'deferred' = 'true'))`;

/** How many ended flow runs were looked at, and which of them left something going. */
export type Sifted = { looked: number; left: { workspace_id: string; flow_run_id: string }[] };

/**
 * Looks at flow runs that ended a while ago, of each workspace in turn, and forgets those that left nothing going; the
 * others are found again until they have nothing left. Parameters: limit, limit of one workspace.
 */
export const siftEnded = fixed<Sifted>(
  'task-run.sift-ended',
  `with recursive ${workspacesWith('run_ended', 'true')},
  found as (
    select e.ctid as place, e.workspace_id, e.flow_run_id, e.due from workspaces w cross join lateral (
      select e.ctid, e.workspace_id, e.flow_run_id, e.due from run_ended e
       where e.workspace_id = w.workspace_id and e.due < now() order by e.due limit $2 for update skip locked) e),
  due as materialized (
    select * from found order by row_number() over (partition by workspace_id order by due), due limit $1),
  left_going as materialized (
    select d.workspace_id, d.flow_run_id, row_number() over (partition by d.workspace_id) as turn
      from (select distinct workspace_id, flow_run_id from due) d
      join flow_run r on r.workspace_id = d.workspace_id and r.id = d.flow_run_id
     where ${ended('r.state_type')}
       and exists (select from task_run t where t.workspace_id = r.workspace_id and t.flow_run_id = r.id
                 and (${isStray} or ${goesOn('t.state_type')} and exists (select from flow_run c where ${ranInside})))),
  forgotten as (
    delete from run_ended e where e.ctid = any(array(
      select d.place from due d where ((d.workspace_id, d.flow_run_id) in (select workspace_id, flow_run_id from left_going)) is not true)))
  select (select count(*) from due)::integer as looked,
         coalesce((select jsonb_agg(jsonb_build_object('workspace_id', workspace_id, 'flow_run_id', flow_run_id) order by turn) from left_going), '[]') as left`,
);

/** Subflow runs that ran in the processes of these flow runs, and go on. Parameters: workspaces, flow runs, side by side; limit. */
export const subflowsLeft = fixed<{
  workspace_id: string;
  id: string;
  state_id: string | null;
  parent_state_name: string;
}>(
  'task-run.subflows-left',
  `select c.workspace_id, c.id, c.state->>'id' as state_id, r.state_name as parent_state_name
     from unnest($1::uuid[], $2::uuid[]) as p (workspace_id, id)
     join flow_run r on r.workspace_id = p.workspace_id and r.id = p.id and ${ended('r.state_type')}
     join task_run t on t.workspace_id = r.workspace_id and t.flow_run_id = r.id and ${goesOn('t.state_type')}
     join flow_run c on ${ranInside}
    limit $3`,
);

/** A task run that was left going, its flow run, and when that ended. */
export type Stray = TaskRunRow & { parent: ParentRow & { state_name: string }; parent_ended: string };

/**
 * Locks task runs that these flow runs left going, some of each; one that somebody changes at this moment is left to him.
 * Parameters: workspaces, flow runs, side by side; limit, limit of one flow run.
 */
export const lockStrays = fixed<Stray>(
  'task-run.lock-strays',
  `select t.*, r.state->>'timestamp' as parent_ended, jsonb_build_object('id', r.id, 'name', r.name, 'related', r.related,
            'state_type', r.state_type, 'state_name', r.state_name, 'run_count', r.run_count, 'pause_timeout', null, 'pause_reschedule', false) as parent
     from unnest($1::uuid[], $2::uuid[]) as p (workspace_id, id)
     join flow_run r on r.workspace_id = p.workspace_id and r.id = p.id and ${ended('r.state_type')}
    cross join lateral (
       select t.id from task_run t where t.workspace_id = r.workspace_id and t.flow_run_id = r.id and ${isStray} limit $4) s
     join task_run t on t.workspace_id = r.workspace_id and t.id = s.id
    where ${goesOn('t.state_type')}
    limit $3 for no key update of t skip locked`,
);
