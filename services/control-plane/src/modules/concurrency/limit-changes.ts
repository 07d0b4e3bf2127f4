import { Inject, Injectable } from '@nestjs/common';
import type { Ctx } from '../../core/access/ctx.js';
import type { Db } from '../../core/db/db.js';
import { notFound } from '../../core/errors/app-error.js';
import { Work } from '../../core/unit-of-work/work.js';
import { limitEvent } from './concurrency.events.js';
import type { ConcurrencyLimit } from './concurrency.queries.js';

export const limitNotFound = () => notFound('Concurrency Limit not found');

/** A change of a limit and the event that tells of it, in one transaction. */
@Injectable()
export class LimitChanges {
  constructor(@Inject(Work) private readonly work: Work) {}

  /** `change` answers the limit as it is told of, and nothing when there is none: then `notFound`. */
  make<Limit extends ConcurrencyLimit>(
    ctx: Ctx,
    what: 'created' | 'updated' | 'deleted' | ((limit: Limit) => 'created' | 'updated'),
    change: (tx: Db) => Promise<Limit | undefined>,
  ): Promise<Limit> {
    return this.work.during(async (tx) => {
      const limit = await change(tx);
      if (!limit) throw limitNotFound();
      const event = limitEvent(typeof what === 'string' ? what : what(limit), limit);
      await this.work.tell(ctx, tx, [event]);
      return limit;
    });
  }
}
