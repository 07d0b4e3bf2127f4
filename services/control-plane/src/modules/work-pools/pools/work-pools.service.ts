import { Inject, Injectable } from '@nestjs/common';
import { newId } from '@headgate/contracts';
import type { WorkPoolFilter } from '@headgate/contracts/rest/filters';
import type { WorkPoolCreate, WorkPoolUpdate } from '@headgate/contracts/rest/work-pools';
import { asMachine, type Ctx } from '../../../core/access/ctx.js';
import { Database } from '../../../core/db/database.js';
import type { Db } from '../../../core/db/db.js';
import { conflict, forbidden, invariant, notFound } from '../../../core/errors/app-error.js';
import { Live, topics } from '../../../core/live/live.js';
import { Work } from '../../../core/unit-of-work/work.js';
import { JobVariables } from '../../job-variables/index.js';
import { queueEvent } from '../queues/queue-events.js';
import { listQueues } from '../queues/work-queues.queries.js';
import { poolEvent, poolStatusEvent, poolUpdatedEvent } from './pool-events.js';
import { statusOf, type PoolStatus, type ServedPool, type WorkPoolRow } from './work-pool.js';
import * as queries from './work-pools.queries.js';

const isReserved = (name: string) => name.toLowerCase().startsWith('prefect');
const alwaysAllowed = new Set(['is_paused', 'concurrency_limit']);
/** What workers hear of at once. */
const ofWorkers = ['base_job_template', 'concurrency_limit', 'is_paused', 'storage_configuration'];

