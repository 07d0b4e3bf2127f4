import { Inject, Injectable } from '@nestjs/common';
import { newId } from '@headgate/contracts';
import type { WorkQueueCreate, WorkQueueUpdate } from '@headgate/contracts/rest/work-pools';
import type { Ctx } from '../../../core/access/ctx.js';
import { Database } from '../../../core/db/database.js';
import type { Db } from '../../../core/db/db.js';
import { conflict, invariant, notFound } from '../../../core/errors/app-error.js';
import { Live, topics } from '../../../core/live/live.js';
import { Work } from '../../../core/unit-of-work/work.js';
import type { WorkPoolRow } from '../pools/work-pool.js';
import { agentPool, WorkPoolsService } from '../pools/work-pools.service.js';
import { freePriority, moved } from './priorities.js';
import { queueEvent, queueStatusEvent, queueUpdatedEvent } from './queue-events.js';
import { isRecentPoll, type WorkQueueRow } from './work-queue.js';
import * as queries from './work-queues.queries.js';

/** The use cases of work queues. */
@Injectable()
export class WorkQueuesService {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(Work) private readonly work: Work,
    @Inject(Live) private readonly live: Live,
    @Inject(WorkPoolsService) private readonly pools: WorkPoolsService,
  ) {}

  async getById(ctx: Ctx, id: string, missing = 'work queue not found'): Promise<WorkQueueRow> {
    const queue = await queries.findQueueById(this.database.db, ctx.workspaceId, id);
    if (!queue) throw notFound(missing);
    return queue;
  }

  getMany(ctx: Ctx, ids: string[]): Promise<WorkQueueRow[]> {
    return queries.findQueuesById(this.database.db, ctx.workspaceId, ids);
  }

  async getByName(ctx: Ctx, pool: WorkPoolRow, name: string): Promise<WorkQueueRow> {
    const queue = await queries.findQueueByName(this.database.db, ctx.workspaceId, pool, name);
    if (!queue) throw queueNotFound(pool.name, name);
    return queue;
  }

  /** By a name without a pool: among the agents' queues, or anywhere while there are none. */
  async getByNameAlone(ctx: Ctx, name: string): Promise<WorkQueueRow> {
    const { db } = this.database;
    const pool = await this.pools.find(ctx, db, agentPool);
    const queue = pool
      ? await queries.findQueueByName(db, ctx.workspaceId, pool, name)
      : await queries.findQueueAnywhere(db, ctx.workspaceId, name);
    if (!queue) throw notFound('work queue not found');
    return queue;
  }

  list(ctx: Ctx, choice: queries.QueueChoice): Promise<WorkQueueRow[]> {
    return queries.listQueues(this.database.db, ctx.workspaceId, choice);
  }

  async create(ctx: Ctx, tx: Db, poolName: string, body: WorkQueueCreate): Promise<WorkQueueRow> {
    const pool = await this.pools.find(ctx, tx, poolName);
    if (!pool) throw notFound(`Work pool "${poolName}" not found.`);
    const queue = await this.insert(ctx, tx, pool, body);
    if (!queue) throw conflict(`A work queue with this name already exists in work pool '${pool.name}'.`);
    return queue;
  }

  /** Among the agents' queues, whose pool is made when it is first needed. */
  async createForAgents(ctx: Ctx, tx: Db, body: WorkQueueCreate): Promise<WorkQueueRow> {
    const isThere = await this.pools.find(ctx, tx, agentPool);
    const pool = isThere ?? (await this.pools.ensureAgentPool(ctx, tx));
    const comesWithPool = !isThere && body.name === 'default';
    const queue = comesWithPool
      ? await queries.findQueueById(tx, ctx.workspaceId, pool.default_queue_id)
      : await this.insert(ctx, tx, pool, body);
    if (!queue) throw conflict('A work queue with this name already exists.');
    return queue;
  }

  /** The queue of that name, for who has no transaction: nearly always it is there. */
  async ensureNow(ctx: Ctx, pool: WorkPoolRow, name: string): Promise<WorkQueueRow> {
    const found = await queries.findQueueByName(this.database.db, ctx.workspaceId, pool, name);
    return found ?? this.work.during((tx) => this.ensure(ctx, tx, pool, name));
  }

  /** The same in the caller's transaction; made when it is not there. */
  async ensure(ctx: Ctx, db: Db, pool: WorkPoolRow, name: string): Promise<WorkQueueRow> {
    const found = () => queries.findQueueByName(db, ctx.workspaceId, pool, name);
    const queue = (await found()) ?? (await this.insert(ctx, db, pool, { name, is_paused: false })) ?? (await found());
    invariant(queue, 'a queue that could not be inserted is there');
    return queue;
  }

  private async insert(ctx: Ctx, db: Db, pool: WorkPoolRow, body: WorkQueueCreate): Promise<WorkQueueRow | null> {
    const placed = await queries.lockPriorities(db, ctx.workspaceId, pool.id);
    const draft = {
      id: newId(),
      work_pool_id: pool.id,
      name: body.name,
      description: body.description ?? '',
      is_paused: body.is_paused,
      concurrency_limit: body.concurrency_limit ?? null,
      priority: body.priority ?? freePriority(placed),
      status: body.is_paused ? ('PAUSED' as const) : ('NOT_READY' as const),
    };
    if (!(await queries.insertQueue(db, ctx.workspaceId, draft))) return null;
    await queries.setPriorities(db, ctx.workspaceId, moved([...placed, draft], draft.id, draft.priority));
    const queue = await queries.findQueueById(db, ctx.workspaceId, draft.id);
    invariant(queue, 'a queue that was inserted is there');
    await this.work.tell(ctx, db, [queueEvent('created', queue)]);
    return queue;
  }

  async update(ctx: Ctx, tx: Db, id: string, patch: WorkQueueUpdate): Promise<WorkQueueRow> {
    const seen = patch.priority ? await queries.findQueueById(tx, ctx.workspaceId, id) : null;
    const placed = seen ? await queries.lockPriorities(tx, ctx.workspaceId, seen.work_pool_id) : [];
    const before = await queries.lockQueue(tx, ctx.workspaceId, id);
    if (!before) throw notFound('work queue not found');
    const { filter: _, ...columns } = patch;
    const status = statusAfter(before, patch);
    await queries.updateQueue(tx, ctx.workspaceId, id, { ...columns, status });
    if (patch.priority) await queries.setPriorities(tx, ctx.workspaceId, moved(placed, id, patch.priority));
    const after = await queries.findQueueById(tx, ctx.workspaceId, id);
    invariant(after, 'a queue that was updated is there');
    const updated = queueUpdatedEvent(before, after);
    const turned = status === before.status ? [] : [queueStatusEvent(after, status)];
    await this.work.tell(ctx, tx, updated ? [updated, ...turned] : turned);
    this.work.afterCommit(tx, () => this.live.publish(topics.pool(after.work_pool_id)));
    return after;
  }

  async delete(ctx: Ctx, tx: Db, id: string): Promise<WorkQueueRow> {
    const queue = await queries.findQueueById(tx, ctx.workspaceId, id);
    if (!queue) throw notFound('work queue not found');
    const [pool] = await this.pools.getMany(ctx, [queue.work_pool_id]);
    if (pool?.default_queue_id === queue.id) throw conflict("Can't delete a pool's default queue.");
    await queries.deleteQueue(tx, ctx.workspaceId, queue.id);
    await this.work.tell(ctx, tx, [queueEvent('deleted', queue)]);
    this.work.afterCommit(tx, () => this.live.publish(topics.pool(queue.work_pool_id)));
    return queue;
  }
}

export const queueNotFound = (pool: string, name: string) => notFound(`Work pool queue '${pool}/${name}' not found.`);

/** Who is paused already stays so; who goes on is ready if it was polled a short time ago. */
function statusAfter(before: WorkQueueRow, patch: WorkQueueUpdate): WorkQueueRow['status'] {
  if (patch.is_paused === true) return 'PAUSED';
  if (patch.is_paused !== false || !before.is_paused) return before.status;
  const polled = patch.last_polled === undefined ? before.last_polled : patch.last_polled;
  return isRecentPoll(polled) ? 'READY' : 'NOT_READY';
}
