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

/** The day of an event, by the moment at which it occurred. */
const dayOf = (occurred: string): string => `date_bin('1 day', ${occurred}, timestamptz '2000-01-01 00:00:00+00')`;

/** Of rows with `at` and `related`: the day of their event, and under which id it has the list that is stored once a day. */
export const relatedKey = `${dayOf('at')} as day, encode(substr(sha256(convert_to(related::text, 'UTF8')), 1, 16), 'hex')::uuid as related_id`;

/** Stores the lists of the rows of `from`, which have that key, where they are not stored yet. In order, so that those who store the same wait for each other. */
export const storeRelated = (from: string): string =>
  `insert into event_related (workspace_id, day, id, related)
   select distinct on (workspace_id, day, related_id) workspace_id, day, related_id, related from ${from} order by workspace_id, day, related_id
   on conflict do nothing`;

const related = sql`coalesce(event.related, (
  select list.related from event_related list
   where list.workspace_id = event.workspace_id and list.day = ${sql.raw(dayOf('event.occurred'))} and list.id = event.related_id), '[]')`;

/**
 * The table `event` with whole events. Those of states repeat nothing there: what the event says of the state (see
 * `StateChange`), and to what the run is related, which is a list in `event_related`.
 */
export const storedEvents = sql`(
  select workspace_id, occurred, dated, id, received, written, event, resource_id, ${related} as related, follows,
         case when state_change is null then resource else ${resource} end as resource,
         case when state_change is null then payload else ${payload} end as payload
    from event) event`;
