import { Inject } from '@nestjs/common';
import { Args, ID, Mutation, Query, Resolver } from '@nestjs/graphql';
import { apiKeyCreateBody, type ApiKeyDraft } from '@headgate/contracts/rest/tenancy';
import type { AccountCtx } from '../../../core/access/ctx.js';
import { Needs, SignedIn } from '../../../core/access/needs.js';
import { checkedId } from '../../../core/graphql/checked-id.js';
import { Priced } from '../../../core/graphql/limits/price.js';
import { DateTimeScalar } from '../../../core/graphql/scalars.js';
import { ZodPipe } from '../../../core/http/zod-body.js';
import { ApiKeyObject, CreatedApiKeyObject } from '../tenancy.objects.js';
import type { ApiKey } from './api-keys.queries.js';
import { ApiKeysService } from './api-keys.service.js';

const draftPipe = new ZodPipe(apiKeyCreateBody);
const toObject = ({ masked, ...apiKey }: ApiKey): ApiKeyObject => ({ ...apiKey, maskedKey: masked });

@Resolver(() => ApiKeyObject)
export class ApiKeysResolver {
  constructor(@Inject(ApiKeysService) private readonly service: ApiKeysService) {}

  @Priced({ size: 50 })
  @Query(() => [ApiKeyObject], { description: "The viewer's keys, newest first." })
  @Needs('sign-in')
  async apiKeys(@SignedIn() ctx: AccountCtx): Promise<ApiKeyObject[]> {
    return (await this.service.list(ctx)).map(toObject);
  }

  @Mutation(() => CreatedApiKeyObject)
  @Needs('sign-in')
  async createApiKey(
    @SignedIn() ctx: AccountCtx,
    @Args('name') name: string,
    @Args('expiration', { type: () => DateTimeScalar, nullable: true }) expiration?: string | null,
  ): Promise<CreatedApiKeyObject> {
    const { apiKey, key } = await this.service.create(ctx, draftPipe.transform({ name, expiration }) as ApiKeyDraft);
    return { key, apiKey: toObject(apiKey) };
  }

  @Mutation(() => Boolean)
  @Needs('sign-in')
  async deleteApiKey(@SignedIn() ctx: AccountCtx, @Args('id', { type: () => ID }) id: string): Promise<boolean> {
    await this.service.delete(ctx, checkedId(id, 'API key'));
    return true;
  }
}
