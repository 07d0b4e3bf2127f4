import { stateTypes } from '@headgate/contracts';
import { sql, type RawBuilder } from 'kysely';
import { fixed } from '../../../core/db/fixed.js';
import { wholeWorkspace } from './levels.sql.js';

type StateCount = { state_type: string; count: number };

/** So many runs in a part of an hour are counted one by one; beyond, the hour's figures are taken in proportion. */
const countedMax = 50_000;

/**
 * Runs by state whose expected start lies in [since, until). Whole hours come from the rollup, what has been folded and
 * what has not, in one look; in the parts of hours at both ends runs are counted one by one.
 * Parameters: workspace, since, until.
 */
export const countStates = fixed<StateCount>(
  'count.states',
  `with span as (
     select since, until, date_trunc('hour', since + interval '1 hour' - interval '1 microsecond') as first, date_trunc('hour', until) as last
       from (select $2::timestamptz as since, $3::timestamptz as until) given),
   hours as materialized (
     select hour, state_type, sum(runs)::bigint as runs from (
       select hour, state_type, runs from flow_run_tally
        where workspace_id = $1 and deployment_id = '${wholeWorkspace}' and hour >= date_trunc('hour', $2::timestamptz) and hour < $3::timestamptz
       union all
       select hour, state_type, delta from flow_run_count
        where workspace_id = $1 and hour >= date_trunc('hour', $2::timestamptz) and hour < $3::timestamptz) c
      group by hour, state_type having sum(runs) > 0),
   ends as (
     select since as a, least(first, until) as z from span where since < least(first, until)
     union all
     select last, until from span where last >= first and last < until),
   counted as materialized (
     select a, state_type, count(*) as runs from ends
      cross join lateral (
        select r.state_type from flow_run r
         where r.workspace_id = $1 and r.expected_start_time >= a and r.expected_start_time < z limit ${countedMax} + 1) found
      group by a, state_type),
   dense as (
     select a, z from ends where (select coalesce(sum(runs), 0) from counted c where c.a = ends.a) > ${countedMax})
   select state_type, sum(runs)::bigint as count from (
     select state_type, runs from hours, span where hour >= first and hour < last
     union all
     select state_type, runs from counted where not exists (select from dense where dense.a = counted.a)
     union all
     select state_type, round(runs * extract(epoch from z - a) / 3600)::bigint from dense join hours on hour = date_trunc('hour', a)) c
    where state_type is not null group by state_type having sum(runs) > 0 order by state_type`,
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
    where workspace_id = $1 and deployment_id = $4 and expected_start_time >= $2::timestamptz and expected_start_time < $3::timestamptz
    group by state_type order by state_type`,
);

/** How many runs a workspace has, as a part of another query. */
export const allRuns = (workspaceId: string): RawBuilder<number> => sql`(
  select coalesce(sum(runs), 0)::bigint from (
    select runs from flow_run_tally
     where workspace_id = ${workspaceId} and deployment_id = ${sql.lit(wholeWorkspace)} and hour = '-infinity'
    union all
    select delta from flow_run_count where workspace_id = ${workspaceId}) c)`;
