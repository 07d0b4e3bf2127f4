import { Controller, HttpCode, Inject, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { historyAnswer } from '@headgate/contracts/rest/answers/run-history';
import { taskRunsHistory } from '@headgate/contracts/rest/run-history';
import type { z } from 'zod';
import type { Ctx } from '../../../core/access/ctx.js';
import { Caller, Needs } from '../../../core/access/needs.js';
import { ZodBody } from '../../../core/http/zod-body.js';
import { Answers } from '../../../core/openapi/answers.js';
import { RunHistory } from '../../runs/index.js';

@ApiTags('Task Runs')
@Controller('api/task_runs')
export class TaskRunHistoryController {
  constructor(@Inject(RunHistory) private readonly runs: RunHistory) {}

  @Needs('see_flows')
  @Post('history')
  @HttpCode(200)
  @Answers(historyAnswer)
  history(@Caller() ctx: Ctx, @ZodBody(taskRunsHistory) body: z.infer<typeof taskRunsHistory>) {
    return this.runs.list(ctx, 'task_run', body, body);
  }
}
