import { Controller, Headers, HttpCode, Inject, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { bulkStatesAnswer } from '@headgate/contracts/rest/answers/flow-runs';
import { deletedAnswer } from '@headgate/contracts/rest/answers/flows';
import { flowRunsBulkDelete, flowRunsBulkSetState } from '@headgate/contracts/rest/bulk-runs';
import type { z } from 'zod';
import type { Ctx } from '../../../core/access/ctx.js';
import { Caller, Needs } from '../../../core/access/needs.js';
import { ZodBody } from '../../../core/http/zod-body.js';
import { Answers } from '../../../core/openapi/answers.js';
import { clientOf } from '../flow-runs/client.js';
import { BulkRuns } from './bulk.service.js';

@ApiTags('Flow Runs')
@Controller('api/flow_runs')
export class BulkRunsController {
  constructor(@Inject(BulkRuns) private readonly runs: BulkRuns) {}

  @Needs('manage_flows')
  @Post('bulk_delete')
  @HttpCode(200)
  @Answers(deletedAnswer)
  async delete(@Caller() ctx: Ctx, @ZodBody(flowRunsBulkDelete) chosen: z.infer<typeof flowRunsBulkDelete>) {
    return { deleted: await this.runs.delete(ctx, chosen) };
  }

  @Needs('run_flows')
  @Post('bulk_set_state')
  @HttpCode(200)
  @Answers(bulkStatesAnswer)
  async setState(
    @Caller() ctx: Ctx,
    @ZodBody(flowRunsBulkSetState) { state, force = false, ...chosen }: z.infer<typeof flowRunsBulkSetState>,
    @Headers('user-agent') agent: string | undefined,
  ) {
    return { results: await this.runs.setState(ctx, chosen, state, { force, client: clientOf(agent) }) };
  }
}
