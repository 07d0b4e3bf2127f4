import { Controller, Get, HttpCode, Inject, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import {
  countByStateAnswer,
  countsById,
  taskRunCountsAnswer,
  uiTaskRunAnswer,
} from '@headgate/contracts/rest/answers/screens';
import { ofFlowRuns, taskRunsByState, taskRunsOverTime } from '@headgate/contracts/rest/screens';
import type { z } from 'zod';
import type { Ctx } from '../../../core/access/ctx.js';
import { Caller, Needs } from '../../../core/access/needs.js';
import { wireTime } from '../../../core/events/events.js';
import { IdParam, ZodBody } from '../../../core/http/zod-body.js';
import { Answers } from '../../../core/openapi/answers.js';
import { taskRunJson } from '../task-run.js';
import { TaskRunScreens } from './task-run-screens.service.js';

/** What the web app of a Prefect server asks of task runs: figures, and one with the name of its flow run. */
@ApiTags('Task Runs', 'UI')
@Controller('api/ui')
export class TaskRunScreensController {
  constructor(@Inject(TaskRunScreens) private readonly screens: TaskRunScreens) {}

  @Needs('see_flows')
  @Post('flow_runs/count-task-runs')
  @HttpCode(200)
  @Answers(countsById)
  countOfFlowRuns(@Caller() ctx: Ctx, @ZodBody(ofFlowRuns) { flow_run_ids }: z.infer<typeof ofFlowRuns>) {
    return this.screens.countOfFlowRuns(ctx, flow_run_ids);
  }

  @Needs('see_flows')
  @Post('task_runs/count')
  @HttpCode(200)
  @Answers(countByStateAnswer)
  countByState(@Caller() ctx: Ctx, @ZodBody(taskRunsByState) by: z.infer<typeof taskRunsByState>) {
    return this.screens.countByState(ctx, by);
  }

  @Needs('see_flows')
  @Post('task_runs/dashboard/counts')
  @HttpCode(200)
  @Answers(taskRunCountsAnswer)
  countOverTime(
    @Caller() ctx: Ctx,
    @ZodBody(taskRunsOverTime) { task_runs, work_queues, ...by }: z.infer<typeof taskRunsOverTime>,
  ) {
    return this.screens.countOverTime(ctx, task_runs, { ...by, work_pool_queues: work_queues });
  }

  @Needs('see_flows')
  @Get('task_runs/:id')
  @Answers(uiTaskRunAnswer)
  async read(@Caller() ctx: Ctx, @IdParam() id: string) {
    const { run, flowRunName } = await this.screens.get(ctx, id);
    return { ...taskRunJson(run, wireTime()), flow_run_name: flowRunName };
  }
}
