import { Controller, HttpCode, Inject, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { checkedValuesAnswer } from '@headgate/contracts/rest/answers/screens';
import { valuesToCheck } from '@headgate/contracts/rest/screens';
import type { z } from 'zod';
import type { Ctx } from '../../core/access/ctx.js';
import { Caller, Needs } from '../../core/access/needs.js';
import { ZodBody } from '../../core/http/zod-body.js';
import { Answers } from '../../core/openapi/answers.js';
import { ParametersService } from './parameters.service.js';

/** Whether values fit a schema, while somebody fills in a form. Variables of the workspace may be among them. */
@ApiTags('UI', 'Schemas')
@Controller('api/ui/schemas')
export class SchemasController {
  constructor(@Inject(ParametersService) private readonly parameters: ParametersService) {}

  @Needs('see_flows')
  @Post('validate')
  @HttpCode(200)
  @Answers(checkedValuesAnswer)
  validate(@Caller() ctx: Ctx, @ZodBody(valuesToCheck) { schema, values }: z.infer<typeof valuesToCheck>) {
    return this.parameters.fieldByField(ctx, schema, values);
  }
}
