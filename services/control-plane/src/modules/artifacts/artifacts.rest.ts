import { Controller, Delete, Get, HttpCode, Inject, Param, Patch, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { artifactCreate, artifactsFilter, artifactUpdate, collectionsFilter } from '@headgate/contracts/rest/artifacts';
import type { z } from 'zod';
import type { Ctx } from '../../core/access/ctx.js';
import { Caller, Needs } from '../../core/access/needs.js';
import { IdParam, ZodBody } from '../../core/http/zod-body.js';
import type { ArtifactRow } from './artifacts.queries.js';
import { ArtifactsService } from './artifacts.service.js';

const json = ({ metadata, ...row }: ArtifactRow) => ({ ...row, metadata_: metadata });
const pageOf = (body: { sort?: string | undefined; limit?: number | undefined; offset?: number | undefined }) => ({
  sort: body.sort,
  limit: body.limit ?? 200,
  offset: body.offset ?? 0,
});

@ApiTags('Artifacts')
@Controller('api/artifacts')
export class ArtifactsController {
  constructor(@Inject(ArtifactsService) private readonly artifacts: ArtifactsService) {}

  @Needs('write_artifacts')
  @Post()
  async create(@Caller() ctx: Ctx, @ZodBody(artifactCreate) body: z.infer<typeof artifactCreate>) {
    return json(await this.artifacts.create(ctx, body));
  }

  @Needs('see_artifacts')
  @Post('filter')
  @HttpCode(200)
  async filter(@Caller() ctx: Ctx, @ZodBody(artifactsFilter) body: z.infer<typeof artifactsFilter>) {
    return (await this.artifacts.list(ctx, body.artifacts ?? {}, false, pageOf(body))).map(json);
  }

  @Needs('see_artifacts')
  @Post('count')
  @HttpCode(200)
  count(@Caller() ctx: Ctx, @ZodBody(artifactsFilter) body: z.infer<typeof artifactsFilter>) {
    return this.artifacts.count(ctx, body.artifacts ?? {}, false);
  }

  @Needs('see_artifacts')
  @Post('latest/filter')
  @HttpCode(200)
  async filterLatest(@Caller() ctx: Ctx, @ZodBody(collectionsFilter) body: z.infer<typeof collectionsFilter>) {
    return (await this.artifacts.list(ctx, body.artifacts ?? {}, true, pageOf(body))).map(json);
  }

  @Needs('see_artifacts')
  @Post('latest/count')
  @HttpCode(200)
  countLatest(@Caller() ctx: Ctx, @ZodBody(collectionsFilter) body: z.infer<typeof collectionsFilter>) {
    return this.artifacts.count(ctx, body.artifacts ?? {}, true);
  }

  @Needs('see_artifacts')
  @Get(':key/latest')
  async readLatest(@Caller() ctx: Ctx, @Param('key') key: string) {
    const { latest_id: _, ...row } = await this.artifacts.getLatest(ctx, key);
    return json(row);
  }

  @Needs('see_artifacts')
  @Get(':id')
  async read(@Caller() ctx: Ctx, @IdParam() id: string) {
    return json(await this.artifacts.get(ctx, id));
  }

  @Needs('write_artifacts')
  @Patch(':id')
  @HttpCode(204)
  update(@Caller() ctx: Ctx, @IdParam() id: string, @ZodBody(artifactUpdate) body: z.infer<typeof artifactUpdate>) {
    return this.artifacts.update(ctx, id, body);
  }

  @Needs('manage_artifacts')
  @Delete(':id')
  @HttpCode(204)
  delete(@Caller() ctx: Ctx, @IdParam() id: string) {
    return this.artifacts.delete(ctx, id);
  }
}
