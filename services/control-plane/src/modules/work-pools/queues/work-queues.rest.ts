import { Controller, Delete, Get, Headers, HttpCode, Inject, Param, Patch, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { flowRunsAnswer } from '@headgate/contracts/rest/answers/flow-runs';
import {
  queueHealthAnswer,
  queueSlotsAnswer,
  workQueueAnswer,
  workQueuesAnswer,
} from '@headgate/contracts/rest/answers/work-pools';
import * as bodies from '@headgate/contracts/rest/work-pools';
import type { z } from 'zod';
import type { Ctx } from '../../../core/access/ctx.js';
import { Caller, Needs } from '../../../core/access/needs.js';
import { IdParam, ZodBody } from '../../../core/http/zod-body.js';
import { Answers } from '../../../core/openapi/answers.js';
import { Refuses } from '../../../core/openapi/refuses.js';
import { SlotsService } from '../slots/slots.service.js';
import { QueuePolls } from './queue-polls.service.js';
import { workQueueJson } from './work-queue.js';
import { WorkQueuesService } from './work-queues.service.js';
import { Operations } from '../../../core/operations/operations.js';
import { Runs } from '../../../core/operations/runs.js';
import { createWorkQueue, deleteWorkQueue, pollWorkQueue, updateWorkQueue } from './work-queues.operations.js';

/** Queues by themselves: how agents of old knew them, and what events of a run are related to. */
@ApiTags('Work Queues')
@Controller('api/work_queues')
export class WorkQueuesController {
  constructor(
    @Inject(WorkQueuesService) private readonly queues: WorkQueuesService,
    @Inject(QueuePolls) private readonly polls: QueuePolls,
    @Inject(SlotsService) private readonly slots: SlotsService,
    @Inject(Operations) private readonly operations: Operations,
  ) {}

  @Runs(createWorkQueue)
  @Post()
  @Refuses('conflict')
  @Answers(workQueueAnswer)
  async create(@Caller() ctx: Ctx, @ZodBody(bodies.workQueueCreate) queue: bodies.WorkQueueCreate) {
    return workQueueJson(await this.operations.run(ctx, createWorkQueue, { poolName: null, queue }));
  }

  @Needs('see_work_queues')
  @Post('filter')
  @HttpCode(200)
  @Answers(workQueuesAnswer)
  async filter(
    @Caller() ctx: Ctx,
    @ZodBody(bodies.workQueuesFilter) { work_queues, limit = 200, offset = 0 }: bodies.WorkQueuesFilter,
  ) {
    return (await this.queues.list(ctx, { filter: work_queues, order: 'name', limit, offset })).map(workQueueJson);
  }

  @Needs('see_work_queues')
  @Get('name/:name')
  @Answers(workQueueAnswer)
  async readByName(@Caller() ctx: Ctx, @Param('name') name: string) {
    return workQueueJson(await this.queues.getByNameAlone(ctx, name));
  }

  @Needs('see_work_queues')
  @Get(':id')
  @Answers(workQueueAnswer)
  async read(@Caller() ctx: Ctx, @IdParam() id: string) {
    return workQueueJson(await this.queues.getById(ctx, id));
  }

  @Runs(updateWorkQueue)
  @Patch(':id')
  @Refuses('conflict')
  @HttpCode(204)
  async update(
    @Caller() ctx: Ctx,
    @IdParam() id: string,
    @ZodBody(bodies.workQueueUpdate) change: bodies.WorkQueueUpdate,
  ) {
    await this.queues.getById(ctx, id, `Work Queue ${id} not found`);
    await this.operations.run(ctx, updateWorkQueue, { id, change });
  }

  @Runs(deleteWorkQueue)
  @Delete(':id')
  @Refuses('conflict')
  @HttpCode(204)
  async delete(@Caller() ctx: Ctx, @IdParam() id: string) {
    await this.operations.run(ctx, deleteWorkQueue, { id });
  }

  @Needs('see_work_queues')
  @Get(':id/status')
  @Answers(queueHealthAnswer)
  status(@Caller() ctx: Ctx, @IdParam() id: string) {
    return this.polls.health(ctx, id);
  }

  @Needs('see_work_queues')
  @Post(':id/concurrency_status')
  @HttpCode(200)
  @Answers(queueSlotsAnswer)
  async concurrencyStatus(
    @Caller() ctx: Ctx,
    @IdParam() id: string,
    @ZodBody(bodies.queueConcurrencyRequest) { page = 1, limit = 200 }: z.infer<typeof bodies.queueConcurrencyRequest>,
  ) {
    return this.slots.ofQueue(ctx, await this.queues.getById(ctx, id, 'Work queue not found.'), { page, limit });
  }

  /** The poll of agents. Screens that only look say so, and are not taken for an agent. */
  @Runs(pollWorkQueue)
  @Post(':id/get_runs')
  @HttpCode(200)
  @Answers(flowRunsAnswer)
  poll(
    @Caller() ctx: Ctx,
    @IdParam() id: string,
    @ZodBody(bodies.queueRunsRequest) body: z.infer<typeof bodies.queueRunsRequest>,
    @Headers('x-prefect-ui') onlyLooks: string | undefined,
  ) {
    return this.operations.run(ctx, pollWorkQueue, { id, request: body, onlyLooks: isTrue(onlyLooks) });
  }
}

const isTrue = (header: string | undefined): boolean =>
  ['true', '1', 'yes', 'on', 't', 'y'].includes((header ?? '').toLowerCase());
