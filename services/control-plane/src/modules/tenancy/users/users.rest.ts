import { Controller, Delete, Get, HttpCode, Inject, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { apiKeyAnswer, apiKeysAnswer, createdApiKeyAnswer, userAnswer } from '@headgate/contracts/rest/answers/tenancy';
import {
  apiKeyCreateBody,
  apiKeysQuery,
  type ApiKeyJson,
  type CreatedApiKeyJson,
  type UserJson,
} from '@headgate/contracts/rest/tenancy';
import type { z } from 'zod';
import type { AccountCtx } from '../../../core/access/ctx.js';
import { Needs, SignedIn } from '../../../core/access/needs.js';
import { notFound } from '../../../core/errors/app-error.js';
import { IdParam, ZodBody, ZodQuery } from '../../../core/http/zod-body.js';
import { Answers } from '../../../core/openapi/answers.js';
import { ApiKeysService } from '../api-keys/api-keys.service.js';
import { toApiKey, toCreatedApiKey, toUser } from '../tenancy.wire.js';
import { UsersService } from './users.service.js';
import { Operations } from '../../../core/operations/operations.js';
import { Runs } from '../../../core/operations/runs.js';
import { createApiKey, deleteApiKey } from '../tenancy.operations.js';

/** Users by id. Nobody sees anybody but themselves. */
@ApiTags('Users')
@Controller('api/users/:userId')
@Needs('sign-in')
export class UsersController {
  constructor(
    @Inject(UsersService) private readonly users: UsersService,
    @Inject(ApiKeysService) private readonly apiKeys: ApiKeysService,
    @Inject(Operations) private readonly operations: Operations,
  ) {}

  @Get()
  @Answers(userAnswer)
  async get(@SignedIn() ctx: AccountCtx, @IdParam('userId') userId: string): Promise<UserJson> {
    onlySelf(ctx, userId);
    const [user, personalAccountId] = await Promise.all([this.users.get(ctx), this.users.personalAccountId(ctx)]);
    return toUser(user, personalAccountId);
  }

  @Runs(createApiKey)
  @Post('api_keys')
  @HttpCode(201)
  @Answers(createdApiKeyAnswer)
  async createKey(
    @SignedIn() ctx: AccountCtx,
    @IdParam('userId') userId: string,
    @ZodBody(apiKeyCreateBody) draft: z.infer<typeof apiKeyCreateBody>,
  ): Promise<CreatedApiKeyJson> {
    onlySelf(ctx, userId);
    const { apiKey, key } = await this.operations.run(ctx, createApiKey, draft);
    return toCreatedApiKey(apiKey, key);
  }

  @Get('api_keys')
  @Answers(apiKeysAnswer)
  async listKeys(
    @SignedIn() ctx: AccountCtx,
    @IdParam('userId') userId: string,
    @ZodQuery(apiKeysQuery) { name }: { name?: string },
  ): Promise<ApiKeyJson[]> {
    onlySelf(ctx, userId);
    return (await this.apiKeys.list(ctx, name)).map(toApiKey);
  }

  @Get('api_keys/:id')
  @Answers(apiKeyAnswer)
  async getKey(
    @SignedIn() ctx: AccountCtx,
    @IdParam('userId') userId: string,
    @IdParam() id: string,
  ): Promise<ApiKeyJson> {
    onlySelf(ctx, userId);
    return toApiKey(await this.apiKeys.get(ctx, id));
  }

  @Runs(deleteApiKey)
  @Delete('api_keys/:id')
  @HttpCode(204)
  async deleteKey(
    @SignedIn() ctx: AccountCtx,
    @IdParam('userId') userId: string,
    @IdParam() id: string,
  ): Promise<void> {
    onlySelf(ctx, userId);
    await this.operations.run(ctx, deleteApiKey, { id });
  }
}

function onlySelf({ actor }: AccountCtx, userId: string): void {
  if (actor.userId !== userId) throw notFound('User not found');
}
