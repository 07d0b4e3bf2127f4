import type { EventFilter } from '@headgate/contracts/rest/events';
import { sql, type RawBuilder } from 'kysely';
import type { Db } from '../../core/db/db.js';
import type { WireEvent } from '../../core/events/events.js';
import { JsonText } from '../../core/json/exact-json.js';
import { eventFits } from './events.filters.js';

const columns = sql`event.id, event.occurred, event.received, event.event, event.resource, event.related, event.payload::text as payload, event.follows`;
/** The payload is passed on as the text that it is: a reader who comes back asks for hundreds at once. */
const asStored = (row: WireEvent & { payload: string }): WireEvent => ({ ...row, payload: new JsonText(row.payload) });

/** A span of time, both ends in it. */
export type Span = { since: string; until: string };
export type Place = { occurred: string; id: string };
export type EventsPage = Span & { after: Place | null; limit: number };

const within = (workspaceId: string, { since, until }: Span): RawBuilder<boolean> =>
  sql`event.workspace_id = ${workspaceId} and event.occurred >= ${since}::timestamptz and event.occurred <= ${until}::timestamptz`;

/** Those of a span that fit, in order, from after a place. Of each resource only the first, when the filter wants it so. */
export async function readEvents(
  db: Db,
  workspaceId: string,
  filter: EventFilter,
  { after, limit, ...span }: EventsPage,
): Promise<WireEvent[]> {
  const [direction, beyond] = filter.order === 'ASC' ? [sql`asc`, sql`>`] : [sql`desc`, sql`<`];
  const fitting = sql`select ${columns} from event where ${within(workspaceId, span)} and ${eventFits(filter)}`;
  const firsts = sql`
    select distinct on (event.resource_id) ${columns} from event
     where ${within(workspaceId, span)} and ${eventFits(filter)}
     order by event.resource_id, event.occurred ${direction}, event.id ${direction}`;
  const from = after ? sql`where (occurred, id) ${beyond} (${after.occurred}::timestamptz, ${after.id}::uuid)` : sql``;
  const { rows } = await sql<WireEvent & { payload: string }>`
    select * from (${filter.resource?.distinct ? firsts : fitting}) event ${from}
     order by occurred ${direction}, id ${direction} limit ${limit}`.execute(db);
  return rows.map(asStored);
}

/** How many fit, or how many resources of theirs there are; never more than so many. */
export async function countEvents(
  db: Db,
  workspaceId: string,
  filter: EventFilter,
  span: Span,
  countedMax: number,
): Promise<number> {
  const counted = filter.resource?.distinct ? sql`distinct event.resource_id` : sql``;
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from (
      select ${counted} from event where ${within(workspaceId, span)} and ${eventFits(filter)} limit ${countedMax}) fitting`.execute(
    db,
  );
  return rows[0]!.count;
}

/** Counts by buckets of equal width since a moment; buckets without events are left out. */
export async function countEventsByTime(
  db: Db,
  workspaceId: string,
  filter: EventFilter,
  span: Span,
  { from, seconds }: { from: string; seconds: number },
): Promise<{ bucket: number; count: number }[]> {
  const { rows } = await sql<{ bucket: number; count: number }>`
    select floor(extract(epoch from event.occurred - ${from}::timestamptz) / ${seconds}::numeric)::bigint as bucket, count(*) as count
      from event where ${within(workspaceId, span)} and ${eventFits(filter)} group by bucket`.execute(db);
  return rows;
}

export type KeyCount = { value: string; label: string; count: number; start_time: string; end_time: string };

/** Counts by name or by resource, most first. A resource is shown under the name that it had last. */
export async function countEventsByKey(
  db: Db,
  workspaceId: string,
  filter: EventFilter,
  span: Span,
  key: 'event' | 'resource',
): Promise<KeyCount[]> {
  const value = key === 'event' ? sql`event.event` : sql`event.resource_id`;
  const shown =
    key === 'event'
      ? sql`event.event`
      : sql`coalesce(event.resource ->> 'prefect.resource.name', event.resource ->> 'prefect.name', event.resource_id)`;
  const { rows } = await sql<KeyCount>`
    select ${value} as value, (array_agg(${shown} order by event.occurred desc))[1] as label, count(*) as count,
           min(event.occurred) as start_time, max(event.occurred) as end_time
      from event where ${within(workspaceId, span)} and ${eventFits(filter)}
     group by value order by count desc, label`.execute(db);
  return rows;
}

/** Ids of what came in lately, in the order in which it came. */
export async function idsReceivedSince(db: Db, workspaceId: string, since: string, limit: number): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select id from event where workspace_id = ${workspaceId} and received >= ${since}::timestamptz order by received, occurred limit ${limit}`.execute(
    db,
  );
  return rows.map(({ id }) => id);
}

/** What came in lately and has one of these ids, in the order in which it came. */
export async function readReceived(db: Db, workspaceId: string, since: string, ids: string[]): Promise<WireEvent[]> {
  const { rows } = await sql<WireEvent & { payload: string }>`
    select ${columns} from event
     where workspace_id = ${workspaceId} and received >= ${since}::timestamptz and id = any(${ids}::uuid[])
     order by received, occurred`.execute(db);
  return rows.map(asStored);
}
