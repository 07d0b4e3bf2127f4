import type { AsSystem } from '../access/ctx.js';
import type { Db } from '../db/db.js';
import type { WireEvent } from '../events/events.js';
import type { Logger } from '../log/logger.js';
import type { Work } from '../unit-of-work/work.js';
import type { EventConsumer } from './consumer.js';
import * as cursors from './cursor.sql.js';
import { isLater } from './snapshots.js';
import type { Cursor, CursorKey, LogRow, Wait, Whose } from './cursor.sql.js';

const pageRows = 500;
/** A consumer from which nothing comes for so long loses its transaction. */
const silentSecondsMax = 60;
const retrySecondsMax = 600;

/** What one page came to: `more` when the next may be taken at once. */
export type Step = { taken: number; failed: number; more: boolean };
const nothing: Step = { taken: 0, failed: 0, more: false };
const atOnce: Wait = { retrySeconds: 0, waitingSince: null };

/** Moves the cursors of one consumer, a page at a time, each in a transaction with what the consumer makes of the page. */
export class Follower {
  constructor(
    private readonly consumer: EventConsumer,
    private readonly work: Work,
    private readonly log: Logger,
  ) {}

  /** Takes the next page of all workspaces of a shard that are not behind, up to what the snapshot `now` sees. */
  moveShard(as: AsSystem, key: CursorKey, now: string): Promise<Step> {
    return this.work.during(async (tx) => {
      const cursor = await cursors.holdCursor(tx, key, silentSecondsMax);
      if (!cursor || !(cursor.target ?? isLater(now, cursor.done))) return nothing;
      const before = { ...cursor, target: cursor.target ?? now };
      const behind = await cursors.workspacesBehind(tx, key);
      const rows = await this.read(tx, key, before, { allBut: behind });
      const isFull = rows.length === pageRows;
      const after = isFull ? placedAt(before, rows.at(-1)!) : finished(before);
      const step = { taken: 0, failed: 0, more: isFull || before.target !== now };
      for (const [workspaceId, own] of byWorkspace(rows)) {
        const events = own.map(({ event }) => event!);
        if (await this.takes(as, tx, workspaceId, events)) {
          step.taken += events.length;
          // A workspace with so much of it does not stand before the others.
          if (isFull && events.length > pageRows / 2)
            await cursors.putAside(tx, key, workspaceId, { ...after, ...atOnce });
        } else {
          step.failed += 1;
          const again = { retrySeconds: secondsAfter(1), waitingSince: own[0]!.received };
          await cursors.putAside(tx, key, workspaceId, { ...before, failures: 1, ...again });
        }
      }
      await cursors.moveCursor(tx, key, { ...after, ...atOnce });
      return step;
    });
  }

  /** Takes the next page of a workspace that is behind: one by one, when the last attempt failed. */
  catchUp(as: AsSystem, key: CursorKey): Promise<Step> {
    return this.work.during(async (tx) => {
      const cursor = await cursors.holdCursor(tx, key, silentSecondsMax);
      const shard = cursor && (await cursors.shardCursor(tx, key));
      if (!cursor || !shard) return nothing;
      if (!cursor.target && isLevel(cursor, shard)) {
        // While the shard is on its way, it is caught up with where it stops next.
        if (shard.target === null) await cursors.mergeCursor(tx, key);
        return nothing;
      }
      const before = { ...cursor, target: cursor.target ?? shard.done };
      const rows = await this.read(tx, key, before, { only: key.workspaceId });
      const wanted = rows.filter(({ event }) => event);
      const taken = await this.takesOf(as, tx, key.workspaceId, wanted, cursor.failures > 0);
      const next = wanted[taken];
      if (!next) {
        const after = rows.length < pageRows ? finished(before) : placedAt(before, rows.at(-1)!);
        const waitingSince = wanted.at(-1)?.received ?? null;
        await cursors.moveCursor(tx, key, { ...after, failures: 0, retrySeconds: 0, waitingSince });
        return { taken, failed: 0, more: true };
      }
      const after = taken > 0 ? placedAt(before, wanted[taken - 1]!) : cursor;
      const failures = taken > 0 ? 1 : cursor.failures + 1;
      const again = { retrySeconds: secondsAfter(failures), waitingSince: next.received };
      await cursors.moveCursor(tx, key, { ...after, failures, ...again });
      return { taken, failed: 1, more: false };
    });
  }

  private read(tx: Db, { shard }: CursorKey, cursor: Cursor & { target: string }, whose: Whose): Promise<LogRow[]> {
    return cursors.readPage(tx, cursor, { shard, accepts: this.consumer.accepts, whose, limit: pageRows });
  }

  /** How many of these events the consumer has taken: all or none, or, one by one, up to the first that fails. */
  private async takesOf(as: AsSystem, tx: Db, workspaceId: string, rows: LogRow[], oneByOne: boolean): Promise<number> {
    const events = rows.map(({ event }) => event!);
    if (events.length === 0) return 0;
    if (!oneByOne) return (await this.takes(as, tx, workspaceId, events)) ? events.length : 0;
    let taken = 0;
    while (taken < events.length && (await this.takes(as, tx, workspaceId, [events[taken]!]))) taken += 1;
    return taken;
  }

  /** Whether the consumer has taken them; if not, nothing of it stands. */
  private async takes(as: AsSystem, tx: Db, workspaceId: string, events: WireEvent[]): Promise<boolean> {
    const error = await this.work.inPart(tx, () => this.consumer.take(as(workspaceId), events, tx));
    if (error)
      this.log.error(
        { err: error, consumer: this.consumer.name, workspaceId, events: events.length, first: events[0]!.id },
        'a consumer does not take events: they are tried again',
      );
    return error === null;
  }
}

const placedAt = (cursor: Cursor, { written, occurred, workspaceId, id }: LogRow): Cursor => ({
  ...cursor,
  after: { written, occurred, workspaceId, id },
});

/** Nothing is left of what the target sees. */
const finished = (cursor: Cursor & { target: string }): Cursor => ({
  ...cursor,
  done: cursor.target,
  target: null,
  after: null,
});

/** A workspace may be ahead of its shard by what that is about to take. */
const isLevel = (own: Cursor, shard: Pick<Cursor, 'done' | 'target'>): boolean =>
  own.done === shard.done || own.done === shard.target;

const secondsAfter = (failures: number): number => Math.min(retrySecondsMax, 2 ** (failures - 1));

/** What is wanted of each, in order. */
function byWorkspace(rows: LogRow[]): Map<string, LogRow[]> {
  const workspaces = new Map<string, LogRow[]>();
  for (const row of rows) {
    if (!row.event) continue;
    const own = workspaces.get(row.workspaceId);
    if (own) own.push(row);
    else workspaces.set(row.workspaceId, [row]);
  }
  return workspaces;
}
