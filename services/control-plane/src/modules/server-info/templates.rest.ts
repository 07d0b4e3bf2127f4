import { Controller, HttpCode, Post, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { templateText, type TemplateMistakeJson } from '@headgate/contracts/rest/server-info';
import type { FastifyReply } from 'fastify';
import { Needs } from '../../core/access/needs.js';
import { ZodBody } from '../../core/http/zod-body.js';
import { checkTemplate, TemplateError } from '../../core/templates/templates.js';

/** Whether a text can serve as a template. Forms ask while somebody types. */
@ApiTags('Automations')
@Controller('api')
export class TemplatesController {
  @Post(['templates/validate', 'automations/templates/validate'])
  @HttpCode(204)
  @Needs('sign-in')
  validate(
    @ZodBody(templateText) source: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): TemplateMistakeJson | undefined {
    try {
      checkTemplate(source);
    } catch (error) {
      if (!(error instanceof TemplateError)) throw error;
      reply.status(422);
      return { error: { line: error.line, message: error.message, source } };
    }
  }
}
