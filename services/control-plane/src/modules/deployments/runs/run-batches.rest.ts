import { Controller, Inject, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { runBatchAnswer } from '@headgate/contracts/rest/answers/run-batches';
import { runBatch } from '@headgate/contracts/rest/run-batches';
import type { z } from 'zod';
import type { Ctx } from '../../../core/access/ctx.js';
import { Caller, Needs } from '../../../core/access/needs.js';
import { IdParam, ZodBody } from '../../../core/http/zod-body.js';
import { Answers } from '../../../core/openapi/answers.js';
import { Refuses } from '../../../core/openapi/refuses.js';
import { DeploymentRunsService } from './deployment-runs.service.js';

/** Runs by the hundred: all of them are made, or none. */
@ApiTags('Headgate')
@Controller('api/headgate/deployments')
export class RunBatchesController {
  constructor(@Inject(DeploymentRunsService) private readonly runs: DeploymentRunsService) {}

  @Needs('run_deployments')
  @Post(':id/flow_runs')
  @Refuses('badRequest', 'conflict')
  @Answers(runBatchAnswer)
  async create(@Caller() ctx: Ctx, @IdParam() id: string, @ZodBody(runBatch) { flow_runs }: z.infer<typeof runBatch>) {
    return { flow_run_ids: await this.runs.createMany(ctx, id, flow_runs) };
  }
}
