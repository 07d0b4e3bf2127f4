import { Inject, Injectable } from '@nestjs/common';
import type { Ctx } from '../../../core/access/ctx.js';
import { groupedBy } from '../../../core/batch/grouped.js';
import { Database } from '../../../core/db/database.js';
import type { WorkPoolRow } from '../pools/work-pool.js';
import type { WorkQueueRow } from '../queues/work-queue.js';
import { listQueues } from '../queues/work-queues.queries.js';
import { countPoolSlots, countSlots, listSlotHolders, type SlotHolder } from './slots.queries.js';

type Page = { page: number; limit: number };

/** Who holds the slots of pools and queues. */
@Injectable()
export class SlotsService {
  constructor(@Inject(Database) private readonly database: Database) {}

  async ofPool(ctx: Ctx, pool: WorkPoolRow, { page, limit }: Page, runsPerQueue: number) {
    const { db } = this.database;
    const queues = await listQueues(db, ctx.workspaceId, { poolIds: [pool.id] });
    const shown = queues.slice((page - 1) * limit, page * limit);
    const active = await this.counted(ctx, queues);
    const holders = await listSlotHolders(
      db,
      ctx.workspaceId,
      shown.map((queue) => queue.id),
      runsPerQueue,
    );
    const byQueue = groupedBy(holders, (run) => run.work_queue_id);
    const details = shown.map((queue) => ({
      queue_id: queue.id,
      queue_name: queue.name,
      active_slots: active.get(queue.id) ?? 0,
      concurrency_limit: queue.concurrency_limit,
      flow_runs: (byQueue.get(queue.id) ?? []).map(slotHolderJson),
      flow_run_count: active.get(queue.id) ?? 0,
    }));
    return {
      active_slots: [...active.values()].reduce((sum, runs) => sum + runs, 0),
      concurrency_limit: pool.concurrency_limit,
      queues: details,
      ...paged(queues.length, page, limit),
    };
  }

  async ofQueue(ctx: Ctx, queue: WorkQueueRow, { page, limit }: Page) {
    const active = (await this.counted(ctx, [queue])).get(queue.id) ?? 0;
    const { db } = this.database;
    const holders = await listSlotHolders(db, ctx.workspaceId, [queue.id], limit, (page - 1) * limit);
    return {
      active_slots: active,
      concurrency_limit: queue.concurrency_limit,
      flow_runs: holders.map(slotHolderJson),
      ...paged(active, page, limit),
    };
  }

  countByPool(ctx: Ctx, poolIds: string[]) {
    return countPoolSlots(this.database.db, ctx.workspaceId, poolIds);
  }

  countByQueue(ctx: Ctx, queueIds: string[]) {
    return countSlots(this.database.db, ctx.workspaceId, queueIds);
  }

  holders(ctx: Ctx, queueIds: string[], perQueue: number): Promise<SlotHolder[]> {
    return listSlotHolders(this.database.db, ctx.workspaceId, queueIds, perQueue);
  }

  private async counted(ctx: Ctx, queues: WorkQueueRow[]): Promise<Map<string, number>> {
    const ids = queues.map((queue) => queue.id);
    const rows = await countSlots(this.database.db, ctx.workspaceId, ids);
    return new Map(rows.map((row) => [row.work_queue_id, row.runs]));
  }
}

const slotHolderJson = ({ work_queue_id: _, ...run }: SlotHolder) => run;

const paged = (count: number, page: number, limit: number) => ({
  count,
  limit,
  pages: limit > 0 ? Math.ceil(count / limit) : 0,
  page,
});
