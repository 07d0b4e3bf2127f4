import { Inject, Injectable } from '@nestjs/common';
import type { Ctx } from '../../../core/access/ctx.js';
import { Database } from '../../../core/db/database.js';
import { notFound } from '../../../core/errors/app-error.js';
import { findQueue } from './queue-of-run.queries.js';

/** Where a run that names its pool and queue itself has to wait. */
@Injectable()
export class QueueOfRun {
  constructor(@Inject(Database) private readonly database: Database) {}

  /** A pool alone means its default queue. Throws notFound for names that are not there. */
  async find(
    ctx: Ctx,
    pool: string | null,
    queue: string | null,
  ): Promise<{ work_pool_id: string; work_queue_id: string }> {
    const found = await findQueue(this.database.db, ctx.workspaceId, pool ?? 'default-agent-pool', queue);
    if (!found) throw notFound(queue ? `Work queue "${queue}" not found.` : `Work pool "${pool}" not found.`);
    return found;
  }
}
