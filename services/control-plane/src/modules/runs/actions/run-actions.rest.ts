import { Controller, Inject, Post, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { orchestrationAnswer } from '@headgate/contracts/rest/answers/states';
import type { FastifyReply } from 'fastify';
import type { Ctx } from '../../../core/access/ctx.js';
import { Caller, Needs } from '../../../core/access/needs.js';
import { IdParam } from '../../../core/http/zod-body.js';
import { Answers } from '../../../core/openapi/answers.js';
import { Refuses } from '../../../core/openapi/refuses.js';
import type { OrchestrationResult } from '../moves/result.js';
import { RunActions } from './run-actions.service.js';

/** What people do with a run. To let one go on that is paused, there is Prefect's own `flow_runs/{id}/resume`. */
@ApiTags('Flow Runs')
@Controller('api/headgate/flow_runs')
@Needs('run_flows')
export class RunActionsController {
  constructor(@Inject(RunActions) private readonly actions: RunActions) {}

  @ApiOperation({ summary: 'Cancel a run' })
  @Post(':id/cancel')
  @Answers(orchestrationAnswer, 201, 200)
  async cancel(@Caller() ctx: Ctx, @IdParam() id: string, @Res({ passthrough: true }) reply: FastifyReply) {
    return answer(reply, await this.actions.cancel(ctx, id));
  }

  @ApiOperation({ summary: 'Start a run again that has ended, or at once what waits to be tried again' })
  @Refuses('conflict')
  @Post(':id/retry')
  @Answers(orchestrationAnswer, 201, 200)
  async retry(@Caller() ctx: Ctx, @IdParam() id: string, @Res({ passthrough: true }) reply: FastifyReply) {
    return answer(reply, await this.actions.retry(ctx, id));
  }

  @ApiOperation({ summary: 'Suspend a run of a deployment until it is resumed' })
  @Refuses('conflict')
  @Post(':id/suspend')
  @Answers(orchestrationAnswer, 201, 200)
  async suspend(@Caller() ctx: Ctx, @IdParam() id: string, @Res({ passthrough: true }) reply: FastifyReply) {
    return answer(reply, await this.actions.suspend(ctx, id));
  }
}

function answer(reply: FastifyReply, { written, ...result }: OrchestrationResult) {
  reply.status(written ? 201 : 200);
  return result;
}
