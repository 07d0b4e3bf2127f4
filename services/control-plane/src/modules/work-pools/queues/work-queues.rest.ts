import { Controller, Delete, Get, HttpCode, Inject, Param, Patch, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { workQueueCreate, workQueuesFilter, workQueueUpdate } from '@headgate/contracts/rest/work-pools';
import type { z } from 'zod';
import type { Ctx } from '../../../core/access/ctx.js';
import { Caller, Needs } from '../../../core/access/needs.js';
import { IdParam, ZodBody } from '../../../core/http/zod-body.js';
import { WorkPoolsService } from '../pools/work-pools.service.js';
import { workQueueJson } from './work-queue.js';
import { WorkQueuesService } from './work-queues.service.js';

type ListBody = z.infer<typeof workQueuesFilter>;
const filterOf = ({ work_queues: by }: ListBody, poolId: string | null) => ({
  poolId,
  ids: by?.id?.any_ ?? null,
  names: by?.name?.any_ ?? null,
  prefixes: by?.name?.startswith_ ?? null,
});

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
  async create(
    @Caller() ctx: Ctx,
    @Param('pool') pool: string,
    @ZodBody(workQueueCreate) body: z.infer<typeof workQueueCreate>,
  ) {
    return workQueueJson(await this.queues.create(ctx, await this.pools.get(ctx, pool), body));
  }

  @Needs('see_work_queues')
  @Post('filter')
  @HttpCode(200)
  async filter(@Caller() ctx: Ctx, @Param('pool') pool: string, @ZodBody(workQueuesFilter) body: ListBody) {
    const { id } = await this.pools.get(ctx, pool);
    return (await this.queues.list(ctx, filterOf(body, id), body.limit ?? 200, body.offset ?? 0)).map(workQueueJson);
  }

  @Needs('see_work_queues')
  @Get(':queue')
  async read(@Caller() ctx: Ctx, @Param('pool') pool: string, @Param('queue') queue: string) {
    return workQueueJson(await this.queues.getByName(ctx, await this.pools.get(ctx, pool), queue));
  }

  @Needs('write_work_queues')
  @Patch(':queue')
  @HttpCode(204)
  async update(
    @Caller() ctx: Ctx,
    @Param('pool') pool: string,
    @Param('queue') queue: string,
    @ZodBody(workQueueUpdate) body: z.infer<typeof workQueueUpdate>,
  ) {
    await this.queues.update(ctx, await this.queues.getByName(ctx, await this.pools.get(ctx, pool), queue), body);
  }

  @Needs('manage_work_queues')
  @Delete(':queue')
  @HttpCode(204)
  async delete(@Caller() ctx: Ctx, @Param('pool') pool: string, @Param('queue') queue: string) {
    const owner = await this.pools.get(ctx, pool);
    await this.queues.delete(ctx, owner, await this.queues.getByName(ctx, owner, queue));
  }
}

/** Queues by their own id: what events of a run are related to. */
@ApiTags('Work Queues')
@Controller('api/work_queues')
export class WorkQueuesController {
  constructor(@Inject(WorkQueuesService) private readonly queues: WorkQueuesService) {}

  @Needs('see_work_queues')
  @Post('filter')
  @HttpCode(200)
  async filter(@Caller() ctx: Ctx, @ZodBody(workQueuesFilter) body: ListBody) {
    return (await this.queues.list(ctx, filterOf(body, null), body.limit ?? 200, body.offset ?? 0)).map(workQueueJson);
  }

  @Needs('see_work_queues')
  @Get(':id')
  async read(@Caller() ctx: Ctx, @IdParam() id: string) {
    return workQueueJson(await this.queues.getById(ctx, id));
  }

  @Needs('write_work_queues')
  @Patch(':id')
  @HttpCode(204)
  async update(
    @Caller() ctx: Ctx,
    @IdParam() id: string,
    @ZodBody(workQueueUpdate) body: z.infer<typeof workQueueUpdate>,
  ) {
    await this.queues.update(ctx, await this.queues.getById(ctx, id), body);
  }
}
