import { sql, type RawBuilder } from 'kysely';
import type { Db } from '../db/db.js';
import type { WireEvent } from '../events/events.js';
import { storedEvents } from '../events/stored.sql.js';
import { shardCount, shardOf } from './shard.sql.js';

/** Whose cursor is for a whole shard. */
export const everybody = '00000000-0000-0000-0000-000000000000';

/** A place in the order of the log. */
export type Place = { written: string; occurred: string; workspaceId: string; id: string };

/** Which cursor of a consumer. */
export type CursorKey = { consumer: string; shard: number; workspaceId: string };

/**
 * How far somebody has come: what `done` sees has been taken, and of what `target` sees beyond that, everything up to
 * `after`. Snapshots are those of Postgres.
 */
export type Cursor = { done: string; target: string | null; after: Place | null; failures: number };

type CursorRow = {
  done: string;
  target: string | null;
  after_written: string | null;
  after_occurred: string | null;
  after_workspace: string | null;
  after_id: string | null;
  failures: number;
};

/** An event in its place; only of those that are wanted, everything was read. */
export type LogRow = Place & { received: string; dated: string | null; event: WireEvent | null };

const noTransaction = '1:1:';

/** A row for each shard of a new consumer. What is committed by now is passed over, unless it begins with the earliest. */
export async function ensureCursors(db: Db, consumer: string, from: 'now' | 'earliest'): Promise<void> {
  const done = from === 'now' ? sql`pg_current_snapshot()` : sql`${noTransaction}::pg_snapshot`;
  await sql`
    insert into event_cursor (consumer, shard, done)
    select ${consumer}, shard, ${done} from generate_series(0, ${shardCount - 1}::integer) shard
    on conflict do nothing`.execute(db);
}

/**
 * The cursors for which there is something, and the snapshot up to which that holds: one that no transaction of ours is in,
 * since a snapshot takes the transaction that asks for it as done.
 */
export async function dueCursors(db: Db, consumer: string): Promise<{ due: CursorKey[]; now: string }> {
  const { rows } = await sql<{ now: string; shard: number | null; workspace_id: string }>`
    select pg_current_snapshot()::text as now, c.shard, c.workspace_id
      from (select) one
      left join event_cursor c
        on c.consumer = ${consumer} and c.retry_at <= now()
       and (c.workspace_id <> ${everybody} or c.target is not null
            or exists (select from event where ${shardOf(sql`event.workspace_id`)} = c.shard and event.written >= pg_snapshot_xmax(c.done))
            or exists (select from event where ${shardOf(sql`event.workspace_id`)} = c.shard and event.written = any(array(select pg_snapshot_xip(c.done)))))`.execute(
    db,
  );
  const due = rows.flatMap(({ shard, workspace_id: workspaceId }) =>
    shard === null ? [] : { consumer, shard, workspaceId },
  );
  return { due, now: rows[0]!.now };
}

/**
 * Holds a cursor until the transaction ends, and with it the workspaces that go by it; null when somebody else has it. That
 * lock is the lease: it ends with the connection, however that ends, and Postgres ends one from which nothing comes.
 */
export async function holdCursor(
  tx: Db,
  { consumer, shard, workspaceId }: CursorKey,
  silentSecondsMax: number,
): Promise<Cursor | null> {
  await sql`select set_config('idle_in_transaction_session_timeout', ${String(silentSecondsMax * 1000)}, true),
                   set_config('enable_seqscan', 'off', true), set_config('enable_bitmapscan', 'off', true)`.execute(tx);
  const { rows } = await sql<CursorRow>`
    select done::text as done, target::text as target, after_written::text as after_written, after_occurred, after_workspace, after_id, failures
      from event_cursor where consumer = ${consumer} and shard = ${shard} and workspace_id = ${workspaceId}
       for update skip locked`.execute(tx);
  return rows[0] ? asCursor(rows[0]) : null;
}

/**
 * How far the shard has come to which a workspace that is behind belongs, and comes no further before the transaction ends;
 * null while somebody moves it.
 */
export async function shardCursor(
  tx: Db,
  { consumer, shard }: CursorKey,
): Promise<Pick<Cursor, 'done' | 'target'> | null> {
  const { rows } = await sql<Pick<Cursor, 'done' | 'target'>>`
    select done::text as done, target::text as target from event_cursor
     where consumer = ${consumer} and shard = ${shard} and workspace_id = ${everybody} for share skip locked`.execute(
    tx,
  );
  return rows[0] ?? null;
}

/** Which workspaces of a shard have a cursor of their own. */
export async function workspacesBehind(tx: Db, { consumer, shard }: CursorKey): Promise<string[]> {
  const { rows } = await sql<{ workspace_id: string }>`
    select workspace_id from event_cursor
     where consumer = ${consumer} and shard = ${shard} and workspace_id <> ${everybody}`.execute(tx);
  return rows.map((row) => row.workspace_id);
}

function asCursor(row: CursorRow): Cursor {
  const { after_written: written, after_occurred: occurred, after_workspace: workspaceId, after_id: id } = row;
  const after = written === null ? null : { written, occurred: occurred!, workspaceId: workspaceId!, id: id! };
  return { done: row.done, target: row.target, after, failures: row.failures };
}

/** Who of a shard is wanted: one workspace, or all but some. */
export type Whose = { only: string } | { allBut: string[] };
export type Page = { shard: number; accepts: readonly string[]; whose: Whose; limit: number };

