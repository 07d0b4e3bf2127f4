import { Inject, Injectable } from '@nestjs/common';
import { newId } from '@headgate/contracts';
import type { workQueueCreate, workQueueUpdate } from '@headgate/contracts/rest/work-pools';
import type { z } from 'zod';
import type { Ctx } from '../../../core/access/ctx.js';
import { Database } from '../../../core/db/database.js';
import type { Db } from '../../../core/db/db.js';
import { conflict, invalid, invariant, notFound } from '../../../core/errors/app-error.js';
import { Events, type EventDraft } from '../../../core/events/events.js';
import { Live, topics } from '../../../core/live/live.js';
import type { WorkPoolRow } from '../pools/work-pool.js';
import type { WorkQueueRow } from './work-queue.js';
import * as queries from './work-queues.queries.js';

type Asker = Pick<Ctx, 'workspaceId'>;

/** The use cases of work queues. */
@Injectable()
export class WorkQueuesService {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(Events) private readonly events: Events,
    @Inject(Live) private readonly live: Live,
  ) {}

  async getById(ctx: Asker, id: string): Promise<WorkQueueRow> {
    const queue = await queries.findQueueById(this.database.db, ctx.workspaceId, id);
    if (!queue) throw notFound('Work Queue not found.');
    return queue;
  }

  getMany(ctx: Asker, ids: string[]): Promise<WorkQueueRow[]> {
    return queries.findQueuesById(this.database.db, ctx.workspaceId, ids);
  }

  async getByName(ctx: Asker, pool: WorkPoolRow, name: string): Promise<WorkQueueRow> {
    const queue = await queries.findQueueByName(this.database.db, ctx.workspaceId, pool.id, name);
    if (!queue) throw notFound(`Work queue '${name}' not found in work pool '${pool.name}'.`);
    return queue;
  }

  list(ctx: Asker, filter: queries.QueueFilter, limit: number, offset: number): Promise<WorkQueueRow[]> {
    return queries.listQueues(this.database.db, ctx.workspaceId, filter, limit, offset);
  }

  async create(ctx: Asker, pool: WorkPoolRow, body: z.infer<typeof workQueueCreate>): Promise<WorkQueueRow> {
    return this.database.db.transaction().execute(async (tx) => {
      const queue = await this.insert(tx, ctx.workspaceId, pool, body);
      if (!queue) throw conflict('A work queue with this name already exists.');
      return queue;
    });
  }

  /** The queue of that name; made when it is not there. */
  async ensure(db: Db, workspaceId: string, pool: WorkPoolRow, name: string): Promise<WorkQueueRow> {
    const found = () => queries.findQueueByName(db, workspaceId, pool.id, name);
    const queue =
      (await found()) ?? (await this.insert(db, workspaceId, pool, { name, is_paused: false })) ?? (await found());
    invariant(queue, 'a queue that could not be inserted is there');
    return queue;
  }

  private async insert(
    db: Db,
    workspaceId: string,
    pool: WorkPoolRow,
    body: z.infer<typeof workQueueCreate>,
  ): Promise<WorkQueueRow | null> {
    const draft = {
      id: newId(),
      poolId: pool.id,
      name: body.name,
      description: body.description ?? '',
      is_paused: body.is_paused,
      concurrency_limit: body.concurrency_limit ?? null,
      priority: body.priority ?? null,
    };
    if (!(await queries.insertQueue(db, workspaceId, draft))) return null;
    const queue = await queries.findQueueById(db, workspaceId, draft.id);
    invariant(queue, 'a queue that was inserted is there');
    await this.tell(db, workspaceId, [queueEvent('created', queue)]);
    return queue;
  }

  async update(ctx: Asker, queue: WorkQueueRow, patch: z.infer<typeof workQueueUpdate>): Promise<void> {
    const { priority, ...columns } = patch;
    const changes = Object.fromEntries(
      Object.entries(columns).filter(
        ([key, value]) => value !== undefined && (value !== null || key === 'concurrency_limit'),
      ),
    );
    await this.database.db.transaction().execute(async (tx) => {
      if (Object.keys(changes).length > 0) await queries.updateQueue(tx, ctx.workspaceId, queue.id, changes);
      if (priority) await queries.moveQueue(tx, ctx.workspaceId, queue.work_pool_id, queue.id, priority);
      const fields = Object.keys(patch);
      const told = fields.some((field) => field !== 'last_polled')
        ? [queueEvent('updated', queue, { updated_fields: fields })]
        : [];
      const paused = patch.is_paused === true && !queue.is_paused ? [queueEvent('paused', queue)] : [];
      await this.tell(tx, ctx.workspaceId, [...told, ...paused]);
    });
    this.live.publish(topics.pool(queue.work_pool_id));
  }

  async delete(ctx: Asker, pool: WorkPoolRow, queue: WorkQueueRow): Promise<void> {
    if (pool.default_queue_id === queue.id) throw invalid("A pool's default queue cannot be deleted.");
    await this.database.db.transaction().execute(async (tx) => {
      await queries.deleteQueue(tx, ctx.workspaceId, queue.id);
      await this.tell(tx, ctx.workspaceId, [queueEvent('deleted', queue)]);
    });
  }

  async markPolled(ctx: Asker, queues: WorkQueueRow[]): Promise<void> {
    const ready = await queries.markQueuesPolled(
      this.database.db,
      ctx.workspaceId,
      queues.map((queue) => queue.id),
    );
    const events = queues.filter((queue) => ready.queues.includes(queue.id)).map((queue) => queueEvent('ready', queue));
    const deployments = ready.deployments.map(({ id, name }) => ({
      event: 'prefect.deployment.ready',
      resource: { 'prefect.resource.id': `prefect.deployment.${id}`, 'prefect.resource.name': name },
    }));
    await this.tell(this.database.db, ctx.workspaceId, [...events, ...deployments]);
  }

  private async tell(db: Db, workspaceId: string, drafts: EventDraft[]): Promise<void> {
    this.events.announce(workspaceId, await this.events.append(db, workspaceId, drafts));
  }
}

export function queueEvent(
  what: string,
  queue: Pick<WorkQueueRow, 'id' | 'name' | 'work_pool_id' | 'work_pool_name'>,
  payload: unknown = {},
): EventDraft {
  const pool = {
    'prefect.resource.id': `prefect.work-pool.${queue.work_pool_id}`,
    'prefect.resource.name': queue.work_pool_name,
    'prefect.resource.role': 'work-pool',
  };
  return {
    event: `prefect.work-queue.${what}`,
    resource: { 'prefect.resource.id': `prefect.work-queue.${queue.id}`, 'prefect.resource.name': queue.name },
    related: [pool],
    payload,
  };
}
