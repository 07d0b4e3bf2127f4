import { Inject, Injectable } from '@nestjs/common';
import type { scheduledRunsRequest } from '@headgate/contracts/rest/work-pools';
import type { z } from 'zod';
import type { Ctx } from '../../../core/access/ctx.js';
import { MicroBatch } from '../../../core/batch/micro-batch.js';
import { Database } from '../../../core/db/database.js';
import { AppError } from '../../../core/errors/app-error.js';
import { wireTime } from '../../../core/events/events.js';
import { FlowRunsService, toFlowRunJson } from '../../runs/index.js';
import type { ServedPool } from '../pools/work-pool.js';
import { WorkPoolsService } from '../pools/work-pools.service.js';
import { QueuePolls } from '../queues/queue-polls.service.js';
import type { WorkQueueRow } from '../queues/work-queue.js';
import { findQueueById } from '../queues/work-queues.queries.js';
import { queueNotFound, WorkQueuesService } from '../queues/work-queues.service.js';
import { dueRuns, dueRunsOfQueue } from './polling.sql.js';

type AskedPool = { ctx: Ctx; poolId: string };

/** The polls that Prefect's workers and agents do. What they get they may start; the move to PENDING decides who does. */
@Injectable()
export class PollingService {
  private readonly queuesOf: MicroBatch<AskedPool, WorkQueueRow[]>;

  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(WorkQueuesService) private readonly queues: WorkQueuesService,
    @Inject(WorkPoolsService) private readonly pools: WorkPoolsService,
    @Inject(QueuePolls) private readonly polls: QueuePolls,
    @Inject(FlowRunsService) private readonly runs: FlowRunsService,
  ) {
    this.queuesOf = new MicroBatch((asked) => this.listQueues(asked), { partyOf: ({ ctx }) => ctx.workspaceId });
  }

  async ofPool(ctx: Ctx, name: string, body: z.infer<typeof scheduledRunsRequest>) {
    const pool = await this.pools.get(ctx, name);
    const names = body.work_queue_names?.length ? body.work_queue_names : null;
    await this.note(ctx, pool, names);
    const due = await dueRuns(this.database.sql, [
      ctx.workspaceId,
      pool.id,
      names,
      body.scheduled_before ?? null,
      body.scheduled_after ?? null,
      body.limit ?? 200,
    ]);
    const runs = await this.describe(
      ctx,
      due.map((row) => row.flow_run_id),
    );
    return runs.map((run) => ({ work_pool_id: pool.id, work_queue_id: run.work_queue_id, flow_run: run }));
  }

  /** `counts` is false for those that only look. */
  async ofQueue(
    ctx: Ctx,
    id: string,
    { scheduled_before, limit }: { scheduled_before?: string | undefined; limit?: number | undefined },
    counts: boolean,
  ) {
    const queue = await findQueueById(this.database.db, ctx.workspaceId, id);
    if (!queue)
      throw new AppError('notFound', `Work queue with id ${id} not found.`, {}, { envelope: 'exception_message' });
    const due = await dueRunsOfQueue(this.database.sql, [ctx.workspaceId, id, scheduled_before ?? null, limit ?? 200]);
    if (counts) await this.polls.note(ctx, [queue]);
    return this.describe(
      ctx,
      due.map((row) => row.flow_run_id),
    );
  }

  /** Remembers who was polled. Throws notFound for names that are not there. */
  async note(ctx: Ctx, pool: ServedPool, names: string[] | null): Promise<void> {
    const queues = await this.chosen(ctx, pool, names);
    await this.polls.note(ctx, queues);
  }

  private async chosen(ctx: Ctx, pool: ServedPool, names: string[] | null): Promise<WorkQueueRow[]> {
    const all = await this.queuesOf.submit({ ctx, poolId: pool.id });
    const known = new Map(all.map((queue) => [queue.name, queue]));
    const missing = names?.find((name) => !known.has(name));
    if (missing !== undefined) throw queueNotFound(pool.name, missing);
    return names ? [...new Set(names)].map((name) => known.get(name)!) : all;
  }

  /** Those who poll at the same time share a statement. */
  private async listQueues(asked: AskedPool[]): Promise<WorkQueueRow[][]> {
    const poolsOf = new Map<string, { ctx: Ctx; ids: Set<string> }>();
    for (const { ctx, poolId } of asked) {
      const pools = poolsOf.get(ctx.workspaceId) ?? { ctx, ids: new Set() };
      poolsOf.set(ctx.workspaceId, pools);
      pools.ids.add(poolId);
    }
    const lists = [...poolsOf.values()].map(({ ctx, ids }) => this.queues.list(ctx, { poolIds: [...ids] }));
    const queuesOf = new Map<string, WorkQueueRow[]>();
    for (const queue of (await Promise.all(lists)).flat())
      queuesOf.set(queue.work_pool_id, [...(queuesOf.get(queue.work_pool_id) ?? []), queue]);
    return asked.map(({ poolId }) => queuesOf.get(poolId) ?? []);
  }

  private async describe(ctx: Ctx, ids: string[]) {
    const now = wireTime();
    const rows = await this.runs.getMany(ctx, ids);
    return rows.filter((row) => row.state_type === 'SCHEDULED').map((row) => toFlowRunJson(row, now));
  }
}
