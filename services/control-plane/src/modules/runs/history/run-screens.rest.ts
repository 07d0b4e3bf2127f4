import { Controller, HttpCode, Inject, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { runsOverTimeAnswer } from '@headgate/contracts/rest/answers/screens';
import { runsOverTime } from '@headgate/contracts/rest/screens';
import type { z } from 'zod';
import type { Ctx } from '../../../core/access/ctx.js';
import { Caller, Needs } from '../../../core/access/needs.js';
import { ZodBody } from '../../../core/http/zod-body.js';
import { Answers } from '../../../core/openapi/answers.js';
import { FlowRunsService } from '../flow-runs/flow-runs.service.js';

/** Runs as the dots of a chart in the web app of a Prefect server: when, for how long, how late. */
@ApiTags('Flow Runs', 'UI')
@Controller('api/ui/flow_runs')
export class RunScreensController {
  constructor(@Inject(FlowRunsService) private readonly runs: FlowRunsService) {}

  @Needs('see_flows')
  @Post('history')
  @HttpCode(200)
  @Answers(runsOverTimeAnswer)
  async history(
    @Caller() ctx: Ctx,
    @ZodBody(runsOverTime)
    { sort = 'EXPECTED_START_TIME_DESC', limit = 1000, offset = 0, ...by }: z.infer<typeof runsOverTime>,
  ) {
    const runs = await this.runs.list(ctx, by, { sort, limit, offset });
    return runs.map((run) => ({
      id: run.id,
      state_type: run.state_type,
      timestamp: run.start_time ?? run.expected_start_time,
      duration: run.estimated_run_time,
      lateness: run.estimated_start_time_delta,
    }));
  }
}
