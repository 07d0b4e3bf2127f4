import { Controller, Delete, Get, HttpCode, Inject, Param, Post, Res, UseInterceptors } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { blockSchemaAnswer, blockSchemasAnswer, capabilitiesAnswer } from '@headgate/contracts/rest/answers/blocks';
import * as bodies from '@headgate/contracts/rest/blocks';
import type { FastifyReply } from 'fastify';
import type { z } from 'zod';
import type { Ctx } from '../../../core/access/ctx.js';
import { Caller, Needs } from '../../../core/access/needs.js';
import { ExactJson } from '../../../core/http/exact-json.interceptor.js';
import { IdParam, ZodBody, ZodQuery } from '../../../core/http/zod-body.js';
import { Answers } from '../../../core/openapi/answers.js';
import { Refuses } from '../../../core/openapi/refuses.js';
import { BlockSchemasService } from './block-schemas.service.js';
import { Operations } from '../../../core/operations/operations.js';
import { Runs } from '../../../core/operations/runs.js';
import { createBlockSchema, deleteBlockSchema } from './block-schemas.operations.js';

@ApiTags('Block schemas')
@Controller('api/block_schemas')
@UseInterceptors(ExactJson)
export class BlockSchemasController {
  constructor(
    @Inject(BlockSchemasService) private readonly schemas: BlockSchemasService,
    @Inject(Operations) private readonly operations: Operations,
  ) {}

  @Runs(createBlockSchema)
  @Post()
  @Refuses('conflict')
  @Answers(blockSchemaAnswer, 201, 200)
  async create(
    @Caller() ctx: Ctx,
    @ZodBody(bodies.blockSchemaCreate) body: bodies.BlockSchemaCreate,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<bodies.BlockSchemaJson> {
    const { schema, created } = await this.operations.run(ctx, createBlockSchema, body);
    reply.status(created ? 201 : 200);
    return schema;
  }

  @Needs('see_blocks')
  @Post('filter')
  @HttpCode(200)
  @Answers(blockSchemasAnswer)
  filter(
    @Caller() ctx: Ctx,
    @ZodBody(bodies.blockSchemasFilter)
    { block_schemas, limit = 200, offset = 0 }: z.infer<typeof bodies.blockSchemasFilter>,
  ): Promise<bodies.BlockSchemaJson[]> {
    return this.schemas.list(ctx, block_schemas, { limit, offset });
  }

  @Needs('see_blocks')
  @Get('checksum/:checksum')
  @Answers(blockSchemaAnswer)
  readByChecksum(
    @Caller() ctx: Ctx,
    @Param('checksum') checksum: string,
    @ZodQuery(bodies.blockSchemaQuery) { version }: z.infer<typeof bodies.blockSchemaQuery>,
  ): Promise<bodies.BlockSchemaJson> {
    return this.schemas.getByChecksum(ctx, checksum, version);
  }

  @Needs('see_blocks')
  @Get(':id')
  @Answers(blockSchemaAnswer)
  read(@Caller() ctx: Ctx, @IdParam() id: string): Promise<bodies.BlockSchemaJson> {
    return this.schemas.get(ctx, id);
  }

  @Runs(deleteBlockSchema)
  @Delete(':id')
  @HttpCode(204)
  delete(@Caller() ctx: Ctx, @IdParam() id: string) {
    return this.operations.run(ctx, deleteBlockSchema, { id });
  }
}

@ApiTags('Block capabilities')
@Controller('api/block_capabilities')
export class BlockCapabilitiesController {
  constructor(@Inject(BlockSchemasService) private readonly schemas: BlockSchemasService) {}

  @Needs('see_blocks')
  @Get()
  @Answers(capabilitiesAnswer)
  list(@Caller() ctx: Ctx): Promise<string[]> {
    return this.schemas.capabilities(ctx);
  }
}
