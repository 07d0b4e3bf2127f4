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

/** The queues of a pool, by its name. */
@ApiTags('Work Queues')
@Controller('api/work_pools/:pool/queues')
export class PoolQueuesController {
  constructor(
    @Inject(WorkPoolsService) private readonly pools: WorkPoolsService,
    @Inject(WorkQueuesService) private readonly queues: WorkQueuesService,
  ) {}

  @Needs('write_work_queues')
  @Post()
  @Refuses('conflict')
  @Answers(workQueueAnswer)
  async create(
    @Caller() ctx: Ctx,
    @Param('pool') pool: string,
    @ZodBody(bodies.workQueueCreate) body: bodies.WorkQueueCreate,
  ) {
    return workQueueJson(await this.queues.create(ctx, await this.pools.get(ctx, pool), body));
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

  @Needs('write_work_queues')
  @Patch(':queue')
  @Refuses('conflict')
  @HttpCode(204)
  async update(
    @Caller() ctx: Ctx,
    @Param('pool') pool: string,
    @Param('queue') queue: string,
    @ZodBody(bodies.workQueueUpdate) body: bodies.WorkQueueUpdate,
  ) {
    await this.queues.update(ctx, await this.queues.getByName(ctx, await this.pools.get(ctx, pool), queue), body);
  }

  @Needs('manage_work_queues')
  @Delete(':queue')
  @Refuses('conflict')
  @HttpCode(204)
  async delete(@Caller() ctx: Ctx, @Param('pool') pool: string, @Param('queue') queue: string) {
    await this.queues.delete(ctx, await this.queues.getByName(ctx, await this.pools.get(ctx, pool), queue));
  }
}