/**
 * The next of a shard that `target` sees and `done` does not, wanted or not, in order: of transactions that were under way
 * when `done` was made first, then of those that came after. What is not wanted is hardly read.
 */
export async function readPage(tx: Db, cursor: Cursor & { target: string }, page: Page): Promise<LogRow[]> {
  const { done, target, after } = cursor;
  const { shard, accepts, whose, limit } = page;
  const prefixes = sql`exists (select from unnest(${[...accepts]}::text[]) prefix where starts_with(event.event, prefix))`;
  const wanted = sql`(${isOf(whose)} and ${prefixes})`;
  const beyond = after
    ? sql`event.written >= ${after.written}::xid8 and (event.written, event.occurred, event.workspace_id, event.id)
            > (${after.written}::xid8, ${after.occurred}::timestamptz, ${after.workspaceId}::uuid, ${after.id}::uuid)`
    : sql`true`;
  const those = (written: RawBuilder<unknown>) => sql`
    (select event.written, event.occurred, event.workspace_id, event.id, event.received, event.dated, ${wanted} as wanted,
            case when ${wanted} then ${wireOf} end as event
       from ${storedEvents}
      where ${shardOf(sql`event.workspace_id`)} = ${shard} and ${written} and ${beyond} and event.written < pg_snapshot_xmax(${target}::pg_snapshot)
        and pg_visible_in_snapshot(event.written, ${target}::pg_snapshot)
      order by event.written, event.occurred, event.workspace_id, event.id limit ${limit})`;
  const { rows } = await sql<LogRow>`
    select written::text as written, occurred, workspace_id as "workspaceId", id, received, dated, event from (
      ${those(sql`event.written = any(array(select pg_snapshot_xip(${done}::pg_snapshot)))`)} union all
      ${those(sql`event.written >= pg_snapshot_xmax(${done}::pg_snapshot)`)}) event
     order by event.written, occurred, workspace_id, id limit ${limit}`.execute(tx);
  return rows.map((row) => (row.event ? { ...row, event: asWire(row) } : row));
}

const isOf = (whose: Whose): RawBuilder<unknown> =>
  'only' in whose
    ? sql`event.workspace_id = ${whose.only}::uuid`
    : sql`event.workspace_id <> all(${whose.allBut}::uuid[])`;

/** What an event consists of beside its place. */
const wireOf = sql`jsonb_build_object('event', event.event, 'resource', event.resource, 'related', event.related, 'payload', event.payload, 'follows', event.follows)`;

function asWire({ id, occurred, dated, received, event }: LogRow): WireEvent {
  const { event: name, resource, related, payload, follows } = event!;
  return { id, occurred: dated ?? occurred, received, event: name, resource, related, payload, follows };
}

/** Writes how far it has come, and when to go on. */
export async function moveCursor(
  tx: Db,
  { consumer, shard, workspaceId }: CursorKey,
  cursor: Cursor & Wait,
): Promise<void> {
  await sql`
    update event_cursor
       set done = ${cursor.done}::pg_snapshot, target = ${cursor.target}::pg_snapshot,
           after_written = ${cursor.after?.written ?? null}::xid8, after_occurred = ${cursor.after?.occurred ?? null}::timestamptz,
           after_workspace = ${cursor.after?.workspaceId ?? null}::uuid, after_id = ${cursor.after?.id ?? null}::uuid,
           failures = ${cursor.failures}, retry_at = now() + ${cursor.retrySeconds} * interval '1 second',
           waiting_since = coalesce(${cursor.waitingSince}::timestamptz, waiting_since)
     where consumer = ${consumer} and shard = ${shard} and workspace_id = ${workspaceId}`.execute(tx);
}

/** When to go on, and since when that which is next waits; null where that is as it was. */
export type Wait = { retrySeconds: number; waitingSince: string | null };

/** From now on a workspace has a cursor of its own. */
export async function putAside(
  tx: Db,
  { consumer, shard }: CursorKey,
  workspaceId: string,
  cursor: Cursor & Wait,
): Promise<void> {
  const own = { consumer, shard, workspaceId };
  await sql`
    insert into event_cursor (consumer, shard, workspace_id, done)
    values (${consumer}, ${shard}, ${workspaceId}, ${cursor.done}::pg_snapshot)`.execute(tx);
  await moveCursor(tx, own, cursor);
}

/** A workspace has come as far as its shard. */
export async function mergeCursor(tx: Db, { consumer, shard, workspaceId }: CursorKey): Promise<void> {
  await sql`
    delete from event_cursor
     where consumer = ${consumer} and shard = ${shard} and workspace_id = ${workspaceId}`.execute(tx);
}

/** How long the oldest event of a consumer waits, and how many workspaces are behind. */
export type Lag = { consumer: string; seconds: number; behind: number };

export async function lagOf(db: Db, consumers: string[]): Promise<Lag[]> {
  const { rows } = await sql<Lag>`
    select c.consumer, count(*) filter (where c.workspace_id <> ${everybody}) as behind,
           coalesce(max(extract(epoch from now() - least(c.waiting_since, next.received))), 0)::double precision as seconds
      from event_cursor c
      left join lateral (
        select event.received from event
         where c.workspace_id = ${everybody} and ${shardOf(sql`event.workspace_id`)} = c.shard
           and event.written >= coalesce(c.after_written, pg_snapshot_xmax(c.done))
         order by event.written limit 1) next on true
     where c.consumer = any(${consumers}::text[])
     group by c.consumer`.execute(db);
  return rows.map((row) => ({ ...row, seconds: Math.max(0, row.seconds) }));
}
