import { Controller, Get, Inject } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { dependenciesAnswer, graphAnswer } from '@headgate/contracts/rest/answers/run-graph';
import { graphQuery } from '@headgate/contracts/rest/run-graph';
import type { z } from 'zod';
import type { Ctx } from '../../../core/access/ctx.js';
import { Caller, Needs } from '../../../core/access/needs.js';
import { IdParam, ZodQuery } from '../../../core/http/zod-body.js';
import { Answers } from '../../../core/openapi/answers.js';
import { Refuses } from '../../../core/openapi/refuses.js';
import { RunGraph } from './graph.service.js';

@ApiTags('Flow Run Graph')
@Controller('api/flow_runs/:id')
export class RunGraphController {
  constructor(@Inject(RunGraph) private readonly graphs: RunGraph) {}

  @Needs('see_flows')
  @Get('graph')
  @Answers(dependenciesAnswer)
  dependencies(@Caller() ctx: Ctx, @IdParam() id: string) {
    return this.graphs.listDependencies(ctx, id);
  }

  @Needs('see_flows')
  @Get('graph-v2')
  @Refuses('badRequest')
  @Answers(graphAnswer)
  graph(@Caller() ctx: Ctx, @IdParam() id: string, @ZodQuery(graphQuery) { since }: z.infer<typeof graphQuery>) {
    return this.graphs.get(ctx, id, since ?? null);
  }
}
