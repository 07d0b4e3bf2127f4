import { Controller, HttpCode, Inject, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { countsById, nextRunsAnswer } from '@headgate/contracts/rest/answers/screens';
import { ofFlows } from '@headgate/contracts/rest/screens';
import type { z } from 'zod';
import type { Ctx } from '../../core/access/ctx.js';
import { Caller, Needs } from '../../core/access/needs.js';
import { ZodBody } from '../../core/http/zod-body.js';
import { Answers } from '../../core/openapi/answers.js';
import { FlowsService } from './flows.service.js';

/** What the list of flows in the web app of a Prefect server asks besides the flows. */
@ApiTags('Flows', 'UI')
@Controller('api/ui/flows')
export class FlowScreensController {
  constructor(@Inject(FlowsService) private readonly flows: FlowsService) {}

  @Needs('see_flows')
  @Post('count-deployments')
  @HttpCode(200)
  @Answers(countsById)
  countDeployments(@Caller() ctx: Ctx, @ZodBody(ofFlows) { flow_ids }: z.infer<typeof ofFlows>) {
    return this.flows.countDeployments(ctx, flow_ids);
  }

  @Needs('see_flows')
  @Post('next-runs')
  @HttpCode(200)
  @Answers(nextRunsAnswer)
  nextRuns(@Caller() ctx: Ctx, @ZodBody(ofFlows) { flow_ids }: z.infer<typeof ofFlows>) {
    return this.flows.nextRuns(ctx, flow_ids);
  }
}
