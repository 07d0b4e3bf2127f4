import { Controller, Delete, Get, HttpCode, Inject, Param, Patch, Post, UseInterceptors } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { artifactAnswer, artifactsAnswer, collectionsAnswer } from '@headgate/contracts/rest/answers/artifacts';
import { count } from '@headgate/contracts/rest/answers/shared';
import {
  artifactCreate,
  artifactsCount,
  artifactsFilter,
  artifactUpdate,
  collectionsCount,
  collectionsFilter,
} from '@headgate/contracts/rest/artifacts';
import type { z } from 'zod';
import type { Ctx } from '../../core/access/ctx.js';
import { Caller, Needs } from '../../core/access/needs.js';
import { ExactJson } from '../../core/http/exact-json.interceptor.js';
import { IdParam, ZodBody } from '../../core/http/zod-body.js';
import { Answers } from '../../core/openapi/answers.js';
import type { ArtifactRow } from './artifacts.queries.js';
import { ArtifactsService } from './artifacts.service.js';
import { Operations } from '../../core/operations/operations.js';
import { Runs } from '../../core/operations/runs.js';
import { createArtifact, deleteArtifact, updateArtifact } from './artifacts.operations.js';

const json = ({ metadata, ...row }: ArtifactRow) => ({ ...row, metadata_: metadata });

@ApiTags('Artifacts')
@Controller('api/artifacts')
@UseInterceptors(ExactJson)
export class ArtifactsController {
  constructor(
    @Inject(ArtifactsService) private readonly artifacts: ArtifactsService,
    @Inject(Operations) private readonly operations: Operations,
  ) {}

  @Runs(createArtifact)
  @Post()
  @Answers(artifactAnswer)
  async create(@Caller() ctx: Ctx, @ZodBody(artifactCreate) body: z.infer<typeof artifactCreate>) {
    return json(await this.operations.run(ctx, createArtifact, body));
  }

  @Needs('see_artifacts')
  @Post('filter')
  @HttpCode(200)
  @Answers(artifactsAnswer)
  async filter(
    @Caller() ctx: Ctx,
    @ZodBody(artifactsFilter) { sort, limit = 200, offset = 0, ...by }: z.infer<typeof artifactsFilter>,
  ) {
    return (await this.artifacts.list(ctx, by, false, { sort, limit, offset })).map(json);
  }

  @Needs('see_artifacts')
  @Post('count')
  @HttpCode(200)
  @Answers(count)
  count(@Caller() ctx: Ctx, @ZodBody(artifactsCount) by: z.infer<typeof artifactsCount>) {
    return this.artifacts.count(ctx, by, false);
  }

  @Needs('see_artifacts')
  @Post('latest/filter')
  @HttpCode(200)
  @Answers(collectionsAnswer)
  async filterLatest(
    @Caller() ctx: Ctx,
    @ZodBody(collectionsFilter) { sort, limit = 200, offset = 0, ...by }: z.infer<typeof collectionsFilter>,
  ) {
    return (await this.artifacts.list(ctx, by, true, { sort, limit, offset })).map(json);
  }

  @Needs('see_artifacts')
  @Post('latest/count')
  @HttpCode(200)
  @Answers(count)
  countLatest(@Caller() ctx: Ctx, @ZodBody(collectionsCount) by: z.infer<typeof collectionsCount>) {
    return this.artifacts.count(ctx, by, true);
  }

  @Needs('see_artifacts')
  @Get(':key/latest')
  @Answers(artifactAnswer)
  async readLatest(@Caller() ctx: Ctx, @Param('key') key: string) {
    const { latest_id: _, ...row } = await this.artifacts.getLatest(ctx, key);
    return json(row);
  }

  @Needs('see_artifacts')
  @Get(':id')
  @Answers(artifactAnswer)
  async read(@Caller() ctx: Ctx, @IdParam() id: string) {
    return json(await this.artifacts.get(ctx, id));
  }

  @Runs(updateArtifact)
  @Patch(':id')
  @HttpCode(204)
  update(@Caller() ctx: Ctx, @IdParam() id: string, @ZodBody(artifactUpdate) body: z.infer<typeof artifactUpdate>) {
    return this.operations.run(ctx, updateArtifact, { id, change: body });
  }

  @Runs(deleteArtifact)
  @Delete(':id')
  @HttpCode(204)
  async delete(@Caller() ctx: Ctx, @IdParam() id: string): Promise<void> {
    await this.operations.run(ctx, deleteArtifact, { id });
  }
}
