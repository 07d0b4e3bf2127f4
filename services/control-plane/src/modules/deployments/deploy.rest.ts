import { Controller, Inject, Post, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { deploymentAnswer } from '@headgate/contracts/rest/answers/deployments';
import { flowDeployment, type FlowDeployment } from '@headgate/contracts/rest/deployments';
import type { FastifyReply } from 'fastify';
import type { Ctx } from '../../core/access/ctx.js';
import { Caller } from '../../core/access/needs.js';
import { ZodBody } from '../../core/http/zod-body.js';
import { Answers } from '../../core/openapi/answers.js';
import { Refuses } from '../../core/openapi/refuses.js';
import { Operations } from '../../core/operations/operations.js';
import { Runs } from '../../core/operations/runs.js';
import { deploymentJson } from './deployment.js';
import { deployFlow } from './deployments.operations.js';

/** On Prefect's wire the flow is made first, and stays where its deployment is refused. */
@ApiTags('Headgate')
@Controller('api/headgate/deployments')
export class DeployController {
  constructor(@Inject(Operations) private readonly operations: Operations) {}

  @ApiOperation({
    summary: 'Create a deployment with its flow, both or none, or change what is named of it',
  })
  @Runs(deployFlow)
  @Post()
  @Refuses('badRequest', 'conflict')
  @Answers(deploymentAnswer, 201, 200)
  async deploy(
    @Caller() ctx: Ctx,
    @ZodBody(flowDeployment) body: FlowDeployment,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const { deployment, created } = await this.operations.run(ctx, deployFlow, body);
    reply.status(created ? 201 : 200);
    return deploymentJson(deployment);
  }
}
