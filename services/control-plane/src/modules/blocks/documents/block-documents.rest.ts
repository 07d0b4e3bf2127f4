import { Controller, Delete, Get, HttpCode, Inject, Patch, Post, UseInterceptors } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { blockDocumentAnswer, blockDocumentsAnswer } from '@headgate/contracts/rest/answers/blocks';
import { count } from '@headgate/contracts/rest/answers/shared';
import * as bodies from '@headgate/contracts/rest/blocks';
import type { z } from 'zod';
import type { Ctx } from '../../../core/access/ctx.js';
import { Caller, Needs } from '../../../core/access/needs.js';
import { ExactJson } from '../../../core/http/exact-json.interceptor.js';
import { IdParam, ZodBody, ZodQuery } from '../../../core/http/zod-body.js';
import { Answers } from '../../../core/openapi/answers.js';
import { Refuses } from '../../../core/openapi/refuses.js';
import { BlockDocumentsService } from './block-documents.service.js';
import { Operations } from '../../../core/operations/operations.js';
import { Runs } from '../../../core/operations/runs.js';
import { createBlockDocument, deleteBlockDocument, updateBlockDocument } from './block-documents.operations.js';

@ApiTags('Block documents')
@Controller('api/block_documents')
@UseInterceptors(ExactJson)
export class BlockDocumentsController {
  constructor(
    @Inject(BlockDocumentsService) private readonly documents: BlockDocumentsService,
    @Inject(Operations) private readonly operations: Operations,
  ) {}

  @Runs(createBlockDocument)
  @Post()
  @Refuses('badRequest', 'conflict')
  @Answers(blockDocumentAnswer)
  create(
    @Caller() ctx: Ctx,
    @ZodBody(bodies.blockDocumentCreate) body: bodies.BlockDocumentCreate,
  ): Promise<bodies.BlockDocumentJson> {
    return this.operations.run(ctx, createBlockDocument, body);
  }

  @Needs('see_blocks')
  @Post('filter')
  @Refuses('badRequest')
  @HttpCode(200)
  @Answers(blockDocumentsAnswer)
  filter(
    @Caller() ctx: Ctx,
    @ZodBody(bodies.blockDocumentsFilter)
    { include_secrets, sort, limit = 200, offset = 0, ...filters }: z.infer<typeof bodies.blockDocumentsFilter>,
  ): Promise<bodies.BlockDocumentJson[]> {
    return this.documents.list(ctx, filters, include_secrets ?? false, { sort, limit, offset });
  }

  @Needs('see_blocks')
  @Post('count')
  @HttpCode(200)
  @Answers(count)
  count(
    @Caller() ctx: Ctx,
    @ZodBody(bodies.blockDocumentsCount) filters: bodies.BlockDocumentFilters,
  ): Promise<number> {
    return this.documents.count(ctx, filters);
  }

  @Needs('see_blocks')
  @Get(':id')
  @Refuses('badRequest')
  @Answers(blockDocumentAnswer)
  read(
    @Caller() ctx: Ctx,
    @IdParam() id: string,
    @ZodQuery(bodies.secretsQuery) query: z.infer<typeof bodies.secretsQuery>,
  ): Promise<bodies.BlockDocumentJson> {
    return this.documents.get(ctx, id, query.include_secrets);
  }

  @Runs(updateBlockDocument)
  @Patch(':id')
  @Refuses('badRequest', 'conflict')
  @HttpCode(204)
  async update(
    @Caller() ctx: Ctx,
    @IdParam() id: string,
    @ZodBody(bodies.blockDocumentUpdate) change: bodies.BlockDocumentUpdate,
  ): Promise<void> {
    await this.operations.run(ctx, updateBlockDocument, { id, change });
  }

  @Runs(deleteBlockDocument)
  @Delete(':id')
  @HttpCode(204)
  async delete(@Caller() ctx: Ctx, @IdParam() id: string): Promise<void> {
    await this.operations.run(ctx, deleteBlockDocument, { id });
  }
}
