import { setTimeout as sleep } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import type { Ctx } from '../access/ctx.js';
import { Database } from '../db/database.js';
import type { Db } from '../db/db.js';
import { invariant } from '../errors/app-error.js';
import { withActor } from '../events/actor.js';
import { Events, type EventDraft, type WireEvent } from '../events/events.js';

type Unit = { told: { workspaceId: string; event: WireEvent }[]; hooks: (() => void)[] };

/** So often a change is made that loses against another; then whoever asked for it asks again. */
const triesMax = 4;
const pauseMs = 20;

/** Serialization failure, deadlock: nothing of the transaction stands, and another try may well succeed. */
const lost = new Set(['40001', '40P01']);

/**
 * A unit of work: a change, the events that tell of it, and what is to happen when it stands. They are stored together or
 * not at all, and nobody hears of them before they can be read.
 */
@Injectable()
export class Work {
  private readonly units = new WeakMap<Db, Unit>();

  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(Events) private readonly events: Events,
  ) {}

  /** `change` may be made several times over: outside of its transaction it leaves nothing behind. */
  async during<T>(change: (tx: Db) => Promise<T>): Promise<T> {
    for (let tries = 1; ; tries++) {
      try {
        return await this.attempt(change);
      } catch (error) {
        if (tries === triesMax || !hasLost(error)) throw error;
        // Those who lost against each other come apart.
        await sleep(pauseMs * tries * Math.random());
      }
    }
  }

  /** Makes a change, and takes it back: what it would answer. Nobody hears of it, and none of its hooks runs. */
  async rehearse<T>(change: (tx: Db) => Promise<T>): Promise<T> {
    try {
      return await this.during(async (tx) => {
        throw new TakenBack(await change(tx));
      });
    } catch (error) {
      if (error instanceof TakenBack) return error.answer as T;
      throw error;
    }
  }

  /** Stores events with the change, and who made it; they are announced after its commit. */
  async tell(ctx: Ctx, tx: Db, drafts: EventDraft[]): Promise<void> {
    this.announce(
      ctx,
      tx,
      drafts.length > 0 ? await this.events.append(tx, ctx.workspaceId, withActor(ctx, drafts)) : [],
    );
  }

  /** Announces, after the commit, events that a statement of the change has stored itself. */
  announce({ workspaceId }: Ctx, tx: Db, events: WireEvent[]): void {
    const { told } = this.unitOf(tx);
    for (const event of events) told.push({ workspaceId, event });
  }

  /** What is to happen when the change stands, and only then. */
  afterCommit(tx: Db, hook: () => void): void {
    this.unitOf(tx).hooks.push(hook);
  }

  /**
   * A part of a change that may fail by itself: then nothing of it stands, and the rest goes on. Answers why it failed; null
   * when it went well.
   */
  async inPart(tx: Db, part: () => Promise<void>): Promise<Error | null> {
    const { told, hooks } = this.unitOf(tx);
    const before = { told: told.length, hooks: hooks.length };
    await sql`savepoint part`.execute(tx);
    try {
      await part();
      await sql`release savepoint part`.execute(tx);
      return null;
    } catch (error) {
      if (hasLost(error)) throw error;
      await sql`rollback to savepoint part`.execute(tx);
      told.length = before.told;
      hooks.length = before.hooks;
      return error instanceof Error ? error : new Error(String(error));
    }
  }

  private async attempt<T>(change: (tx: Db) => Promise<T>): Promise<T> {
    const unit: Unit = { told: [], hooks: [] };
    const result = await this.database.db.transaction().execute(async (tx) => {
      this.units.set(tx, unit);
      try {
        return await change(tx);
      } finally {
        this.units.delete(tx);
      }
    });
    this.events.announceMany(unit.told);
    for (const hook of unit.hooks) hook();
    return result;
  }

  private unitOf(tx: Db): Unit {
    const unit = this.units.get(tx);
    invariant(unit, 'what is told belongs to a unit of work that is under way');
    return unit;
  }
}

/** Ends a transaction that is not to stand. */
class TakenBack extends Error {
  constructor(readonly answer: unknown) {
    super('taken back');
  }
}

function hasLost(error: unknown): boolean {
  for (let each = error; each instanceof Error; each = each.cause)
    if (lost.has(String((each as { code?: unknown }).code))) return true;
  return false;
}
