import { Controller, Headers, HttpCode, Inject, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { bulkStatesAnswer } from '@headgate/contracts/rest/answers/flow-runs';
import { deletedAnswer } from '@headgate/contracts/rest/answers/flows';
import { flowRunsBulkDelete, flowRunsBulkSetState } from '@headgate/contracts/rest/bulk-runs';
import type { z } from 'zod';
import type { Ctx } from '../../../core/access/ctx.js';
import { Caller } from '../../../core/access/needs.js';
import { ZodBody } from '../../../core/http/zod-body.js';
import { Answers } from '../../../core/openapi/answers.js';
import { clientOf } from '../flow-runs/client.js';
import { Operations } from '../../../core/operations/operations.js';
import { Runs } from '../../../core/operations/runs.js';
import { deleteFlowRuns, setFlowRunStates } from './bulk.operations.js';

@ApiTags('Flow Runs')
@Controller('api/flow_runs')
export class BulkRunsController {
  constructor(@Inject(Operations) private readonly operations: Operations) {}

  @Runs(deleteFlowRuns)
  @Post('bulk_delete')
  @HttpCode(200)
  @Answers(deletedAnswer)
  async delete(@Caller() ctx: Ctx, @ZodBody(flowRunsBulkDelete) chosen: z.infer<typeof flowRunsBulkDelete>) {
    return { deleted: await this.operations.run(ctx, deleteFlowRuns, chosen) };
  }

  @Runs(setFlowRunStates)
  @Post('bulk_set_state')
  @HttpCode(200)
  @Answers(bulkStatesAnswer)
  async setState(
    @Caller() ctx: Ctx,
    @ZodBody(flowRunsBulkSetState) { state, force = false, ...chosen }: z.infer<typeof flowRunsBulkSetState>,
    @Headers('user-agent') agent: string | undefined,
  ) {
    const options = { force, client: clientOf(agent) };
    return { results: await this.operations.run(ctx, setFlowRunStates, { chosen, state, options }) };
  }
}
