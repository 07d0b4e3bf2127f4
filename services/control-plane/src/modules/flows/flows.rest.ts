import { Controller, Delete, Get, HttpCode, Inject, Param, Patch, Post, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { deletedAnswer, flowAnswer, flowPageAnswer, flowsAnswer } from '@headgate/contracts/rest/answers/flows';
import { count } from '@headgate/contracts/rest/answers/shared';
import {
  flowCreate,
  flowsBulkDelete,
  flowsCount,
  flowsFilter,
  flowsPage,
  flowUpdate,
} from '@headgate/contracts/rest/flows';
import type { FastifyReply } from 'fastify';
import type { z } from 'zod';
import type { Ctx } from '../../core/access/ctx.js';
import { Caller, Needs } from '../../core/access/needs.js';
import { IdParam, ZodBody } from '../../core/http/zod-body.js';
import { Answers } from '../../core/openapi/answers.js';
import { flowJson } from './flow.js';
import { FlowsService } from './flows.service.js';
import { Operations } from '../../core/operations/operations.js';
import { Runs } from '../../core/operations/runs.js';
import { createFlow, deleteFlow, deleteFlows, updateFlow } from './flows.operations.js';

@ApiTags('Flows')
@Controller('api/flows')
export class FlowsController {
  constructor(
    @Inject(FlowsService) private readonly flows: FlowsService,
    @Inject(Operations) private readonly operations: Operations,
  ) {}

  @Runs(createFlow)
  @Post()
  @Answers(flowAnswer, 201, 200)
  async create(
    @Caller() ctx: Ctx,
    @ZodBody(flowCreate) body: z.infer<typeof flowCreate>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const { flow, created } = await this.operations.run(ctx, createFlow, body);
    reply.status(created ? 201 : 200);
    return flowJson(flow);
  }

  @Needs('see_flows')
  @Post('filter')
  @HttpCode(200)
  @Answers(flowsAnswer)
  async filter(@Caller() ctx: Ctx, @ZodBody(flowsFilter) { sort, limit, offset, ...by }: z.infer<typeof flowsFilter>) {
    return (await this.flows.list(ctx, by, { sort, limit: limit ?? 200, offset: offset ?? 0 })).map(flowJson);
  }

  @Needs('see_flows')
  @Post('count')
  @HttpCode(200)
  @Answers(count)
  count(@Caller() ctx: Ctx, @ZodBody(flowsCount) by: z.infer<typeof flowsCount>) {
    return this.flows.count(ctx, by);
  }

  @Needs('see_flows')
  @Post('paginate')
  @HttpCode(200)
  @Answers(flowPageAnswer)
  async paginate(
    @Caller() ctx: Ctx,
    @ZodBody(flowsPage) { sort, limit = 200, page = 1, ...by }: z.infer<typeof flowsPage>,
  ) {
    const [count, rows] = await Promise.all([
      this.flows.count(ctx, by),
      this.flows.list(ctx, by, { sort, limit, offset: (page - 1) * limit }),
    ]);
    return { results: rows.map(flowJson), count, limit, pages: limit > 0 ? Math.ceil(count / limit) : 0, page };
  }

  @Runs(deleteFlows)
  @Post('bulk_delete')
  @HttpCode(200)
  @Answers(deletedAnswer)
  async bulkDelete(@Caller() ctx: Ctx, @ZodBody(flowsBulkDelete) { flows, limit }: z.infer<typeof flowsBulkDelete>) {
    const found = await this.flows.list(ctx, { flows }, { limit: limit ?? 50, offset: 0 });
    return { deleted: await this.operations.run(ctx, deleteFlows, { ids: found.map((flow) => flow.id) }) };
  }

  @Needs('see_flows')
  @Get('name/:name')
  @Answers(flowAnswer)
  async readByName(@Caller() ctx: Ctx, @Param('name') name: string) {
    return flowJson(await this.flows.getByName(ctx, name));
  }

  @Needs('see_flows')
  @Get(':id')
  @Answers(flowAnswer)
  async read(@Caller() ctx: Ctx, @IdParam() id: string) {
    return flowJson(await this.flows.get(ctx, id));
  }

  @Runs(updateFlow)
  @Patch(':id')
  @HttpCode(204)
  async update(
    @Caller() ctx: Ctx,
    @IdParam() id: string,
    @ZodBody(flowUpdate) change: z.infer<typeof flowUpdate>,
  ): Promise<void> {
    await this.operations.run(ctx, updateFlow, { id, change });
  }

  @Runs(deleteFlow)
  @Delete(':id')
  @HttpCode(204)
  delete(@Caller() ctx: Ctx, @IdParam() id: string) {
    return this.operations.run(ctx, deleteFlow, { id });
  }
}
