import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { asMachine, type AsSystem, type Ctx } from '../../../core/access/ctx.js';
import { MicroBatch } from '../../../core/batch/micro-batch.js';
import { Database } from '../../../core/db/database.js';
import { AppError } from '../../../core/errors/app-error.js';
import { Loops } from '../../../core/loops/loops.js';
import { Work } from '../../../core/unit-of-work/work.js';
import { markDeploymentsPolled, markQueuesPolled, markUnpolledQueues } from './polls.queries.js';
import { deploymentReadyEvent, queueStatusEvent } from './queue-events.js';
import { isRecentPoll, polledSecondsMax, type WorkQueueRow } from './work-queue.js';
import { countLateRuns, findQueueById } from './work-queues.queries.js';

/** A queue's poll is written down at most once in this time: pollers come every few seconds. */
const notedForMs = 10_000;
const notedMax = 50_000;

type Polled = { ctx: Ctx; queue: WorkQueueRow };

/** The memory of who was polled: queues, and the deployments on them. */
@Injectable()
export class QueuePolls implements OnModuleInit {
  private readonly noted = new Map<string, number>();
  private readonly marks: MicroBatch<Polled, void>;

  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(Work) private readonly work: Work,
    @Inject(Loops) private readonly loops: Loops,
  ) {
    this.marks = new MicroBatch((polled) => this.markPolled(polled), { partyOf: ({ ctx }) => ctx.workspaceId });
  }

  onModuleInit(): void {
    this.loops.add({
      name: 'mark-unpolled-queues',
      says: 'Marks work queues that nobody polls as not ready.',
      everySeconds: 10,
      pass: (as) => this.markUnpolled(as),
    });
  }

  async note(ctx: Ctx, queues: WorkQueueRow[]): Promise<void> {
    const now = Date.now();
    const due = queues.filter(
      (queue) => queue.status === 'NOT_READY' || (this.noted.get(queue.id) ?? 0) < now - notedForMs,
    );
    if (due.length === 0) return;
    if (this.noted.size > notedMax) this.noted.clear();
    for (const queue of due) this.noted.set(queue.id, now);
    await Promise.all(due.map((queue) => this.marks.submit({ ctx, queue })));
  }

  /** Those of a workspace that were polled at the same time share a commit. */
  private async markPolled(polled: Polled[]): Promise<void[]> {
    const byId = new Map(polled.map((each) => [each.queue.id, each]));
    const ofWorkspace = new Map<string, { ctx: Ctx; queues: WorkQueueRow[] }>();
    for (const { ctx, queue } of byId.values()) {
      const own = ofWorkspace.get(ctx.workspaceId) ?? { ctx, queues: [] };
      ofWorkspace.set(ctx.workspaceId, own);
      own.queues.push(queue);
    }
    await Promise.all([...ofWorkspace.values()].map(({ ctx, queues }) => this.markPolledIn(ctx, queues)));
    return polled.map(() => undefined);
  }

  /** A poll makes queues and the deployments on them ready; told once. */
  private async markPolledIn(poller: Ctx, queues: WorkQueueRow[]): Promise<void> {
    const ctx = asMachine(poller, 'presence');
    const ids = queues.map((queue) => queue.id);
    const byId = new Map(queues.map((queue) => [queue.id, queue]));
    await this.work.during(async (tx) => {
      const ready = await markQueuesPolled(tx, ctx.workspaceId, ids);
      const deployments = await markDeploymentsPolled(tx, ctx.workspaceId, ids);
      await this.work.tell(ctx, tx, [
        ...ready.map((id) => queueStatusEvent(byId.get(id)!, 'READY')),
        ...deployments.map((each) => deploymentReadyEvent(each, byId.get(each.work_queue_id)!)),
      ]);
    });
  }

  private async markUnpolled(as: AsSystem) {
    return this.work.during(async (tx) => {
      const queues = await markUnpolledQueues(tx);
      for (const queue of queues)
        await this.work.tell(as(queue.workspace_id), tx, [queueStatusEvent(queue, 'NOT_READY')]);
      return { queues: queues.length };
    });
  }

  /** Whether somebody polls the queue, and nothing in it is late. */
  async health(ctx: Ctx, id: string) {
    const queue = await findQueueById(this.database.db, ctx.workspaceId, id);
    if (!queue)
      throw new AppError('notFound', `Work queue with id ${id} not found`, {}, { envelope: 'exception_message' });
    const lateRuns = await countLateRuns(this.database.db, ctx.workspaceId, id);
    return {
      healthy: lateRuns === 0 && isRecentPoll(queue.last_polled),
      late_runs_count: lateRuns,
      last_polled: queue.last_polled,
      health_check_policy: { maximum_late_runs: 0, maximum_seconds_since_last_polled: polledSecondsMax },
    };
  }
}
