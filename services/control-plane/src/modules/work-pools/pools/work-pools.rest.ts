import { Controller, Delete, Get, HttpCode, Inject, Param, Patch, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import {
  scheduledRunsRequest,
  workPoolCreate,
  workPoolsFilter,
  workPoolUpdate,
} from '@headgate/contracts/rest/work-pools';
import type { z } from 'zod';
import type { Ctx } from '../../../core/access/ctx.js';
import { Caller, Needs } from '../../../core/access/needs.js';
import { ZodBody } from '../../../core/http/zod-body.js';
import { PollingService } from '../claims/polling.service.js';
import { workPoolJson } from './work-pool.js';
import { WorkPoolsService } from './work-pools.service.js';

type ListBody = z.infer<typeof workPoolsFilter>;
const filterOf = ({ work_pools: by }: ListBody) => ({
  ids: by?.id?.any_ ?? null,
  names: by?.name?.any_ ?? null,
  types: by?.type?.any_ ?? null,
});

@ApiTags('Work Pools')
@Controller('api/work_pools')
export class WorkPoolsController {
  constructor(
    @Inject(WorkPoolsService) private readonly pools: WorkPoolsService,
    @Inject(PollingService) private readonly polling: PollingService,
  ) {}

  @Needs('write_work_pools')
  @Post()
  async create(@Caller() ctx: Ctx, @ZodBody(workPoolCreate) body: z.infer<typeof workPoolCreate>) {
    return workPoolJson(await this.pools.create(ctx, body));
  }

  @Needs('see_work_pools')
  @Post('filter')
  @HttpCode(200)
  async filter(@Caller() ctx: Ctx, @ZodBody(workPoolsFilter) body: ListBody) {
    return (await this.pools.list(ctx, filterOf(body), body.limit ?? 200, body.offset ?? 0)).map(workPoolJson);
  }

  @Needs('see_work_pools')
  @Post('count')
  @HttpCode(200)
  count(@Caller() ctx: Ctx, @ZodBody(workPoolsFilter) body: ListBody) {
    return this.pools.count(ctx, filterOf(body));
  }

  @Needs('see_work_pools')
  @Get(':name')
  async read(@Caller() ctx: Ctx, @Param('name') name: string) {
    return workPoolJson(await this.pools.get(ctx, name));
  }

  @Needs('write_work_pools')
  @Patch(':name')
  @HttpCode(204)
  update(
    @Caller() ctx: Ctx,
    @Param('name') name: string,
    @ZodBody(workPoolUpdate) body: z.infer<typeof workPoolUpdate>,
  ) {
    return this.pools.update(ctx, name, body);
  }

  @Needs('manage_work_pools')
  @Delete(':name')
  @HttpCode(204)
  delete(@Caller() ctx: Ctx, @Param('name') name: string) {
    return this.pools.delete(ctx, name);
  }

  /** The poll of Prefect's workers. */
  @Needs('see_work_queues')
  @Post(':name/get_scheduled_flow_runs')
  @HttpCode(200)
  async poll(
    @Caller() ctx: Ctx,
    @Param('name') name: string,
    @ZodBody(scheduledRunsRequest) body: z.infer<typeof scheduledRunsRequest>,
  ) {
    const pool = await this.pools.get(ctx, name);
    return this.polling.scheduledRuns(ctx, pool, body);
  }
}
