import { Controller, Delete, Get, HttpCode, Inject, Post, Put, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { savedSearchAnswer, savedSearchesAnswer } from '@headgate/contracts/rest/answers/saved-searches';
import {
  savedSearchesFilter,
  savedSearchPut,
  type SavedSearchesFilter,
  type SavedSearchJson,
  type SavedSearchPut,
} from '@headgate/contracts/rest/saved-searches';
import type { FastifyReply } from 'fastify';
import type { Ctx } from '../../core/access/ctx.js';
import { Caller, Needs } from '../../core/access/needs.js';
import { IdParam, ZodBody } from '../../core/http/zod-body.js';
import { Answers } from '../../core/openapi/answers.js';
import { SavedSearchesService } from './saved-searches.service.js';
import { Operations } from '../../core/operations/operations.js';
import { Runs } from '../../core/operations/runs.js';
import { deleteSavedSearch, saveSearch } from './saved-searches.operations.js';

@ApiTags('SavedSearches')
@Controller('api/saved_searches')
export class SavedSearchesController {
  constructor(
    @Inject(SavedSearchesService) private readonly searches: SavedSearchesService,
    @Inject(Operations) private readonly operations: Operations,
  ) {}

  @Put()
  @Runs(saveSearch)
  @Answers(savedSearchAnswer, 201, 200)
  async put(
    @Caller() ctx: Ctx,
    @ZodBody(savedSearchPut) body: SavedSearchPut,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SavedSearchJson> {
    const { search, created } = await this.operations.run(ctx, saveSearch, body);
    reply.status(created ? 201 : 200);
    return search;
  }

  @Post('filter')
  @HttpCode(200)
  @Needs('see_flows')
  @Answers(savedSearchesAnswer)
  filter(
    @Caller() ctx: Ctx,
    @ZodBody(savedSearchesFilter) { limit = 200, offset = 0 }: SavedSearchesFilter,
  ): Promise<SavedSearchJson[]> {
    return this.searches.list(ctx, { limit, offset });
  }

  @Get(':id')
  @Needs('see_flows')
  @Answers(savedSearchAnswer)
  get(@Caller() ctx: Ctx, @IdParam() id: string): Promise<SavedSearchJson> {
    return this.searches.get(ctx, id);
  }

  @Delete(':id')
  @HttpCode(204)
  @Runs(deleteSavedSearch)
  async delete(@Caller() ctx: Ctx, @IdParam() id: string): Promise<void> {
    await this.operations.run(ctx, deleteSavedSearch, { id });
  }
}
