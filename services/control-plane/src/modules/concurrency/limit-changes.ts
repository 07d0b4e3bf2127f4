import { Inject, Injectable } from '@nestjs/common';
import type { Ctx } from '../../core/access/ctx.js';
import { Database } from '../../core/db/database.js';
import type { Db } from '../../core/db/db.js';
import { notFound } from '../../core/errors/app-error.js';
import { Events } from '../../core/events/events.js';
import { limitEvent } from './concurrency.events.js';
import type { ConcurrencyLimit } from './concurrency.queries.js';

export const limitNotFound = () => notFound('Concurrency Limit not found');

/** A change of a limit and the event that tells of it, in one transaction. */
@Injectable()
export class LimitChanges {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(Events) private readonly events: Events,
  ) {}

  /** `change` answers the limit as it is told of, and nothing when there is none: then `notFound`. */
  async make<Limit extends ConcurrencyLimit>(
    { workspaceId }: Ctx,
    what: 'created' | 'updated' | 'deleted' | ((limit: Limit) => 'created' | 'updated'),
    change: (tx: Db) => Promise<Limit | undefined>,
  ): Promise<Limit> {
    const { limit, told } = await this.database.db.transaction().execute(async (tx) => {
      const limit = await change(tx);
      if (!limit) throw limitNotFound();
      const event = limitEvent(typeof what === 'string' ? what : what(limit), limit);
      return { limit, told: await this.events.append(tx, workspaceId, [event]) };
    });
    this.events.announce(workspaceId, told);
    return limit;
  }
}
