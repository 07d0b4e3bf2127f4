import { Controller, Inject, Post, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { orchestrationAnswer } from '@headgate/contracts/rest/answers/states';
import type { FastifyReply } from 'fastify';
import type { Ctx } from '../../../core/access/ctx.js';
import { Caller } from '../../../core/access/needs.js';
import { IdParam } from '../../../core/http/zod-body.js';
import { Answers } from '../../../core/openapi/answers.js';
import { Refuses } from '../../../core/openapi/refuses.js';
import type { OrchestrationResult } from '../moves/result.js';
import { Operations } from '../../../core/operations/operations.js';
import { Runs } from '../../../core/operations/runs.js';
import { cancelFlowRun, retryFlowRun, suspendFlowRun } from './run-actions.operations.js';

/** What people do with a run. To let one go on that is paused, there is Prefect's own `flow_runs/{id}/resume`. */
@ApiTags('Flow Runs')
@Controller('api/headgate/flow_runs')
export class RunActionsController {
  constructor(@Inject(Operations) private readonly operations: Operations) {}

  @Runs(cancelFlowRun)
  @ApiOperation({ summary: 'Cancel a run' })
  @Post(':id/cancel')
  @Answers(orchestrationAnswer, 201, 200)
  async cancel(@Caller() ctx: Ctx, @IdParam() id: string, @Res({ passthrough: true }) reply: FastifyReply) {
    return answer(reply, await this.operations.run(ctx, cancelFlowRun, { id }));
  }

  @Runs(retryFlowRun)
  @ApiOperation({ summary: 'Start a run again that has ended, or at once what waits to be tried again' })
  @Refuses('conflict')
  @Post(':id/retry')
  @Answers(orchestrationAnswer, 201, 200)
  async retry(@Caller() ctx: Ctx, @IdParam() id: string, @Res({ passthrough: true }) reply: FastifyReply) {
    return answer(reply, await this.operations.run(ctx, retryFlowRun, { id }));
  }

  @Runs(suspendFlowRun)
  @ApiOperation({ summary: 'Suspend a run of a deployment until it is resumed' })
  @Refuses('conflict')
  @Post(':id/suspend')
  @Answers(orchestrationAnswer, 201, 200)
  async suspend(@Caller() ctx: Ctx, @IdParam() id: string, @Res({ passthrough: true }) reply: FastifyReply) {
    return answer(reply, await this.operations.run(ctx, suspendFlowRun, { id }));
  }
}

function answer(reply: FastifyReply, { written, ...result }: OrchestrationResult) {
  reply.status(written ? 201 : 200);
  return result;
}
