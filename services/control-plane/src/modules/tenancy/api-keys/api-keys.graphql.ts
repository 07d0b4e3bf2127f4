import { Inject } from '@nestjs/common';
import { Args, ID, Mutation, Query, Resolver } from '@nestjs/graphql';
import { apiKeyCreateBody } from '@headgate/contracts/rest/tenancy';
import type { z } from 'zod';
import type { AccountCtx } from '../../../core/access/ctx.js';
import { Needs, SignedIn } from '../../../core/access/needs.js';
import { checkedId } from '../../../core/graphql/checked-id.js';
import { Priced } from '../../../core/graphql/limits/price.js';
import { DateTimeScalar } from '../../../core/graphql/scalars.js';
import { ZodPipe } from '../../../core/http/zod-body.js';
import { ApiKeyObject, CreatedApiKeyObject } from '../tenancy.objects.js';
import type { ApiKey } from './api-keys.queries.js';
import { ApiKeysService } from './api-keys.service.js';
import { Operations } from '../../../core/operations/operations.js';
import { Runs } from '../../../core/operations/runs.js';
import { createApiKey, deleteApiKey } from '../tenancy.operations.js';

const draftPipe = new ZodPipe(apiKeyCreateBody);
const toObject = ({ masked, ...apiKey }: ApiKey): ApiKeyObject => ({ ...apiKey, maskedKey: masked });

@Resolver(() => ApiKeyObject)
export class ApiKeysResolver {
  constructor(
    @Inject(ApiKeysService) private readonly service: ApiKeysService,
    @Inject(Operations) private readonly operations: Operations,
  ) {}

  @Priced({ size: 50 })
  @Query(() => [ApiKeyObject], { description: "The viewer's keys, newest first." })
  @Needs('sign-in')
  async apiKeys(@SignedIn() ctx: AccountCtx): Promise<ApiKeyObject[]> {
    return (await this.service.list(ctx)).map(toObject);
  }

  @Mutation(() => CreatedApiKeyObject)
  @Runs(createApiKey)
  async createApiKey(
    @SignedIn() ctx: AccountCtx,
    @Args('name') name: string,
    @Args('expiration', { type: () => DateTimeScalar, nullable: true }) expiration?: string | null,
  ): Promise<CreatedApiKeyObject> {
    const draft = draftPipe.transform({ name, expiration }) as z.infer<typeof apiKeyCreateBody>;
    const { apiKey, key } = await this.operations.run(ctx, createApiKey, draft);
    return { key, apiKey: toObject(apiKey) };
  }

  @Mutation(() => Boolean)
  @Runs(deleteApiKey)
  async deleteApiKey(@SignedIn() ctx: AccountCtx, @Args('id', { type: () => ID }) id: string): Promise<boolean> {
    await this.operations.run(ctx, deleteApiKey, { id: checkedId(id, 'API key') });
    return true;
  }
}
