import { Inject, Injectable } from '@nestjs/common';
import type { scheduledRunsRequest } from '@headgate/contracts/rest/work-pools';
import type { z } from 'zod';
import type { Ctx } from '../../../core/access/ctx.js';
import { Database } from '../../../core/db/database.js';
import { notFound } from '../../../core/errors/app-error.js';
import { wireTime } from '../../../core/events/events.js';
import { FlowRunsService, toFlowRunJson } from '../../runs/index.js';
import type { WorkPoolRow } from '../pools/work-pool.js';
import type { WorkQueueRow } from '../queues/work-queue.js';
import { WorkQueuesService } from '../queues/work-queues.service.js';
import { dueRuns } from './polling.sql.js';

/** A queue's poll is written down at most once in this time: pollers come every few seconds. */
const notedForMs = 10_000;

/** The poll that Prefect's workers do, and the memory of who polled. */
@Injectable()
export class PollingService {
  private readonly noted = new Map<string, number>();

  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(WorkQueuesService) private readonly queues: WorkQueuesService,
    @Inject(FlowRunsService) private readonly runs: FlowRunsService,
  ) {}

  async scheduledRuns(ctx: Ctx, pool: WorkPoolRow, body: z.infer<typeof scheduledRunsRequest>) {
    const names = body.work_queue_names?.length ? body.work_queue_names : null;
    const polled = await this.notePoll(ctx, pool, names);
    const before = body.scheduled_before ?? wireTime();
    const due = await dueRuns(this.database.sql, [
      ctx.workspaceId,
      pool.id,
      names,
      before,
      body.scheduled_after ?? null,
      body.limit ?? 200,
    ]);
    const rows = await this.runs.getMany(
      ctx,
      due.map((row) => row.flow_run_id),
    );
    const now = wireTime();
    const known = new Set(polled.map((queue) => queue.id));
    return rows
      .filter((row) => row.state_type === 'SCHEDULED' && known.has(row.work_queue_id ?? ''))
      .map((row) => ({ work_pool_id: pool.id, work_queue_id: row.work_queue_id, flow_run: toFlowRunJson(row, now) }));
  }

  /** Marks queues, and the deployments on them, as polled. Answers the queues. Throws notFound for names that are not there. */
  async notePoll(ctx: Pick<Ctx, 'workspaceId'>, pool: WorkPoolRow, names: string[] | null): Promise<WorkQueueRow[]> {
    const queues = await this.queues.list(ctx, { poolId: pool.id, ids: null, names, prefixes: null }, 200, 0);
    const missing = names?.find((name) => !queues.some((queue) => queue.name === name));
    if (missing !== undefined) throw notFound(`Work queue '${missing}' not found in work pool '${pool.name}'.`);
    const now = Date.now();
    const due = queues.filter(
      (queue) => queue.status !== 'READY' || (this.noted.get(queue.id) ?? 0) < now - notedForMs,
    );
    if (due.length === 0) return queues;
    if (this.noted.size > 50_000) this.noted.clear();
    for (const queue of due) this.noted.set(queue.id, now);
    await this.queues.markPolled(ctx, due);
    return queues;
  }
}
