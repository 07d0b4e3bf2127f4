import type { EventFilter } from '@headgate/contracts/rest/events';
import { sql, type RawBuilder } from 'kysely';
import { writtenSince, writtenUntil } from '../../core/days/kept-at.js';
import type { Db } from '../../core/db/db.js';
import { shardOf } from '../../core/event-log/shard.sql.js';
import type { WireEvent } from '../../core/events/events.js';
import { storedEvents } from '../../core/events/stored.sql.js';
import { JsonText } from '../../core/json/exact-json.js';
import { eventFits } from './events.filters.js';
import type { Place } from './place.js';

const columns = sql`event.id, event.occurred, event.dated, event.received, event.event, event.resource, event.related, event.payload::text as payload, event.follows`;
/** The payload is passed on as the text that it is: a reader who comes back asks for hundreds at once. */
const asStored = ({ occurred, dated, ...row }: Row): WireEvent => ({
  ...row,
  occurred: dated ?? occurred,
  payload: new JsonText(row.payload),
});
type Row = WireEvent & { payload: string; dated: string | null };

/** A span of time, both ends in it. */
export type Span = { since: string; until: string };
export type EventsPage = Span & { after: Place | null; limit: number };

const [dated, kept] = [sql`event.dated`, sql`event.occurred`];
const within = (workspaceId: string, { since, until }: Span): RawBuilder<boolean> =>
  sql`event.workspace_id = ${workspaceId} and ${writtenSince(dated, kept, since)} and ${writtenUntil(dated, kept, until)}`;

/** Those of a span that fit, in order, from after a place. Of each resource only the first, when the filter wants it so. */
export async function readEvents(
  db: Db,
  workspaceId: string,
  filter: EventFilter,
  { after, limit, ...span }: EventsPage,
): Promise<WireEvent[]> {
  const [direction, beyond] = filter.order === 'ASC' ? [sql`asc`, sql`>`] : [sql`desc`, sql`<`];
  const fitting = sql`select ${columns} from ${storedEvents} where ${within(workspaceId, span)} and ${eventFits(filter)}`;
  const firsts = sql`
    select distinct on (event.resource_id) ${columns} from ${storedEvents}
     where ${within(workspaceId, span)} and ${eventFits(filter)}
     order by event.resource_id, event.occurred ${direction}, event.id ${direction}`;
  const from = after ? sql`where (occurred, id) ${beyond} (${after.occurred}::timestamptz, ${after.id}::uuid)` : sql``;
  const { rows } = await sql<Row>`
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
      select ${counted} from ${storedEvents} where ${within(workspaceId, span)} and ${eventFits(filter)} limit ${countedMax}) fitting`.execute(
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
    select floor(extract(epoch from coalesce(event.dated, event.occurred) - ${from}::timestamptz) / ${seconds}::numeric)::bigint as bucket, count(*) as count
      from ${storedEvents} where ${within(workspaceId, span)} and ${eventFits(filter)} group by bucket`.execute(db);
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
           min(coalesce(event.dated, event.occurred)) as start_time, max(coalesce(event.dated, event.occurred)) as end_time
      from ${storedEvents} where ${within(workspaceId, span)} and ${eventFits(filter)}
     group by value order by count desc, label`.execute(db);
  return rows;
}

const ofShard = (workspaceId: string): RawBuilder<boolean> =>
  sql`event.workspace_id = ${workspaceId} and ${shardOf(sql`event.workspace_id`)} = ${shardOf(sql`${workspaceId}::uuid`)}`;

/** A transaction before which all ended, of about so long ago: what was written since then was written by it or by later ones. */
export async function transactionBefore(db: Db, workspaceId: string, seconds: number): Promise<string> {
  const { rows } = await sql<{ written: string }>`
    select least(pg_snapshot_xmin(pg_current_snapshot()), coalesce((
      select event.written from event
       where ${shardOf(sql`event.workspace_id`)} = ${shardOf(sql`${workspaceId}::uuid`)} and event.received < now() - ${seconds} * interval '1 second'
       order by event.written desc limit 1), '0'))::text as written`.execute(db);
  return rows[0]!.written;
}

/**
 * Ids of what a transaction and later ones wrote, in the order in which it came in; and the transaction with which to go on:
 * what is not committed yet is found then.
 */
export async function idsWrittenSince(
  db: Db,
  workspaceId: string,
  written: string,
  limit: number,
): Promise<{ ids: string[]; next: string }> {
  const { rows } = await sql<{ next: string; id: string | null }>`
    select pg_snapshot_xmin(pg_current_snapshot())::text as next, since.id
      from (select) one left join lateral (
        select event.id, event.received, event.occurred from event
         where ${ofShard(workspaceId)} and event.written >= ${written}::xid8
         order by event.received, event.occurred limit ${limit}) since on true
     order by since.received, since.occurred`.execute(db);
  return { ids: rows.flatMap(({ id }) => id ?? []), next: rows[0]!.next };
}

/** What a transaction and later ones wrote and has one of these ids, in the order in which it came in. */
export async function readWritten(db: Db, workspaceId: string, written: string, ids: string[]): Promise<WireEvent[]> {
  const { rows } = await sql<Row>`
    select ${columns} from ${storedEvents}
     where ${ofShard(workspaceId)} and event.written >= ${written}::xid8 and event.id = any(${ids}::uuid[])
     order by event.received, event.occurred`.execute(db);
  return rows.map(asStored);
}
