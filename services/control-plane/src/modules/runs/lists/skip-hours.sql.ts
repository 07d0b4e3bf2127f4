import { fixed } from '../../../core/db/fixed.js';
import { wholeWorkspace } from '../counts/tally.sql.js';

type Hour = { since: string; until: string; skipped: number };

/** The hour of expected starts in which the run at an offset lies, and how many runs the hours before it have. */
const hourAt = (direction: 'asc' | 'desc') => `
  with hours as materialized (
    select hour, sum(runs)::bigint as runs from (
      select hour, runs from flow_run_tally
       where workspace_id = $1 and deployment_id = '${wholeWorkspace}' and hour > '-infinity' and ($2::text[] is null or state_type = any($2))
      union all
      select hour, delta from flow_run_count where workspace_id = $1 and ($2::text[] is null or state_type = any($2))) c
     group by hour having sum(runs) > 0),
  passed as (select hour, (sum(runs) over (order by hour ${direction}) - runs)::bigint as skipped from hours)
  select hour::text as since, (hour + interval '1 hour')::text as until, skipped from passed
   where skipped <= $3 order by skipped desc limit 1`;

/** Parameters: workspace, types of state (null: all), offset. No row when there are no runs. */
export const newestHourAt = fixed<Hour>('lists.newest-hour-at', hourAt('desc'));
export const oldestHourAt = fixed<Hour>('lists.oldest-hour-at', hourAt('asc'));
