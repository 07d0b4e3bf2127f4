import { Controller, Delete, Get, Header, HttpCode, Inject, Param, Post, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { tagLimitAnswer, tagLimitsAnswer, takenLimitsAnswer } from '@headgate/contracts/rest/answers/concurrency';
import { nothing } from '@headgate/contracts/rest/answers/shared';
import {
  concurrencyLimitsFilterBody,
  tagLimitCreateBody,
  tagLimitResetBody,
  tagSlotsBody,
  type ConcurrencyLimitsFilter,
  type MinimalLimitJson,
  type TagLimitDraft,
  type TagLimitJson,
  type TagSlots,
} from '@headgate/contracts/rest/concurrency';
import type { FastifyReply } from 'fastify';
import type { Ctx } from '../../core/access/ctx.js';
import { Caller, Needs } from '../../core/access/needs.js';
import { IdParam, ZodBody } from '../../core/http/zod-body.js';
import { Answers } from '../../core/openapi/answers.js';
import { Refuses } from '../../core/openapi/refuses.js';
import { toMinimal, toTagLimit } from './concurrency.wire.js';
import { tagPrefix, TagLimitsService } from './tag-limits.service.js';
import { Operations } from '../../core/operations/operations.js';
import { Runs } from '../../core/operations/runs.js';
import {
  deleteTagLimit,
  giveTagSlotsBack,
  resetTagLimit,
  saveTagLimit,
  takeTagSlots,
} from './tag-limits.operations.js';

/** What the wire answers where there is nothing to say; an empty body would not be JSON. */
const jsonNull = 'null';
const Json = () => Header('content-type', 'application/json; charset=utf-8');

@ApiTags('Concurrency Limits')
@Controller('api/concurrency_limits')
export class TagLimitsController {
  constructor(
    @Inject(TagLimitsService) private readonly service: TagLimitsService,
    @Inject(Operations) private readonly operations: Operations,
  ) {}

  @Post()
  @Runs(saveTagLimit)
  @Answers(tagLimitAnswer, 201, 200)
  async create(
    @Caller() ctx: Ctx,
    @ZodBody(tagLimitCreateBody) draft: TagLimitDraft,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<TagLimitJson> {
    const { limit, made } = await this.operations.run(ctx, saveTagLimit, draft);
    reply.status(made ? 201 : 200);
    return toTagLimit(limit);
  }

  @Post('filter')
  @HttpCode(200)
  @Needs('see_concurrency_limits')
  @Answers(tagLimitsAnswer)
  async filter(
    @Caller() ctx: Ctx,
    @ZodBody(concurrencyLimitsFilterBody) { limit = 200, offset = 0 }: ConcurrencyLimitsFilter,
  ): Promise<TagLimitJson[]> {
    return (await this.service.list(ctx, { limit, offset })).map(toTagLimit);
  }

  @Post('increment')
  @Refuses('locked')
  @HttpCode(200)
  @Runs(takeTagSlots)
  @Answers(takenLimitsAnswer)
  async increment(@Caller() ctx: Ctx, @ZodBody(tagSlotsBody) wanted: TagSlots): Promise<MinimalLimitJson[]> {
    return (await this.operations.run(ctx, takeTagSlots, wanted)).map((limit) =>
      toMinimal({ ...limit, name: limit.name.slice(tagPrefix.length) }),
    );
  }

  @Post('decrement')
  @HttpCode(200)
  @Runs(giveTagSlotsBack)
  @Answers(takenLimitsAnswer)
  async decrement(@Caller() ctx: Ctx, @ZodBody(tagSlotsBody) given: TagSlots): Promise<MinimalLimitJson[]> {
    return (await this.operations.run(ctx, giveTagSlotsBack, given)).map(toMinimal);
  }

  @Get('tag/:tag')
  @Needs('see_concurrency_limits')
  @Answers(tagLimitAnswer)
  async getByTag(@Caller() ctx: Ctx, @Param('tag') tag: string): Promise<TagLimitJson> {
    return toTagLimit(await this.service.getByTag(ctx, tag));
  }

  @Post('tag/:tag/reset')
  @HttpCode(200)
  @Json()
  @Runs(resetTagLimit)
  @Answers(nothing)
  async reset(
    @Caller() ctx: Ctx,
    @Param('tag') tag: string,
    @ZodBody(tagLimitResetBody) body: { slot_override?: string[] },
  ): Promise<string> {
    await this.operations.run(ctx, resetTagLimit, { tag, taskRunIds: body.slot_override ?? [] });
    return jsonNull;
  }

  @Delete('tag/:tag')
  @Json()
  @Runs(deleteTagLimit)
  @Answers(nothing)
  async deleteByTag(@Caller() ctx: Ctx, @Param('tag') tag: string): Promise<string> {
    await this.operations.run(ctx, deleteTagLimit, { tag });
    return jsonNull;
  }

  @Get(':id')
  @Needs('see_concurrency_limits')
  @Answers(tagLimitAnswer)
  async get(@Caller() ctx: Ctx, @IdParam() id: string): Promise<TagLimitJson> {
    return toTagLimit(await this.service.get(ctx, id));
  }

  @Delete(':id')
  @Json()
  @Runs(deleteTagLimit)
  @Answers(nothing)
  async delete(@Caller() ctx: Ctx, @IdParam() id: string): Promise<string> {
    await this.operations.run(ctx, deleteTagLimit, { id });
    return jsonNull;
  }
}
