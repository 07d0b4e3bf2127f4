import { Inject, Injectable } from '@nestjs/common';
import type { Ctx } from '../../core/access/ctx.js';
import type { Db } from '../../core/db/db.js';
import { notFound } from '../../core/errors/app-error.js';
import { Work } from '../../core/unit-of-work/work.js';
import { limitEvent } from './concurrency.events.js';
import type { ConcurrencyLimit } from './concurrency.queries.js';

export const limitNotFound = () => notFound('Concurrency Limit not found');

/** The event of a change of a limit, in the transaction of the change. */
@Injectable()
export class LimitChanges {
  constructor(@Inject(Work) private readonly work: Work) {}

  /** `limit` as it is told of; nothing when there is none: then `notFound`. */
  async tell<Limit extends ConcurrencyLimit>(
    ctx: Ctx,
    tx: Db,
    what: 'created' | 'updated' | 'deleted',
    limit: Limit | undefined,
  ): Promise<Limit> {
    if (!limit) throw limitNotFound();
    await this.work.tell(ctx, tx, [limitEvent(what, limit)]);
    return limit;
  }
}
