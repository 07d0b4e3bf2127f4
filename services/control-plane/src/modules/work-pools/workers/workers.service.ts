import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { newId } from '@headgate/contracts';
import type { Ctx } from '../../../core/access/ctx.js';
import { MicroBatch } from '../../../core/batch/micro-batch.js';
import { Database } from '../../../core/db/database.js';
import { notFound } from '../../../core/errors/app-error.js';
import { Events } from '../../../core/events/events.js';
import { Loops } from '../../../core/loops/loops.js';
import { poolEvent, WorkPoolsService } from '../pools/work-pools.service.js';
import type { WorkPoolRow } from '../pools/work-pool.js';
import { queueEvent } from '../queues/work-queues.service.js';
import * as queries from './workers.queries.js';

type Asker = Pick<Ctx, 'workspaceId'>;

/** Who works for a pool: Prefect's workers by their heartbeats, our agents by their long polls. */
@Injectable()
export class WorkersService implements OnModuleInit {
  private readonly beats: MicroBatch<queries.Beat, string>;

  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(Events) private readonly events: Events,
    @Inject(Loops) private readonly loops: Loops,
    @Inject(WorkPoolsService) private readonly pools: WorkPoolsService,
  ) {
    this.beats = new MicroBatch((beats) => this.write(beats));
  }

  onModuleInit(): void {
    this.loops.add({ name: 'mark-lost-workers', everySeconds: 10, pass: () => this.markLost() });
  }

  /** Answers the worker's id. The pool is ready from its first worker on. */
  async beat(
    pool: WorkPoolRow,
    name: string,
    intervalSeconds: number | null,
    metadata: unknown = null,
  ): Promise<string> {
    const id = await this.beats.submit({
      workspace_id: pool.workspace_id,
      work_pool_id: pool.id,
      id: newId(),
      name,
      interval: intervalSeconds,
      metadata,
    });
    await this.pools.markPolled(pool);
    return id;
  }

  list(
    ctx: Asker,
    poolIds: string[],
    filter: queries.WorkerFilter,
    limit: number,
    offset: number,
  ): Promise<queries.WorkerRow[]> {
    return queries.listWorkers(this.database.db, ctx.workspaceId, poolIds, filter, limit, offset);
  }

  async delete(ctx: Asker, pool: WorkPoolRow, name: string): Promise<void> {
    if (!(await queries.deleteWorker(this.database.db, ctx.workspaceId, pool.id, name)))
      throw notFound('Worker not found.');
  }

  /** Beats of one worker that wait together are one row: a statement may not touch a row twice. */
  private async write(beats: queries.Beat[]): Promise<string[]> {
    const key = (beat: { work_pool_id: string; name: string }) => `${beat.work_pool_id}/${beat.name}`;
    const distinct = [...new Map(beats.map((beat) => [key(beat), beat])).values()];
    const ids = new Map((await queries.upsertWorkers(this.database.db, distinct)).map((row) => [key(row), row.id]));
    return beats.map((beat) => {
      const id = ids.get(key(beat));
      if (!id) throw notFound('Work pool not found.');
      return id;
    });
  }

  private async markLost() {
    const { workers, pools } = await queries.markLostWorkers(this.database.db);
    const queues = await queries.markUnpolledQueues(this.database.db);
    for (const pool of pools) await this.tell(pool.workspace_id, poolEvent('not-ready', pool));
    for (const queue of queues) await this.tell(queue.workspace_id, queueEvent('not-ready', queue));
    return { workers, pools: pools.length, queues: queues.length };
  }

  private async tell(workspaceId: string, event: Parameters<Events['append']>[2][number]): Promise<void> {
    this.events.announce(workspaceId, await this.events.append(this.database.db, workspaceId, [event]));
  }
}
