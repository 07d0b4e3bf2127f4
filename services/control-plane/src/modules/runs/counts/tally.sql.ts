import { stateTypes } from '@headgate/contracts';
import { sql, type RawBuilder } from 'kysely';
import { fixed } from '../../../core/db/fixed.js';

/** Stands in flow_run_tally where a deployment would: the figures of all runs of the workspace. */
export const wholeWorkspace = '00000000-0000-0000-0000-000000000000';

type StateCount = { state_type: string; count: number };

/**
 * Runs by state whose expected start lies in the hours of a span: what has been folded and what has not, in one look.
 * Parameters: workspace, since, until.
 */
export const countStates = fixed<StateCount>(
  'count.states',
  `select state_type, sum(runs)::bigint as count from (
     select state_type, runs from flow_run_tally
      where workspace_id = $1 and deployment_id = '${wholeWorkspace}' and hour >= date_trunc('hour', $2::timestamptz) and hour < $3::timestamptz
     union all
     select state_type, delta from flow_run_count
      where workspace_id = $1 and hour >= date_trunc('hour', $2::timestamptz) and hour < $3::timestamptz) c
    group by state_type having sum(runs) > 0 order by state_type`,
);

/** Runs by state of all time; asked state by state, since whole keys are what the planner estimates well. Parameters: workspace. */
export const countAllStates = fixed<StateCount>(
  'count.all-states',
  `select state_type, sum(runs)::bigint as count from (
     select t.state_type, t.runs from unnest(array['${stateTypes.join("', '")}']) as wanted (state_type)
       cross join lateral (select state_type, runs from flow_run_tally
         where workspace_id = $1 and deployment_id = '${wholeWorkspace}' and hour = '-infinity' and state_type = wanted.state_type) t
     union all
     select state_type, delta from flow_run_count where workspace_id = $1) c
    group by state_type having sum(runs) > 0 order by state_type`,
);

/** The same for the runs of one deployment, in a span exactly. Parameters: workspace, since, until, deployment. */
export const countStatesOfDeployment = fixed<StateCount>(
  'count.states-of-deployment',
  `select state_type, count(*) as count from flow_run
    where workspace_id = $1 and deployment_id = $4 and expected_start_time >= date_trunc('hour', $2::timestamptz)
      and expected_start_time < date_trunc('hour', $3::timestamptz - interval '1 microsecond') + interval '1 hour'
    group by state_type order by state_type`,
);

/** How many runs a workspace has, as a part of another query. */
export const allRuns = (workspaceId: string): RawBuilder<number> => sql`(
  select coalesce(sum(runs), 0)::bigint from (
    select runs from flow_run_tally
     where workspace_id = ${workspaceId} and deployment_id = ${sql.lit(wholeWorkspace)} and hour = '-infinity'
    union all
    select delta from flow_run_count where workspace_id = ${workspaceId}) c)`;
