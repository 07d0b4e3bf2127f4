import { Controller, HttpCode, Inject, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { historyAnswer, latenessAnswer } from '@headgate/contracts/rest/answers/run-history';
import { flowRunsHistory, flowRunsLateness } from '@headgate/contracts/rest/run-history';
import type { z } from 'zod';
import type { Ctx } from '../../../core/access/ctx.js';
import { Caller, Needs } from '../../../core/access/needs.js';
import { ZodBody } from '../../../core/http/zod-body.js';
import { Answers } from '../../../core/openapi/answers.js';
import { RunHistory } from './history.service.js';

@ApiTags('Flow Runs')
@Controller('api/flow_runs')
export class FlowRunHistoryController {
  constructor(@Inject(RunHistory) private readonly runs: RunHistory) {}

  @Needs('see_flows')
  @Post('history')
  @HttpCode(200)
  @Answers(historyAnswer)
  history(@Caller() ctx: Ctx, @ZodBody(flowRunsHistory) { work_queues, ...body }: z.infer<typeof flowRunsHistory>) {
    return this.runs.list(ctx, 'flow_run', body, { ...body, work_pool_queues: work_queues });
  }

  @Needs('see_flows')
  @Post('lateness')
  @HttpCode(200)
  @Answers(latenessAnswer)
  lateness(@Caller() ctx: Ctx, @ZodBody(flowRunsLateness) by: z.infer<typeof flowRunsLateness>) {
    return this.runs.lateness(ctx, by);
  }
}
