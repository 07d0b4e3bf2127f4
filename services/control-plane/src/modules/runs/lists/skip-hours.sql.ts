import { fixed } from '../../../core/db/fixed.js';
import { expectedDays, firstIdOf, madeDays, madeHours, wholeWorkspace } from '../counts/levels.sql.js';

/** Where runs are to be looked for, and how many come before. */
type Hour = { since: string; until: string; skipped: number };
type Direction = 'asc' | 'desc';

/** By what runs are in order: the levels of the rollup that tell it, and the column of the changes that do. */
const byExpected = { hours: wholeWorkspace, days: expectedDays, column: 'hour' };
const byId = { hours: madeHours, days: madeDays, column: 'made' };

const ofTypes = `($2::text[] is null or state_type = any($2))`;
const runsBefore = (column: string, direction: Direction) =>
  `(sum(runs) over (order by ${column} ${direction}) - runs)::bigint`;

/**
 * First the day in which the run at an offset lies is found, then the hour of it: so the cost follows the days that there
 * are, and not the hours. Where the days do not add up to all runs, because a version that did not keep them was at work,
 * nothing is believed of them: `otherwise` is what is looked through instead. `answer` is taken from `place`.
 */
const hourAt = (
  { hours, days, column }: typeof byExpected,
  direction: Direction,
  otherwise: string,
  answer: string,
) => `
  with changes as materialized (
    select ${column} as hour, sum(delta)::bigint as runs from flow_run_count
     where workspace_id = $1 and ${ofTypes} and ${column} is not null group by 1),
  days as materialized (
    select day, sum(runs)::bigint as runs from (
      select hour as day, runs from flow_run_tally where workspace_id = $1 and deployment_id = '${days}' and ${ofTypes}
      union all
      select date_trunc('day', hour, 'UTC'), runs from changes) d
     group by day having sum(runs) > 0),
  total as (
    select coalesce(sum(runs), 0) as runs from (
      select runs from flow_run_tally where workspace_id = $1 and deployment_id = '${wholeWorkspace}' and hour = '-infinity' and ${ofTypes}
      union all
      select delta from flow_run_count where workspace_id = $1 and ${ofTypes}) t),
  day as (
    select day as since, day + interval '24 hours' as until, skipped from (select day, ${runsBefore('day', direction)} as skipped from days) d
     where skipped <= $3 and (select sum(runs) from days) = (select runs from total)
     order by skipped desc limit 1),
  span as materialized (
    select * from day
    union all
    select * from (${otherwise}) as otherwise (since, until, skipped) where not exists (select from day)),
  hours as (
    select hour, sum(runs)::bigint as runs from (
      select t.hour, t.runs from span, flow_run_tally t
       where t.workspace_id = $1 and t.deployment_id = '${hours}' and t.hour >= span.since and t.hour < span.until and t.hour > '-infinity' and ${ofTypes}
      union all
      select c.hour, c.runs from span, changes c where c.hour >= span.since and c.hour < span.until) h
     group by hour having sum(runs) > 0),
  place as (
    select h.hour, (span.skipped + h.skipped)::bigint as skipped from span, (select hour, ${runsBefore('hour', direction)} as skipped from hours) h
     where span.skipped + h.skipped <= $3 order by h.skipped desc limit 1)
  ${answer}`;

const allHours = `values ('-infinity'::timestamptz, 'infinity'::timestamptz, 0::bigint)`;
const nothing = `${allHours} limit 0`;
const between = `select hour::text as since, (hour + interval '1 hour')::text as until, skipped from place`;

/** By expected starts. Parameters: workspace, types of state (null: all), offset. No row when there are no runs. */
export const newestHourAt = fixed<Hour>('lists.newest-hour-at', hourAt(byExpected, 'desc', allHours, between));
export const oldestHourAt = fixed<Hour>('lists.oldest-hour-at', hourAt(byExpected, 'asc', allHours, between));

/** By ids, newest first: the smallest id that comes before. Parameters: workspace, null, offset. */
export const newestIdsAt = fixed<{ before: string; skipped: number }>(
  'lists.newest-ids-at',
  hourAt(byId, 'desc', nothing, `select ${firstIdOf("hour + interval '1 hour'")} as before, skipped from place`),
);
