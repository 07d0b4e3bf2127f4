import { Inject, Injectable } from '@nestjs/common';
import { newId } from '@headgate/contracts';
import type { workPoolCreate, workPoolUpdate } from '@headgate/contracts/rest/work-pools';
import type { z } from 'zod';
import type { Ctx } from '../../../core/access/ctx.js';
import { Database } from '../../../core/db/database.js';
import type { Db } from '../../../core/db/db.js';
import { conflict, forbidden, invariant, notFound } from '../../../core/errors/app-error.js';
import { Events, type EventDraft } from '../../../core/events/events.js';
import { Live, topics } from '../../../core/live/live.js';
import { checkTemplate } from './job-template.js';
import { statusOf, type JobTemplate, type WorkPoolRow } from './work-pool.js';
import * as queries from './work-pools.queries.js';

type Asker = Pick<Ctx, 'workspaceId'>;
const isReserved = (name: string) => name.toLowerCase().startsWith('prefect');
const alwaysAllowed = new Set(['is_paused', 'concurrency_limit']);

/** The use cases of work pools. */
@Injectable()
export class WorkPoolsService {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(Events) private readonly events: Events,
    @Inject(Live) private readonly live: Live,
  ) {}

  async get(ctx: Asker, name: string): Promise<WorkPoolRow> {
    const pool = await queries.findWorkPool(this.database.db, ctx.workspaceId, name);
    if (!pool) throw notFound(`Work pool "${name}" not found.`);
    return pool;
  }

  find(db: Db, workspaceId: string, name: string): Promise<WorkPoolRow | null> {
    return queries.findWorkPool(db, workspaceId, name);
  }

  getMany(ctx: Asker, ids: string[]): Promise<WorkPoolRow[]> {
    return queries.findWorkPoolsById(this.database.db, ctx.workspaceId, ids);
  }

  list(ctx: Asker, filter: queries.PoolFilter, limit: number, offset: number): Promise<WorkPoolRow[]> {
    return queries.listWorkPools(this.database.db, ctx.workspaceId, filter, limit, offset);
  }

  count(ctx: Asker, filter: queries.PoolFilter): Promise<number> {
    return queries.countWorkPools(this.database.db, ctx.workspaceId, filter);
  }

  async create(ctx: Asker, body: z.infer<typeof workPoolCreate>): Promise<WorkPoolRow> {
    if (isReserved(body.name)) throw forbidden("Worker pools starting with 'Prefect' are reserved for internal use.");
    checkTemplate(body.base_job_template as JobTemplate);
    const pool = await this.insert(this.database.db, ctx.workspaceId, body);
    if (!pool) throw conflict('A work pool with this name already exists.');
    return pool;
  }

  /** The pool that old tools mean when they name none; made when it is first needed. */
  async ensureAgentPool(db: Db, workspaceId: string): Promise<WorkPoolRow> {
    const name = 'default-agent-pool';
    const body = { name, type: 'prefect-agent', base_job_template: {}, is_paused: false, storage_configuration: {} };
    const pool =
      (await queries.findWorkPool(db, workspaceId, name)) ??
      (await this.insert(db, workspaceId, body)) ??
      (await queries.findWorkPool(db, workspaceId, name));
    invariant(pool, 'a pool that could not be inserted is there');
    return pool;
  }

  private async insert(db: Db, workspaceId: string, body: z.infer<typeof workPoolCreate>): Promise<WorkPoolRow | null> {
    const draft = {
      ...body,
      id: newId(),
      default_queue_id: newId(),
      description: body.description ?? null,
      concurrency_limit: body.concurrency_limit ?? null,
      status: statusOf(body, false),
    };
    if (!(await queries.insertWorkPool(db, workspaceId, draft))) return null;
    const pool = await queries.findWorkPool(db, workspaceId, body.name);
    invariant(pool, 'a pool that was inserted is there');
    await this.tell(db, workspaceId, [poolEvent('created', pool)]);
    return pool;
  }

  async update(ctx: Asker, name: string, patch: z.infer<typeof workPoolUpdate>): Promise<void> {
    const pool = await this.get(ctx, name);
    if (isReserved(name) && Object.keys(patch).some((key) => !alwaysAllowed.has(key)))
      throw forbidden(
        "Worker pools starting with 'Prefect' are reserved for internal use and can only be updated to set concurrency limits or pause.",
      );
    if (patch.base_job_template) checkTemplate(patch.base_job_template as JobTemplate);
    const changes = changesOf(pool, patch);
    if (Object.keys(changes).length === 0) return;
    await this.database.db.transaction().execute(async (tx) => {
      await queries.updateWorkPool(tx, ctx.workspaceId, pool.id, asColumns(changes));
      const paused = changes['is_paused'] === true && !pool.is_paused;
      const events = [
        poolEvent('updated', pool, updatedPayload(pool, changes)),
        ...(paused ? [poolEvent('paused', pool)] : []),
      ];
      await this.tell(tx, ctx.workspaceId, events);
    });
    this.live.publish(topics.pool(pool.id));
  }

  async delete(ctx: Asker, name: string): Promise<void> {
    const pool = await this.get(ctx, name);
    if (isReserved(name))
      throw forbidden("Worker pools starting with 'Prefect' are reserved for internal use and cannot be deleted.");
    await this.database.db.transaction().execute(async (tx) => {
      await queries.deleteWorkPool(tx, ctx.workspaceId, pool.id);
      await this.tell(tx, ctx.workspaceId, [poolEvent('deleted', pool)]);
    });
  }

  /** A pool that somebody polls is ready; told once. */
  async markPolled(pool: WorkPoolRow): Promise<void> {
    if (pool.is_paused || pool.type === 'prefect-agent' || pool.status === 'READY') return;
    if (await queries.setPoolStatus(this.database.db, pool.workspace_id, pool.id, 'READY'))
      await this.tell(this.database.db, pool.workspace_id, [poolEvent('ready', pool)]);
  }

  private async tell(db: Db, workspaceId: string, drafts: EventDraft[]): Promise<void> {
    this.events.announce(workspaceId, await this.events.append(db, workspaceId, drafts));
  }
}

