import { Controller, Delete, Get, Headers, HttpCode, Inject, Param, Patch, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { scheduledRunsAnswer } from '@headgate/contracts/rest/answers/flow-runs';
import { count } from '@headgate/contracts/rest/answers/shared';
import { poolSlotsAnswer, workPoolAnswer, workPoolsAnswer } from '@headgate/contracts/rest/answers/work-pools';
import * as bodies from '@headgate/contracts/rest/work-pools';
import type { z } from 'zod';
import type { Ctx } from '../../../core/access/ctx.js';
import { Caller, Needs } from '../../../core/access/needs.js';
import { notFound } from '../../../core/errors/app-error.js';
import { ZodBody } from '../../../core/http/zod-body.js';
import { Answers } from '../../../core/openapi/answers.js';
import { Refuses } from '../../../core/openapi/refuses.js';
import { SlotsService } from '../slots/slots.service.js';
import { workPoolJson } from './work-pool.js';
import { WorkPoolsService } from './work-pools.service.js';
import { Operations } from '../../../core/operations/operations.js';
import { Runs } from '../../../core/operations/runs.js';
import { createWorkPool, deleteWorkPool, pollWorkPool, updateWorkPool } from './work-pools.operations.js';

type Agent = string | undefined;
const runsPerQueueDefault = 10;

@ApiTags('Work Pools')
@Controller('api/work_pools')
export class WorkPoolsController {
  constructor(
    @Inject(WorkPoolsService) private readonly pools: WorkPoolsService,
    @Inject(SlotsService) private readonly slots: SlotsService,
    @Inject(Operations) private readonly operations: Operations,
  ) {}

  @Runs(createWorkPool)
  @Post()
  @Refuses('conflict')
  @Answers(workPoolAnswer)
  async create(
    @Caller() ctx: Ctx,
    @ZodBody(bodies.workPoolCreate) body: bodies.WorkPoolCreate,
    @Headers('user-agent') agent: Agent,
  ) {
    return workPoolJson(await this.operations.run(ctx, createWorkPool, body), agent);
  }

  @Needs('see_work_pools')
  @Post('filter')
  @HttpCode(200)
  @Answers(workPoolsAnswer)
  async filter(
    @Caller() ctx: Ctx,
    @ZodBody(bodies.workPoolsFilter) { work_pools, limit, offset }: bodies.WorkPoolsFilter,
    @Headers('user-agent') agent: Agent,
  ) {
    const pools = await this.pools.list(ctx, work_pools, { limit: limit ?? 200, offset: offset ?? 0 });
    return pools.map((pool) => workPoolJson(pool, agent));
  }

  @Needs('see_work_pools')
  @Post('count')
  @HttpCode(200)
  @Answers(count)
  count(@Caller() ctx: Ctx, @ZodBody(bodies.workPoolsCount) { work_pools }: z.infer<typeof bodies.workPoolsCount>) {
    return this.pools.count(ctx, work_pools);
  }

  @Needs('see_work_pools')
  @Get(':name')
  @Answers(workPoolAnswer)
  async read(@Caller() ctx: Ctx, @Param('name') name: string, @Headers('user-agent') agent: Agent) {
    return workPoolJson(await this.pools.get(ctx, name), agent);
  }

  @Runs(updateWorkPool)
  @Patch(':name')
  @Refuses('conflict')
  @HttpCode(204)
  async update(
    @Caller() ctx: Ctx,
    @Param('name') name: string,
    @ZodBody(bodies.workPoolUpdate) change: bodies.WorkPoolUpdate,
  ): Promise<void> {
    await this.operations.run(ctx, updateWorkPool, { name, change });
  }

  @Runs(deleteWorkPool)
  @Delete(':name')
  @HttpCode(204)
  async delete(@Caller() ctx: Ctx, @Param('name') name: string): Promise<void> {
    await this.operations.run(ctx, deleteWorkPool, { name });
  }

  @Needs('see_work_pools')
  @Post(':name/concurrency_status')
  @HttpCode(200)
  @Answers(poolSlotsAnswer)
  async concurrencyStatus(
    @Caller() ctx: Ctx,
    @Param('name') name: string,
    @ZodBody(bodies.poolConcurrencyRequest) body: z.infer<typeof bodies.poolConcurrencyRequest>,
  ) {
    const pool = await this.pools.findByName(ctx, name);
    if (!pool) throw notFound(`Work pool '${name}' not found.`);
    const page = { page: body.page ?? 1, limit: body.limit ?? 200 };
    return this.slots.ofPool(ctx, pool, page, body.flow_run_limit ?? runsPerQueueDefault);
  }

  /** The poll of Prefect's workers. */
  @Runs(pollWorkPool)
  @Post(':name/get_scheduled_flow_runs')
  @HttpCode(200)
  @Answers(scheduledRunsAnswer)
  async poll(
    @Caller() ctx: Ctx,
    @Param('name') name: string,
    @ZodBody(bodies.scheduledRunsRequest) body: z.infer<typeof bodies.scheduledRunsRequest>,
  ) {
    return this.operations.run(ctx, pollWorkPool, { name, request: body });
  }
}
