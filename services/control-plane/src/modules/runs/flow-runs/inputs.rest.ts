import { Controller, Delete, Get, Header, HttpCode, Inject, Param, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { runInputsAnswer } from '@headgate/contracts/rest/answers/flow-runs';
import { nothing } from '@headgate/contracts/rest/answers/shared';
import { inputCreate, inputFilter } from '@headgate/contracts/rest/flow-runs';
import type { z } from 'zod';
import type { Ctx } from '../../../core/access/ctx.js';
import { Caller, Needs } from '../../../core/access/needs.js';
import { IdParam, ZodBody } from '../../../core/http/zod-body.js';
import { Answers, AnswersFile } from '../../../core/openapi/answers.js';
import { Refuses } from '../../../core/openapi/refuses.js';
import { InputsService } from './inputs.service.js';
import { Operations } from '../../../core/operations/operations.js';
import { Runs } from '../../../core/operations/runs.js';
import { deleteInput, sendInput } from './inputs.operations.js';

/** Messages to and from a run: a pause's schema and answer, and what flows send each other. */
@ApiTags('Flow Run Inputs')
@Controller('api/flow_runs/:id/input')
export class InputsController {
  constructor(
    @Inject(InputsService) private readonly inputs: InputsService,
    @Inject(Operations) private readonly operations: Operations,
  ) {}

  @Runs(sendInput)
  @Post()
  @Refuses('conflict')
  @Answers(nothing)
  async create(
    @Caller() ctx: Ctx,
    @IdParam() id: string,
    @ZodBody(inputCreate) body: z.infer<typeof inputCreate>,
  ): Promise<null> {
    await this.operations.run(ctx, sendInput, { flowRunId: id, ...body });
    return null;
  }

  @Needs('see_flows')
  @Post('filter')
  @HttpCode(200)
  @Answers(runInputsAnswer)
  filter(@Caller() ctx: Ctx, @IdParam() id: string, @ZodBody(inputFilter) body: z.infer<typeof inputFilter>) {
    return this.inputs.list(ctx, id, body.prefix, body.limit ?? 1, body.exclude_keys ?? []);
  }

  /** The stored text itself, not a JSON string of it. */
  @Needs('see_flows')
  @Get(':key')
  @Header('content-type', 'text/plain; charset=utf-8')
  @AnswersFile('text/plain')
  read(@Caller() ctx: Ctx, @IdParam() id: string, @Param('key') key: string): Promise<string> {
    return this.inputs.get(ctx, id, key);
  }

  @Runs(deleteInput)
  @Delete(':key')
  @HttpCode(204)
  delete(@Caller() ctx: Ctx, @IdParam() id: string, @Param('key') key: string) {
    return this.operations.run(ctx, deleteInput, { flowRunId: id, key });
  }
}
