import { Controller, Get, Inject } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { observedStatesAnswer } from '@headgate/contracts/rest/answers/screens';
import { observedStatesQuery } from '@headgate/contracts/rest/screens';
import type { z } from 'zod';
import type { Ctx } from '../../../core/access/ctx.js';
import { Caller, Needs } from '../../../core/access/needs.js';
import { ZodQuery } from '../../../core/http/zod-body.js';
import { Answers } from '../../../core/openapi/answers.js';
import { ObservedStates } from './observed-states.service.js';

/** The states that runs have been in: what a filter can offer. */
@ApiTags('Observed States')
@Controller('api/observed-states')
export class ObservedStatesController {
  constructor(@Inject(ObservedStates) private readonly states: ObservedStates) {}

  @Needs('see_flows')
  @Get()
  @Answers(observedStatesAnswer)
  list(@Caller() ctx: Ctx, @ZodQuery(observedStatesQuery) asked: z.infer<typeof observedStatesQuery>) {
    return this.states.list(ctx, asked);
  }
}
