import { Inject, Injectable } from '@nestjs/common';
import { newId } from '@headgate/contracts';
import type { Ctx } from '../../../core/access/ctx.js';
import { Database } from '../../../core/db/database.js';
import { Bell } from '../../../core/live/bell.js';
import { Live, topics } from '../../../core/live/live.js';
import type { TaskRunRow } from '../task-run.js';
import { findTaskRuns } from '../task-runs.queries.js';
import { endOffer, nextDue, offerNext, renewOffers, takeOfferBack } from './queue.sql.js';

/** A run that is out to one task worker, until it is started, given back, or the lease is over. */
export type Offer = { id: string; run: TaskRunRow };

export const leaseSeconds = 30;
/** Bells are rung through Redis, which may lose one; the first while the bell was being hung. */
const lookAnywayMs = { first: 500, later: 15_000 };
/** Without Redis nobody rings for what other processes did: then everybody looks for themselves. */
const lookWithoutBellMs = 1_000;
/** After a lost race, or when the database did not answer. */
const lookAgainMs = 50;

/** Hands background runs to task workers, each to one: the queue is in the database, and an offer is a lease. */
@Injectable()
export class OffersService {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(Live) private readonly live: Live,
  ) {}

  /** A bell for one worker, who waits for runs of these keys. */
  bellFor({ workspaceId }: Ctx, keys: string[]): Bell {
    const wanted = new Set<unknown>(keys);
    return new Bell(this.live, topics.taskQueue(workspaceId), (key) => wanted.has(key));
  }

  /** The next run of one of the keys, the first of them first; waits for it. Null when the worker is gone. */
  async next(ctx: Ctx, keys: string[], bell: Bell, gone: AbortSignal): Promise<Offer | null> {
    for (let anyway = lookAnywayMs.first; !gone.aborted; anyway = lookAnywayMs.later) {
      const [found] = await this.look(ctx, keys);
      if (found?.offer) return found.offer;
      const wait = found ? lookAgainMs : await this.untilNextDue(ctx, keys);
      await bell.ring(Math.min(wait, this.live.connected ? anyway : lookWithoutBellMs), gone);
    }
    return null;
  }

  /** Empty when nothing is due; without an offer when something is, but a rival took it or it is not to run any more. */
  private async look(ctx: Ctx, keys: string[]): Promise<{ offer: Offer | null }[]> {
    const id = newId();
    const [turn] = await offerNext(this.database.sql, [ctx.workspaceId, keys, id, leaseSeconds]);
    if (!turn) return [];
    if (!turn.task_run_id) return [{ offer: null }];
    const [run] = await findTaskRuns(this.database.db, ctx.workspaceId, [turn.task_run_id]);
    if (run?.state_type === 'SCHEDULED') return [{ offer: { id, run } }];
    await endOffer(this.database.sql, [ctx.workspaceId, turn.task_run_id, id]);
    return [{ offer: null }];
  }

  private async untilNextDue(ctx: Ctx, keys: string[]): Promise<number> {
    const [row] = await nextDue(this.database.sql, [ctx.workspaceId, keys]);
    return row?.in_seconds == null ? Infinity : Math.max(lookAgainMs, row.in_seconds * 1000 + 1);
  }

  /**
   * A worker may keep runs for as long as it is there, also those that it has acknowledged: that says that they came, not
   * that they were started. Answers those that still wait.
   */
  async renew({ workspaceId }: Ctx, offers: Offer[]): Promise<Offer[]> {
    if (offers.length === 0) return [];
    const ids = [offers.map(({ run }) => run.id), offers.map(({ id }) => id)];
    const waiting = new Set(
      (await renewOffers(this.database.sql, [workspaceId, ...ids, leaseSeconds])).map(({ task_run_id }) => task_run_id),
    );
    return offers.filter(({ run }) => waiting.has(run.id));
  }

  /** It is believed to have been started, or will be. */
  async trust({ workspaceId }: Ctx, { id, run }: Offer): Promise<void> {
    await endOffer(this.database.sql, [workspaceId, run.id, id]);
  }

  /** It is offered again at once, before others. */
  async takeBack({ workspaceId }: Ctx, { id, run }: Offer): Promise<void> {
    const [row] = await takeOfferBack(this.database.sql, [workspaceId, run.id, id]);
    if (row) this.live.publish(topics.taskQueue(workspaceId), row.task_key);
  }
}
