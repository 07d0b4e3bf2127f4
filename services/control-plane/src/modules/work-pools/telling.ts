import { Inject, Injectable } from '@nestjs/common';
import type { Ctx } from '../../core/access/ctx.js';
import { Database } from '../../core/db/database.js';
import type { Db } from '../../core/db/db.js';
import { Events, type EventDraft, type WireEvent } from '../../core/events/events.js';

type Told = { workspaceId: string; event: WireEvent };

/** Changes and the events that tell of them: stored together, announced once both are there to be read. */
@Injectable()
export class Telling {
  private readonly untold = new WeakMap<Db, Told[]>();

  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(Events) private readonly events: Events,
  ) {}

  /** Runs a change in a transaction; what is told in it is announced after the commit. */
  async during<T>(change: (tx: Db) => Promise<T>): Promise<T> {
    const told: Told[] = [];
    const result = await this.database.db.transaction().execute((tx) => {
      this.untold.set(tx, told);
      return change(tx);
    });
    this.events.announceMany(told);
    return result;
  }

  /** In a transaction of somebody else it is announced as it is told. */
  async tell(ctx: Ctx, db: Db, drafts: EventDraft[]): Promise<void> {
    const told = (await this.events.append(db, ctx.workspaceId, drafts)).map((event) => ({
      workspaceId: ctx.workspaceId,
      event,
    }));
    const later = this.untold.get(db);
    if (later) later.push(...told);
    else this.events.announceMany(told);
  }
}