/** Null clears the limit and the description, and leaves the rest as it is. */
function changesOf(pool: WorkPoolRow, patch: z.infer<typeof workPoolUpdate>): Record<string, unknown> {
  const given = Object.entries(patch).filter(
    ([key, value]) => value !== undefined && (value !== null || key === 'concurrency_limit' || key === 'description'),
  );
  const changes: Record<string, unknown> = Object.fromEntries(given);
  if (typeof changes['is_paused'] === 'boolean')
    changes['status'] = statusOf({ ...pool, is_paused: changes['is_paused'] }, false);
  return changes;
}

const asColumns = (changes: Record<string, unknown>) =>
  Object.fromEntries(
    Object.entries(changes).map(([key, value]) => [
      key,
      value !== null && typeof value === 'object' ? JSON.stringify(value) : value,
    ]),
  );

const updatedPayload = (pool: WorkPoolRow, changes: Record<string, unknown>) => ({
  updated_fields: Object.keys(changes),
  updates: Object.fromEntries(
    Object.entries(changes).map(([key, to]) => [key, { from: pool[key as keyof WorkPoolRow], to }]),
  ),
});

export function poolEvent(
  what: string,
  pool: Pick<WorkPoolRow, 'id' | 'name' | 'type'>,
  payload: unknown = {},
): EventDraft {
  const resource = {
    'prefect.resource.id': `prefect.work-pool.${pool.id}`,
    'prefect.resource.name': pool.name,
    'prefect.work-pool.type': pool.type,
  };
  return { event: `prefect.work-pool.${what}`, resource, payload };
}
