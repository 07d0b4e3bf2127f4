import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { newId } from '@headgate/contracts';
import type { WorkerFilter } from '@headgate/contracts/rest/work-pools';
import { asMachine, type AsSystem, type Ctx } from '../../../core/access/ctx.js';
import { MicroBatch } from '../../../core/batch/micro-batch.js';
import { Database } from '../../../core/db/database.js';
import type { Db } from '../../../core/db/db.js';
import { notFound } from '../../../core/errors/app-error.js';
import { Loops } from '../../../core/loops/loops.js';
import { Work } from '../../../core/unit-of-work/work.js';
import type { ServedPool } from '../pools/work-pool.js';
import { WorkPoolsService } from '../pools/work-pools.service.js';
import * as queries from './workers.queries.js';

/** A worker that is started without a name gets a new one each time: those that have gone become many. */
const goneDaysKept = 30;

/** `at` on the clock of the process, in milliseconds. */
type Seen = Omit<queries.Beat, 'age' | 'agents'> & { at: number; agentId: string | null };

/** Who works for a pool: Prefect's workers by their heartbeats, our agents by their long polls. */
@Injectable()
export class WorkersService implements OnModuleInit {
  private readonly beats: MicroBatch<Seen, string | null>;

  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(Work) private readonly work: Work,
    @Inject(Loops) private readonly loops: Loops,
    @Inject(WorkPoolsService) private readonly pools: WorkPoolsService,
  ) {
    this.beats = new MicroBatch((beats) => this.write(beats), { partyOf: (beat) => beat.workspace_id });
  }

  onModuleInit(): void {
    this.loops.add({
      name: 'mark-lost-workers',
      says: 'Marks workers that no longer send heartbeats as offline, and their pools as not ready.',
      everySeconds: 10,
      pass: (as) => this.markLost(as),
    });
    this.loops.add({
      name: 'forget-workers',
      says: 'Deletes workers that have been gone for a month.',
      everySeconds: 3600,
      pass: async () => ({ forgotten: await queries.forgetWorkers(this.database.db, goneDaysKept) }),
    });
  }

  /**
   * Answers the worker's id. The pool is ready from its first worker on. `at`: when it was seen, give or take `doubt`
   * seconds; `agentId`: which of our agents of that name it is.
   */
  async beat(
    ctx: Ctx,
    pool: ServedPool,
    name: string,
    intervalSeconds: number | null,
    metadata: unknown = null,
    {
      at = performance.now(),
      doubt = 0,
      agentId = null,
    }: { at?: number; doubt?: number; agentId?: string | null } = {},
  ): Promise<string> {
    const id = await this.beats.submit({
      workspace_id: pool.workspace_id,
      work_pool_id: pool.id,
      id: newId(),
      name,
      interval: intervalSeconds,
      metadata,
      agentId,
      at,
      doubt,
    });
    if (!id) throw notFound(`Work pool "${pool.name}" not found.`);
    await this.pools.markServed(ctx, pool);
    return id;
  }

  /** An agent that says that it ends is offline at once, unless another one has its name. Nothing happens when it was not there. */
  async leave(ctx: Ctx, pool: ServedPool, name: string, agentId: string): Promise<void> {
    const unserved = await this.work.during(async (tx) => {
      await queries.markGone(tx, ctx.workspaceId, pool.id, name, agentId);
      return this.markUnserved(() => asMachine(ctx, 'presence'), tx, pool);
    });
    this.pools.announce(unserved);
  }

  list(
    ctx: Ctx,
    poolIds: string[],
    filter: WorkerFilter | undefined,
    limit: number,
    offset: number,
  ): Promise<queries.RosterRow[]> {
    return queries.listWorkers(this.database.db, ctx.workspaceId, poolIds, filter, limit, offset);
  }

  /** So many of each pool, who was seen last first. */
  listOfPools(ctx: Ctx, poolIds: string[], ofEach: number): Promise<queries.RosterRow[]> {
    return queries.listWorkersOfPools(this.database.db, ctx.workspaceId, poolIds, ofEach);
  }

  async delete(ctx: Ctx, tx: Db, poolName: string, name: string): Promise<void> {
    const pool = await this.pools.find(ctx, tx, poolName);
    if (!pool) throw notFound(`Work pool "${poolName}" not found.`);
    if (!(await queries.deleteWorker(tx, ctx.workspaceId, pool.id, name))) throw notFound('Worker not found.');
  }

  /** Beats of one worker that wait together are one row: a statement may not touch a row twice. Null: its pool is gone. */
  private async write(beats: Seen[]): Promise<(string | null)[]> {
    const key = (beat: { work_pool_id: string; name: string }) => `${beat.work_pool_id}/${beat.name}`;
    const now = performance.now();
    const rows = new Map<string, queries.Beat>();
    for (const { at, agentId, ...beat } of beats) {
      const age = (now - at) / 1000;
      const others = rows.get(key(beat))?.agents ?? [];
      rows.set(key(beat), { ...beat, age, agents: agentId === null ? null : [...others, { id: agentId, age }] });
    }
    const written = await queries.upsertWorkers(this.database.db, [...rows.values()]);
    const ids = new Map(written.map((row) => [key(row), row.id]));
    return beats.map((beat) => ids.get(key(beat)) ?? null);
  }

  private async markLost(as: AsSystem) {
    const { workers, pools } = await this.work.during(async (tx) => ({
      workers: await queries.markLostWorkers(tx),
      pools: await this.markUnserved(as, tx),
    }));
    this.pools.announce(pools);
    return { workers, pools: pools.length };
  }

  private async markUnserved(as: AsSystem, tx: Db, only?: ServedPool) {
    const pools = await queries.markUnservedPools(tx, only);
    for (const pool of pools) await this.pools.tellStatus(as(pool.workspace_id), tx, pool, 'NOT_READY');
    return pools;
  }
}
