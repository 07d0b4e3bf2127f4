import { Controller, HttpCode, Post, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { templateText, type TemplateMistakeJson } from '@headgate/contracts/rest/server-info';
import type { FastifyReply } from 'fastify';
import type { AccountCtx } from '../../core/access/ctx.js';
import { Needs, SignedIn } from '../../core/access/needs.js';
import { Budget } from '../../core/documents/budget.js';
import { onDocumentThread } from '../../core/documents/thread.js';
import { shortened } from '../../core/http/echo.js';
import { ZodBody } from '../../core/http/zod-body.js';
import { TemplateError } from '../../core/templates/template-error.js';

/** Whether a text can serve as a template. Forms ask while somebody types. */
@ApiTags('Automations')
@Controller('api')
export class TemplatesController {
  @Post(['templates/validate', 'automations/templates/validate'])
  @HttpCode(204)
  @Needs('sign-in')
  async validate(
    @ZodBody(templateText) source: string,
    @SignedIn() { actor }: AccountCtx,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<TemplateMistakeJson | undefined> {
    const budget = new Budget(actor.userId);
    try {
      await onDocumentThread({ kind: 'check-template', template: source }, 'The template', budget);
    } catch (error) {
      if (!(error instanceof TemplateError)) throw error;
      reply.status(422);
      return { error: { line: error.line, message: shortened(error.message), source: shortened(source) } };
    }
  }
}
