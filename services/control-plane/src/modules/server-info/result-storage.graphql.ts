import { Inject } from '@nestjs/common';
import { Args, Field, ID, Mutation, ObjectType, Query, Resolver } from '@nestjs/graphql';
import type { Ctx } from '../../core/access/ctx.js';
import { Caller, Needs } from '../../core/access/needs.js';
import { checkedId } from '../../core/graphql/checked-id.js';
import { Operations } from '../../core/operations/operations.js';
import { Runs } from '../../core/operations/runs.js';
import { clearResultStorage, setResultStorage } from './result-storage.operations.js';
import { ResultStorageService } from './result-storage.service.js';

@ObjectType('ResultStorage', { description: 'Where flows of the workspace store results when they do not say.' })
export class ResultStorageObject {
  @Field(() => ID, { nullable: true }) blockDocumentId!: string | null;
}

@Resolver(() => ResultStorageObject)
export class ResultStorageResolver {
  constructor(
    @Inject(ResultStorageService) private readonly storage: ResultStorageService,
    @Inject(Operations) private readonly operations: Operations,
  ) {}

  @Query(() => ResultStorageObject)
  @Needs('see_blocks')
  async resultStorage(
    @Caller() ctx: Ctx,
    @Args('workspaceId', { type: () => ID }) _workspaceId: string,
  ): Promise<ResultStorageObject> {
    return { blockDocumentId: await this.storage.get(ctx) };
  }

  @Mutation(() => ResultStorageObject)
  @Runs(setResultStorage)
  async setResultStorage(
    @Caller() ctx: Ctx,
    @Args('workspaceId', { type: () => ID }) _workspaceId: string,
    @Args('blockDocumentId', { type: () => ID }) id: string,
  ): Promise<ResultStorageObject> {
    const blockDocumentId = checkedId(id, 'Block document');
    await this.operations.run(ctx, setResultStorage, { default_result_storage_block_id: blockDocumentId });
    return { blockDocumentId };
  }

  @Mutation(() => Boolean)
  @Runs(clearResultStorage)
  async clearResultStorage(
    @Caller() ctx: Ctx,
    @Args('workspaceId', { type: () => ID }) _workspaceId: string,
  ): Promise<boolean> {
    await this.operations.run(ctx, clearResultStorage, {});
    return true;
  }
}
