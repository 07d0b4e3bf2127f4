import { Controller, Inject, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { runBatchAnswer } from '@headgate/contracts/rest/answers/run-batches';
import type { RunOfDeployment } from '@headgate/contracts/rest/deployments';
import { runBatch, runsMax } from '@headgate/contracts/rest/run-batches';
import type { z } from 'zod';
import type { Ctx } from '../../../core/access/ctx.js';
import { Caller, Needs } from '../../../core/access/needs.js';
import { DescribedBody, IdParam, ZodPipe } from '../../../core/http/zod-body.js';
import { inSlices } from '../../../core/fair/in-slices.js';
import { Answers } from '../../../core/openapi/answers.js';
import { Refuses } from '../../../core/openapi/refuses.js';
import { DeploymentRunsService } from './deployment-runs.service.js';

/** Runs by the hundred: all of them are made, or none. */
@ApiTags('Headgate')
@Controller('api/headgate/deployments')
export class RunBatchesController {
  constructor(@Inject(DeploymentRunsService) private readonly runs: DeploymentRunsService) {}

  @ApiOperation({ summary: 'Create many runs of a deployment: all of them or none' })
  @Needs('run_deployments')
  @Post(':id/flow_runs')
  @Refuses('badRequest', 'conflict')
  @Answers(runBatchAnswer)
  async create(@Caller() ctx: Ctx, @IdParam() id: string, @DescribedBody(runBatch) body: unknown) {
    return { flow_run_ids: await this.runs.createMany(ctx, id, await readRuns(body)) };
  }
}

const sliceMax = 50;
const thorough = new ZodPipe(runBatch);

/** Plain runs a slice at a time; whatever is not plain is read whole, as it takes to say what is wrong. */
async function readRuns(body: unknown): Promise<RunOfDeployment[]> {
  const { flow_runs: given, ...others } = (body ?? {}) as { flow_runs?: unknown };
  if (Array.isArray(given) && given.length > 0 && given.length <= runsMax && Object.keys(others).length === 0) {
    const slices = await inSlices(given, sliceMax, (slice) => runBatch.shape.flow_runs.safeParse(slice));
    if (slices.every((slice) => slice.success)) return slices.flatMap((slice) => slice.data!);
  }
  return (thorough.transform(body) as z.infer<typeof runBatch>).flow_runs;
}
