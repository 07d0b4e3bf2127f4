import { Controller, Delete, Get, HttpCode, Inject, Patch, Post, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { count } from '@headgate/contracts/rest/answers/shared';
import { orchestrationAnswer, stateAnswer, statesAnswer } from '@headgate/contracts/rest/answers/states';
import { taskRunAnswer, taskRunPageAnswer, taskRunsAnswer } from '@headgate/contracts/rest/answers/task-runs';
import { setState } from '@headgate/contracts/rest/flow-runs';
import {
  taskRunCreate,
  taskRunsCount,
  taskRunsFilter,
  taskRunsPage,
  taskRunStatesQuery,
  taskRunUpdate,
} from '@headgate/contracts/rest/task-runs';
import type { FastifyReply } from 'fastify';
import type { z } from 'zod';
import type { Ctx } from '../../core/access/ctx.js';
import { Caller, Needs } from '../../core/access/needs.js';
import { wireTime } from '../../core/events/events.js';
import { IdParam, ZodBody, ZodQuery } from '../../core/http/zod-body.js';
import { Answers } from '../../core/openapi/answers.js';
import { Refuses } from '../../core/openapi/refuses.js';
import { stateJson } from '../runs/index.js';
import { briefTaskRunJson, taskRunJson } from './task-run.js';
import { TaskRunsService } from './task-runs.service.js';
import { Operations } from '../../core/operations/operations.js';
import { Runs } from '../../core/operations/runs.js';
import { createTaskRun, deleteTaskRun, renameTaskRun, setTaskRunState } from './task-runs.operations.js';

@ApiTags('Task Runs')
@Controller('api/task_runs')
export class TaskRunsController {
  constructor(
    @Inject(TaskRunsService) private readonly runs: TaskRunsService,
    @Inject(Operations) private readonly operations: Operations,
  ) {}

  @Runs(createTaskRun)
  @Post()
  @Refuses('conflict')
  @Answers(taskRunAnswer, 201, 200)
  async create(
    @Caller() ctx: Ctx,
    @ZodBody(taskRunCreate) body: z.infer<typeof taskRunCreate>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const { row, created } = await this.operations.run(ctx, createTaskRun, body);
    reply.status(created ? 201 : 200);
    return taskRunJson(row, wireTime());
  }

  @Needs('see_flows')
  @Post('filter')
  @HttpCode(200)
  @Answers(taskRunsAnswer)
  async filter(
    @Caller() ctx: Ctx,
    @ZodBody(taskRunsFilter) { sort, limit, offset, ...by }: z.infer<typeof taskRunsFilter>,
  ) {
    const now = wireTime();
    return (await this.runs.list(ctx, by, { sort, limit: limit ?? 200, offset: offset ?? 0 })).map((row) =>
      taskRunJson(row, now),
    );
  }

  @Needs('see_flows')
  @Post('count')
  @HttpCode(200)
  @Answers(count)
  count(@Caller() ctx: Ctx, @ZodBody(taskRunsCount) by: z.infer<typeof taskRunsCount>) {
    return this.runs.count(ctx, by);
  }

  @Needs('see_flows')
  @Post('paginate')
  @HttpCode(200)
  @Answers(taskRunPageAnswer)
  async paginate(
    @Caller() ctx: Ctx,
    @ZodBody(taskRunsPage) { sort, limit = 200, page = 1, ...by }: z.infer<typeof taskRunsPage>,
  ) {
    const now = wireTime();
    const [count, rows] = await Promise.all([
      this.runs.count(ctx, by),
      this.runs.list(ctx, by, { sort, limit, offset: (page - 1) * limit }),
    ]);
    return {
      results: rows.map((row) => briefTaskRunJson(row, now)),
      count,
      limit,
      pages: limit > 0 ? Math.ceil(count / limit) : 0,
      page,
    };
  }

  @Needs('see_flows')
  @Get(':id')
  @Answers(taskRunAnswer)
  async read(@Caller() ctx: Ctx, @IdParam() id: string) {
    return taskRunJson(await this.runs.get(ctx, id), wireTime());
  }

  @Runs(renameTaskRun)
  @Patch(':id')
  @HttpCode(204)
  update(@Caller() ctx: Ctx, @IdParam() id: string, @ZodBody(taskRunUpdate) body: z.infer<typeof taskRunUpdate>) {
    return this.operations.run(ctx, renameTaskRun, { id, ...body });
  }

  @Runs(deleteTaskRun)
  @Delete(':id')
  @HttpCode(204)
  delete(@Caller() ctx: Ctx, @IdParam() id: string) {
    return this.operations.run(ctx, deleteTaskRun, { id });
  }

  @Runs(setTaskRunState)
  @Post(':id/set_state')
  @Answers(orchestrationAnswer, 201, 200)
  async setState(
    @Caller() ctx: Ctx,
    @IdParam() id: string,
    @ZodBody(setState) body: z.infer<typeof setState>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const proposal = { id, state: body.state, force: body.force ?? false };
    const { written, ...result } = await this.operations.run(ctx, setTaskRunState, proposal);
    reply.status(written ? 201 : 200);
    return result;
  }
}

@ApiTags('Task Run States')
@Controller('api/task_run_states')
export class TaskRunStatesController {
  constructor(@Inject(TaskRunsService) private readonly runs: TaskRunsService) {}

  @Needs('see_flows')
  @Get()
  @Answers(statesAnswer)
  async list(@Caller() ctx: Ctx, @ZodQuery(taskRunStatesQuery) { task_run_id }: z.infer<typeof taskRunStatesQuery>) {
    return (await this.runs.listStates(ctx, task_run_id)).map(stateJson);
  }

  @Needs('see_flows')
  @Get(':id')
  @Answers(stateAnswer)
  async read(@Caller() ctx: Ctx, @IdParam() id: string) {
    return stateJson(await this.runs.getState(ctx, id));
  }
}
