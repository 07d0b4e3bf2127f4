import { sql } from 'kysely';

/** What a `StateChange` says, by its places. */
const run = sql.raw('state_change[1]');
const count = sql.raw('state_change[2]');
const type = sql.raw('state_change[3]');
const message = sql.raw('state_change[4]');
const oldType = sql.raw('state_change[5]');
const oldName = sql.raw('state_change[6]');
const oldMessage = sql.raw('state_change[7]');
/** The event is called `prefect.flow-run.` and the name of the state. */
const name = sql.raw('substr(event, 18)');

const resource = sql`jsonb_build_object(
  'prefect.resource.id', resource_id, 'prefect.resource.name', ${run}, 'prefect.run-count', ${count},
  'prefect.state-message', coalesce(${message}, ''), 'prefect.state-name', ${name},
  'prefect.state-timestamp', to_char(occurred at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), 'prefect.state-type', ${type})`;

const payload = sql`jsonb_build_object(
  'intended', jsonb_build_object('from', ${oldType}, 'to', ${type}),
  'initial_state', case when ${oldType} is not null then jsonb_build_object('type', ${oldType}, 'name', ${oldName}, 'message', ${oldMessage}) end,
  'validated_state', jsonb_build_object('type', ${type}, 'name', ${name}, 'message', ${message}))`;

/** The table `event` with whole events: those of states repeat nothing there (see `StateChange`). */
export const storedEvents = sql`(
  select workspace_id, occurred, id, received, written, event, resource_id, related, follows,
         case when state_change is null then resource else ${resource} end as resource,
         case when state_change is null then payload else ${payload} end as payload
    from event) event`;
