import { Inject, Injectable } from '@nestjs/common';
import type { JobTemplate } from '@headgate/contracts/rest/job-template';
import { workPoolCreate, workPoolUpdate } from '@headgate/contracts/rest/work-pools';
import { channelVersion, type WorkerHello } from '@headgate/contracts/rest/worker-channel';
import type { Ctx } from '../../../core/access/ctx.js';
import { AppError, notFound } from '../../../core/errors/app-error.js';
import { checkedInput } from '../../../core/graphql/checked-input.js';
import { OneLook } from '../../../core/live/one-look.js';
import type { WorkPoolRow } from '../pools/work-pool.js';
import { WorkPoolsService } from '../pools/work-pools.service.js';
import type { WorkQueueRow } from '../queues/work-queue.js';
import { queueNotFound, WorkQueuesService } from '../queues/work-queues.service.js';
import { beatWorker } from '../workers/workers.operations.js';
import { createWorkPool, updateWorkPool } from '../pools/work-pools.operations.js';
import { Operations } from '../../../core/operations/operations.js';
import { ChannelEnd } from './channel-end.js';

export type Welcome = { pool: WorkPoolRow; queues: WorkQueueRow[]; workerId: string };

/** What a worker that says hello finds: its pool, made and filled if it may and has to be, and its first heartbeat taken. */
@Injectable()
export class WelcomeService {
  private readonly looks = new OneLook<WorkPoolRow | null>();

  constructor(
    @Inject(WorkPoolsService) private readonly pools: WorkPoolsService,
    @Inject(WorkQueuesService) private readonly queues: WorkQueuesService,
    @Inject(Operations) private readonly operations: Operations,
  ) {}

  async welcome(ctx: Ctx, poolName: string, hello: WorkerHello): Promise<Welcome> {
    if (!hello.supported_channel_versions.includes(channelVersion)) throw new ChannelEnd('unsupported_version');
    const found = await this.poolOf(ctx, poolName, hello);
    const queues = await this.queuesOf(ctx, found, hello.work_queue_names);
    const pool = await this.filled(ctx, found, hello.default_base_job_template);
    const workerId = await this.beat(ctx, pool, hello);
    // By the heartbeat it has become ready.
    const ready = await this.find(ctx, poolName);
    if (!ready) throw poolNotFound(poolName);
    return { pool: ready, queues, workerId };
  }

  /** Also of every later heartbeat. */
  async beat(
    ctx: Ctx,
    pool: WorkPoolRow,
    worker: Pick<WorkerHello, 'worker_name' | 'heartbeat_interval_seconds' | 'worker_metadata'>,
  ): Promise<string> {
    const { worker_name: name, heartbeat_interval_seconds: seconds, worker_metadata: metadata } = worker;
    try {
      const beat = { name, heartbeat_interval_seconds: seconds, metadata };
      return await this.operations.run(ctx, beatWorker, { pool, beat });
    } catch (error) {
      if (error instanceof AppError && error.kind === 'notFound') throw error;
      throw new ChannelEnd('heartbeat_persistence_failed', error);
    }
  }

  /** Workers come back all at once, and pools may be large. */
  private find(ctx: Ctx, name: string): Promise<WorkPoolRow | null> {
    return this.looks.ask(`${ctx.workspaceId} ${name}`, () => this.pools.findByName(ctx, name));
  }

  private async poolOf(ctx: Ctx, name: string, hello: WorkerHello): Promise<WorkPoolRow> {
    const pool = await this.find(ctx, name);
    if (pool) return pool;
    if (!hello.create_pool_if_not_found) throw poolNotFound(name);
    mayWrite(ctx);
    const { worker_type: type, default_base_job_template: template } = hello;
    const body = checkedInput(workPoolCreate, { name, type, base_job_template: template });
    try {
      return await this.operations.run(ctx, createWorkPool, body);
    } catch (error) {
      // Another worker was faster.
      if (error instanceof AppError && error.kind === 'conflict') return this.pools.get(ctx, name);
      throw error;
    }
  }

  private async queuesOf(ctx: Ctx, pool: WorkPoolRow, names: string[]): Promise<WorkQueueRow[]> {
    const all = await this.queues.list(ctx, { poolIds: [pool.id] });
    if (names.length === 0) return all;
    return [...new Set(names)].map((name) => {
      const queue = all.find((each) => each.name === name);
      if (!queue) throw queueNotFound(pool.name, name);
      return queue;
    });
  }

  /** A pool without a template gets the one that its worker brings. */
  private async filled(
    ctx: Ctx,
    pool: WorkPoolRow,
    template: JobTemplate | Record<string, unknown>,
  ): Promise<WorkPoolRow> {
    if (Object.keys(pool.base_job_template).length > 0 || Object.keys(template).length === 0) return pool;
    mayWrite(ctx);
    const change = checkedInput(workPoolUpdate, { base_job_template: template });
    return this.operations.run(ctx, updateWorkPool, { name: pool.name, change });
  }
}

const poolNotFound = (name: string) => notFound(`Work pool "${name}" not found.`);

function mayWrite(ctx: Ctx): void {
  if (!ctx.scopes.has('write_work_pools')) throw new ChannelEnd('authorization_failed');
}
