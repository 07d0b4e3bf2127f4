import { Controller, Delete, Get, HttpCode, Inject, Param, Patch, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { workQueueAnswer, workQueuesAnswer } from '@headgate/contracts/rest/answers/work-pools';
import * as bodies from '@headgate/contracts/rest/work-pools';
import type { Ctx } from '../../../core/access/ctx.js';
import { Caller, Needs } from '../../../core/access/needs.js';
import { ZodBody } from '../../../core/http/zod-body.js';
import { Answers } from '../../../core/openapi/answers.js';
import { Refuses } from '../../../core/openapi/refuses.js';
import { WorkPoolsService } from '../pools/work-pools.service.js';
import { workQueueJson } from './work-queue.js';
import { queueNotFound, WorkQueuesService } from './work-queues.service.js';
import { Operations } from '../../../core/operations/operations.js';
import { Runs } from '../../../core/operations/runs.js';
import { createWorkQueue, deleteWorkQueue, updateWorkQueue } from './work-queues.operations.js';

/** The queues of a pool, by its name. */
@ApiTags('Work Queues')
@Controller('api/work_pools/:pool/queues')
export class PoolQueuesController {
  constructor(
    @Inject(WorkPoolsService) private readonly pools: WorkPoolsService,
    @Inject(WorkQueuesService) private readonly queues: WorkQueuesService,
    @Inject(Operations) private readonly operations: Operations,
  ) {}

  @Runs(createWorkQueue)
  @Post()
  @Refuses('conflict')
  @Answers(workQueueAnswer)
  async create(
    @Caller() ctx: Ctx,
    @Param('pool') poolName: string,
    @ZodBody(bodies.workQueueCreate) queue: bodies.WorkQueueCreate,
  ) {
    return workQueueJson(await this.operations.run(ctx, createWorkQueue, { poolName, queue }));
  }

  @Needs('see_work_queues')
  @Post('filter')
  @HttpCode(200)
  @Answers(workQueuesAnswer)
  async filter(
    @Caller() ctx: Ctx,
    @Param('pool') pool: string,
    @ZodBody(bodies.workQueuesFilter) { work_queues, limit = 200, offset = 0 }: bodies.WorkQueuesFilter,
  ) {
    const { id } = await this.pools.get(ctx, pool);
    return (await this.queues.list(ctx, { poolIds: [id], filter: work_queues, limit, offset })).map(workQueueJson);
  }

  @Needs('see_work_queues')
  @Get(':queue')
  @Answers(workQueueAnswer)
  async read(@Caller() ctx: Ctx, @Param('pool') poolName: string, @Param('queue') queue: string) {
    const pool = await this.pools.findByName(ctx, poolName);
    if (!pool) throw queueNotFound(poolName, queue);
    return workQueueJson(await this.queues.getByName(ctx, pool, queue));
  }

  @Runs(updateWorkQueue)
  @Patch(':queue')
  @Refuses('conflict')
  @HttpCode(204)
  async update(
    @Caller() ctx: Ctx,
    @Param('pool') pool: string,
    @Param('queue') queue: string,
    @ZodBody(bodies.workQueueUpdate) change: bodies.WorkQueueUpdate,
  ) {
    const { id } = await this.queues.getByName(ctx, await this.pools.get(ctx, pool), queue);
    await this.operations.run(ctx, updateWorkQueue, { id, change });
  }

  @Runs(deleteWorkQueue)
  @Delete(':queue')
  @Refuses('conflict')
  @HttpCode(204)
  async delete(@Caller() ctx: Ctx, @Param('pool') pool: string, @Param('queue') queue: string) {
    const { id } = await this.queues.getByName(ctx, await this.pools.get(ctx, pool), queue);
    await this.operations.run(ctx, deleteWorkQueue, { id });
  }
}
