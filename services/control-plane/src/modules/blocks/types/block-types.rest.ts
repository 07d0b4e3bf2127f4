import { Controller, Delete, Get, HttpCode, Inject, Param, Patch, Post, UseInterceptors } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import {
  blockDocumentAnswer,
  blockDocumentsAnswer,
  blockTypeAnswer,
  blockTypesAnswer,
} from '@headgate/contracts/rest/answers/blocks';
import { nothing } from '@headgate/contracts/rest/answers/shared';
import * as bodies from '@headgate/contracts/rest/blocks';
import type { z } from 'zod';
import type { Ctx } from '../../../core/access/ctx.js';
import { Caller, Needs } from '../../../core/access/needs.js';
import { ExactJson } from '../../../core/http/exact-json.interceptor.js';
import { IdParam, ZodBody, ZodQuery } from '../../../core/http/zod-body.js';
import { Answers } from '../../../core/openapi/answers.js';
import { Refuses } from '../../../core/openapi/refuses.js';
import { BlockDocumentsService } from '../documents/block-documents.service.js';
import { BlockTypesService } from './block-types.service.js';
import { Operations } from '../../../core/operations/operations.js';
import { Runs } from '../../../core/operations/runs.js';
import { createBlockType, deleteBlockType, updateBlockType } from './block-types.operations.js';

@ApiTags('Block types')
@Controller('api/block_types')
@UseInterceptors(ExactJson)
export class BlockTypesController {
  constructor(
    @Inject(BlockTypesService) private readonly types: BlockTypesService,
    @Inject(BlockDocumentsService) private readonly documents: BlockDocumentsService,
    @Inject(Operations) private readonly operations: Operations,
  ) {}

  @Runs(createBlockType)
  @Post()
  @Refuses('conflict')
  @Answers(blockTypeAnswer)
  create(
    @Caller() ctx: Ctx,
    @ZodBody(bodies.blockTypeCreate) body: bodies.BlockTypeCreate,
  ): Promise<bodies.BlockTypeJson> {
    return this.operations.run(ctx, createBlockType, body);
  }

  @Needs('see_blocks')
  @Post('filter')
  @HttpCode(200)
  @Answers(blockTypesAnswer)
  filter(
    @Caller() ctx: Ctx,
    @ZodBody(bodies.blockTypesFilter) { limit = 200, offset = 0, ...filters }: z.infer<typeof bodies.blockTypesFilter>,
  ): Promise<bodies.BlockTypeJson[]> {
    return this.types.list(ctx, filters, { limit, offset });
  }

  /** They are always there. */
  @Needs('manage_blocks')
  @Post('install_system_block_types')
  @HttpCode(200)
  @Answers(nothing)
  install(): null {
    return null;
  }

  @Needs('see_blocks')
  @Get('slug/:slug')
  @Answers(blockTypeAnswer)
  readBySlug(@Caller() ctx: Ctx, @Param('slug') slug: string): Promise<bodies.BlockTypeJson> {
    return this.types.getBySlug(ctx, slug);
  }

  @Needs('see_blocks')
  @Get('slug/:slug/block_documents')
  @Refuses('badRequest')
  @Answers(blockDocumentsAnswer)
  listDocuments(
    @Caller() ctx: Ctx,
    @Param('slug') slug: string,
    @ZodQuery(bodies.secretsQuery) query: z.infer<typeof bodies.secretsQuery>,
  ): Promise<bodies.BlockDocumentJson[]> {
    return this.documents.listOfType(ctx, slug, query.include_secrets);
  }

  @Needs('see_blocks')
  @Get('slug/:slug/block_documents/name/:block_document_name')
  @Refuses('badRequest')
  @Answers(blockDocumentAnswer)
  readDocument(
    @Caller() ctx: Ctx,
    @Param('slug') slug: string,
    @Param('block_document_name') name: string,
    @ZodQuery(bodies.secretsQuery) query: z.infer<typeof bodies.secretsQuery>,
  ): Promise<bodies.BlockDocumentJson> {
    return this.documents.getByName(ctx, slug, name, query.include_secrets);
  }

  @Needs('see_blocks')
  @Get(':id')
  @Answers(blockTypeAnswer)
  read(@Caller() ctx: Ctx, @IdParam() id: string): Promise<bodies.BlockTypeJson> {
    return this.types.get(ctx, id);
  }

  @Runs(updateBlockType)
  @Patch(':id')
  @HttpCode(204)
  async update(
    @Caller() ctx: Ctx,
    @IdParam() id: string,
    @ZodBody(bodies.blockTypeUpdate) change: bodies.BlockTypeUpdate,
  ): Promise<void> {
    await this.operations.run(ctx, updateBlockType, { id, change });
  }

  @Runs(deleteBlockType)
  @Delete(':id')
  @HttpCode(204)
  async delete(@Caller() ctx: Ctx, @IdParam() id: string): Promise<void> {
    await this.operations.run(ctx, deleteBlockType, { id });
  }
}
