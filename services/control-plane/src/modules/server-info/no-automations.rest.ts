import { Controller, Delete, Get, Header, HttpCode, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { count, none, nothing } from '@headgate/contracts/rest/answers/shared';
import { Needs } from '../../core/access/needs.js';
import { AppError } from '../../core/errors/app-error.js';
import { IdParam } from '../../core/http/zod-body.js';
import { Answers } from '../../core/openapi/answers.js';

/** There are no automations on this server yet, and these doors say so: clients ask on every deploy. */
@ApiTags('Automations')
@Controller('api/automations')
export class NoAutomationsController {
  @Post('filter')
  @HttpCode(200)
  @Needs('see_automations')
  @Answers(none)
  filter(): [] {
    return [];
  }

  @Post('count')
  @HttpCode(200)
  @Needs('see_automations')
  @Answers(count)
  count(): number {
    return 0;
  }

  @Get('related-to/:resourceId')
  @Needs('see_automations')
  @Answers(none)
  relatedTo(): [] {
    return [];
  }

  @Delete('owned-by/:resourceId')
  @HttpCode(202)
  @Header('content-type', 'application/json; charset=utf-8')
  @Needs('manage_automations')
  @Answers(nothing)
  deleteOwnedBy(): string {
    return 'null';
  }

  @Get(':id')
  @Needs('see_automations')
  get(@IdParam() id: string): never {
    throw new AppError('notFound', 'Automation not found', { id }, { envelope: 'exception_message' });
  }
}
