import { fixed } from '../../core/db/fixed.js';
import { wholeWorkspace } from '../runs/index.js';

/** Runs by state: of all time (no `since`), of an hour, or of a longer bucket; and how late those of them began that have. */
export type FigureRow = {
  span: 'all' | 'day' | 'week';
  since: string | null;
  state_type: string;
  runs: number;
  started: number;
  delay_seconds: number;
};

/**
 * All counts of the dashboard in one look at the rollup and at what is not folded into it yet: its cost follows the
 * hours, not the runs. Parameters: workspace, start of the day, start of the week, width of a bucket of the week.
 */
export const selectFigures = fixed<FigureRow>(
  'dashboard.figures',
  `with hours as materialized (
     select hour, state_type, sum(runs)::bigint as runs, sum(started)::bigint as started, sum(delay_seconds) as delay_seconds from (
       select hour, state_type, runs, started, delay_seconds from flow_run_tally
        where workspace_id = $1 and deployment_id = '${wholeWorkspace}' and hour >= $3::timestamptz and hour <= now()
       union all
       select hour, state_type, delta, started, delay_seconds from flow_run_count where workspace_id = $1 and hour >= $3::timestamptz and hour <= now()) c
     group by hour, state_type),
   whole as (
     select state_type, runs from flow_run_tally where workspace_id = $1 and deployment_id = '${wholeWorkspace}' and hour = '-infinity'
     union all
     select state_type, delta from flow_run_count where workspace_id = $1),
   figures as (
     select 'day' as span, hour as since, state_type, runs, started, delay_seconds from hours where hour >= $2::timestamptz
     union all
     select 'week', date_bin($4::interval, hour, $3::timestamptz), state_type, sum(runs), sum(started), sum(delay_seconds) from hours group by 2, 3
     union all
     select 'all', null, state_type, sum(runs), 0, 0 from whole group by state_type)
   select span, since, state_type, runs::bigint as runs, started::bigint as started, delay_seconds from figures where runs > 0 or started > 0
    order by span, since, state_type`,
);

/** Runs that should have begun, counted up to a limit, and when the first of them should have. Parameters: workspace, limit. */
export const selectLate = fixed<{ late: number; oldest: string | null }>(
  'dashboard.late',
  `select count(*) as late, min(expected_start_time) as oldest from (
     select expected_start_time from flow_run_by_state
      where workspace_id = $1 and state_type = 'SCHEDULED' and state_name = 'Late' order by expected_start_time limit $2) l`,
);
