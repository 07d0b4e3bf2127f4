import { Controller, Inject, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { runBatchAnswer } from '@headgate/contracts/rest/answers/run-batches';
import { runBatch } from '@headgate/contracts/rest/run-batches';
import type { Ctx } from '../../../core/access/ctx.js';
import { Caller } from '../../../core/access/needs.js';
import { DescribedBody, IdParam } from '../../../core/http/zod-body.js';
import { ZodList } from '../../../core/http/zod-list.js';
import { Answers } from '../../../core/openapi/answers.js';
import { Refuses } from '../../../core/openapi/refuses.js';
import { Operations } from '../../../core/operations/operations.js';
import { Runs } from '../../../core/operations/runs.js';
import { runDeploymentOften } from './deployment-runs.operations.js';

/** Fifty take a millisecond or two. */
const sent = new ZodList(runBatch, 50, 'flow_runs');

/** Runs by the hundred: all of them are made, or none. */
@ApiTags('Headgate')
@Controller('api/headgate/deployments')
export class RunBatchesController {
  constructor(@Inject(Operations) private readonly operations: Operations) {}

  @ApiOperation({ summary: 'Create many runs of a deployment: all of them or none' })
  @Runs(runDeploymentOften)
  @Post(':id/flow_runs')
  @Refuses('badRequest', 'conflict')
  @Answers(runBatchAnswer)
  async create(@Caller() ctx: Ctx, @IdParam() id: string, @DescribedBody(runBatch) body: unknown) {
    const { flow_runs: runs } = await sent.read(body);
    return { flow_run_ids: await this.operations.run(ctx, runDeploymentOften, { deploymentId: id, runs }) };
  }
}