/** The use cases of work pools. */
@Injectable()
export class WorkPoolsService {
  private readonly marking = new Map<string, Promise<void>>();

  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(Work) private readonly work: Work,
    @Inject(Live) private readonly live: Live,
    @Inject(JobVariables) private readonly variables: JobVariables,
  ) {}

  findByName(ctx: Ctx, name: string): Promise<WorkPoolRow | null> {
    return queries.findWorkPool(this.database.db, ctx.workspaceId, name);
  }

  async get(ctx: Ctx, name: string): Promise<WorkPoolRow> {
    const pool = await this.findByName(ctx, name);
    if (!pool) throw notFound(`Work pool "${name}" not found.`);
    return pool;
  }

  find(ctx: Ctx, db: Db, name: string): Promise<WorkPoolRow | null> {
    return queries.findWorkPool(db, ctx.workspaceId, name);
  }

  getMany(ctx: Ctx, ids: string[]): Promise<WorkPoolRow[]> {
    return queries.findWorkPoolsById(this.database.db, ctx.workspaceId, ids);
  }

  list(ctx: Ctx, filter: WorkPoolFilter | undefined, page: queries.WorkPoolsPage): Promise<WorkPoolRow[]> {
    return queries.listWorkPools(this.database.db, ctx.workspaceId, filter, page);
  }

  count(ctx: Ctx, filter: WorkPoolFilter | undefined): Promise<number> {
    return queries.countWorkPools(this.database.db, ctx.workspaceId, filter);
  }

  /** A template is checked before anything is locked. */
  async prepareCreate(ctx: Ctx, body: WorkPoolCreate): Promise<WorkPoolCreate> {
    if (isReserved(body.name)) throw forbidden("Work pools starting with 'Prefect' are reserved for internal use.");
    await this.variables.refuseWrongDefaults(ctx, body.base_job_template);
    return body;
  }

  async create(ctx: Ctx, tx: Db, body: WorkPoolCreate): Promise<WorkPoolRow> {
    const pool = await this.insert(ctx, tx, body);
    if (!pool) throw conflict('A work pool with this name already exists.');
    return pool;
  }

  /** The pool that old tools mean when they name none; made when it is first needed. */
  async ensureAgentPool(ctx: Ctx, db: Db): Promise<WorkPoolRow> {
    const name = agentPool;
    const body = { name, type: 'prefect-agent', base_job_template: {}, is_paused: false, storage_configuration: {} };
    const pool =
      (await queries.findWorkPool(db, ctx.workspaceId, name)) ??
      (await this.insert(ctx, db, body)) ??
      (await queries.findWorkPool(db, ctx.workspaceId, name));
    invariant(pool, 'a pool that could not be inserted is there');
    return pool;
  }

  private async insert(ctx: Ctx, db: Db, body: WorkPoolCreate): Promise<WorkPoolRow | null> {
    const draft = {
      ...body,
      id: newId(),
      default_queue_id: newId(),
      description: body.description ?? null,
      concurrency_limit: body.concurrency_limit ?? null,
      status: statusOf(body, false),
    };
    if (!(await queries.insertWorkPool(db, ctx.workspaceId, draft))) return null;
    const pool = await queries.findWorkPool(db, ctx.workspaceId, body.name);
    invariant(pool, 'a pool that was inserted is there');
    const queue = { id: pool.default_queue_id, name: 'default', ...poolOfQueue(pool) };
    const status = pool.status ? [poolStatusEvent(pool, pool.status)] : [];
    await this.work.tell(ctx, db, [queueEvent('created', queue), poolEvent('created', pool), ...status]);
    return pool;
  }

  async update(ctx: Ctx, tx: Db, name: string, patch: WorkPoolUpdate): Promise<WorkPoolRow> {
    const changes = Object.entries(patch).filter(([, value]) => value !== undefined);
    if (isReserved(name) && changes.some(([key]) => !alwaysAllowed.has(key)))
      throw forbidden(
        "Work pools starting with 'Prefect' are reserved for internal use and can only be updated to set concurrency limits or pause.",
      );
    const before = await queries.lockWorkPool(tx, ctx.workspaceId, name);
    if (!before) throw notFound(`Work pool "${name}" not found.`);
    const after = changes.length > 0 ? await this.change(ctx, tx, before, Object.fromEntries(changes)) : before;
    this.work.afterCommit(tx, () => {
      this.announce([before]);
      this.live.publish(topics.pool(before.id));
      if (changes.some(([key]) => ofWorkers.includes(key))) this.live.publish(topics.poolChanged(before.id));
    });
    return after;
  }

  private async change(ctx: Ctx, tx: Db, before: WorkPoolRow, changes: Record<string, unknown>): Promise<WorkPoolRow> {
    const { workspaceId } = ctx;
    const { id, name } = before;
    const pauses = typeof changes['is_paused'] === 'boolean';
    const served = pauses && (await queries.isServed(tx, workspaceId, id));
    const status = pauses ? statusOf({ ...before, is_paused: changes['is_paused'] === true }, served) : before.status;
    await queries.updateWorkPool(tx, workspaceId, id, { ...asColumns(changes), status });
    const after = await queries.findWorkPool(tx, workspaceId, name);
    invariant(after, 'a pool that was updated is there');
    const updated = poolUpdatedEvent(before, after);
    await this.work.tell(ctx, tx, updated ? [updated] : []);
    if (status && status !== before.status) await this.tellStatus(ctx, tx, after, status);
    return after;
  }

  async delete(ctx: Ctx, tx: Db, name: string): Promise<WorkPoolRow> {
    if (isReserved(name))
      throw forbidden("Work pools starting with 'Prefect' are reserved for internal use and can not be deleted.");
    const found = await queries.lockWorkPool(tx, ctx.workspaceId, name);
    if (!found) throw notFound(`Work pool "${name}" not found.`);
    const queues = await listQueues(tx, ctx.workspaceId, { poolIds: [found.id] });
    await queries.deleteWorkPool(tx, ctx.workspaceId, found.id);
    const gone = queues.map((queue) => queueEvent('deleted', queue));
    await this.work.tell(ctx, tx, [...gone, poolEvent('deleted', found)]);
    this.work.afterCommit(tx, () => {
      this.announce([found]);
      this.live.publish(topics.pool(found.id));
      this.live.publish(topics.poolChanged(found.id));
    });
    return found;
  }

  /** A pool that somebody works for is ready; told once, for all who come to work for it at the same time. */
  async markServed(ctx: Ctx, pool: ServedPool): Promise<void> {
    if (pool.status !== 'NOT_READY') return;
    const marking = this.marking.get(pool.id) ?? this.markReady(ctx, pool).finally(() => this.marking.delete(pool.id));
    this.marking.set(pool.id, marking);
    await marking;
  }

  private async markReady(ctx: Ctx, pool: ServedPool): Promise<void> {
    await this.work.during(async (tx) => {
      if (await queries.setPoolStatus(tx, ctx.workspaceId, pool.id, 'READY'))
        await this.tellStatus(asMachine(ctx, 'presence'), tx, pool, 'READY');
    });
    this.announce([pool]);
  }

  /** Whoever remembers these pools asks for them anew. After the commit. */
  announce(pools: Pick<WorkPoolRow, 'workspace_id' | 'name'>[]): void {
    for (const { workspace_id: workspaceId, name } of pools) this.live.publish(topics.pools, { workspaceId, name });
  }

  /** Tells of a status that the pool has from now on. */
  async tellStatus(
    ctx: Ctx,
    tx: Db,
    pool: Pick<WorkPoolRow, 'id' | 'name' | 'type'>,
    status: PoolStatus,
  ): Promise<void> {
    const follows = await queries.lastStatusEvent(tx, ctx.workspaceId, pool.id);
    await this.work.tell(ctx, tx, [poolStatusEvent(pool, status, follows)]);
  }
}

/** Where queues and deployments are that name no pool. */
export const agentPool = 'default-agent-pool';

const poolOfQueue = (pool: WorkPoolRow) => ({
  work_pool_id: pool.id,
  work_pool_name: pool.name,
  work_pool_type: pool.type,
});

const asColumns = (changes: Record<string, unknown>) =>
  Object.fromEntries(
    Object.entries(changes).map(([key, value]) => [
      key,
      value !== null && typeof value === 'object' ? JSON.stringify(value) : value,
    ]),
  );
