import { Inject } from '@nestjs/common';
import { Args, Context, ID, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import type { Ctx } from '../../../core/access/ctx.js';
import { Caller, Needs } from '../../../core/access/needs.js';
import { checkedId } from '../../../core/graphql/checked-id.js';
import { batched, Priced } from '../../../core/graphql/limits/price.js';
import { loaderOf } from '../../../core/graphql/loader.js';
import type { GraphqlContext } from '../../../core/http/request.js';
import {
  BlockSchemaObject,
  BlockTypeFilterInput,
  BlockTypeObject,
  toSchemaObject,
  toTypeObject,
} from '../blocks.objects.js';
import { deleteBlockSchema } from '../schemas/block-schemas.operations.js';
import { BlockSchemasService } from '../schemas/block-schemas.service.js';
import { BlockTypesService } from './block-types.service.js';
import { Operations } from '../../../core/operations/operations.js';
import { Runs } from '../../../core/operations/runs.js';
import { deleteBlockType } from './block-types.operations.js';

const shownMax = 500;

@Resolver(() => BlockTypeObject)
export class BlockTypesResolver {
  constructor(
    @Inject(BlockTypesService) private readonly types: BlockTypesService,
    @Inject(BlockSchemasService) private readonly schemas: BlockSchemasService,
    @Inject(Operations) private readonly operations: Operations,
  ) {}

  @Priced({ size: shownMax })
  @Query(() => [BlockTypeObject], { description: `In the order of their names; at most ${shownMax}.` })
  @Needs('see_blocks')
  async blockTypes(
    @Caller() ctx: Ctx,
    @Args('workspaceId', { type: () => ID }) workspaceId: string,
    @Args('filter', { type: () => BlockTypeFilterInput, nullable: true }) filter: BlockTypeFilterInput | null,
  ): Promise<BlockTypeObject[]> {
    const { search, slugs, capabilities } = filter ?? {};
    const filters = {
      block_types: { name: { like_: search }, slug: { any_: slugs } },
      ...(capabilities?.length && { block_schemas: { block_capabilities: { all_: capabilities } } }),
    };
    const types = await this.types.list(ctx, filters, { limit: shownMax, offset: 0 });
    return types.map((type) => toTypeObject(type, workspaceId));
  }

  @Query(() => BlockTypeObject)
  @Needs('see_blocks')
  async blockType(
    @Caller() ctx: Ctx,
    @Args('workspaceId', { type: () => ID }) workspaceId: string,
    @Args('slug') slug: string,
  ): Promise<BlockTypeObject> {
    return toTypeObject(await this.types.getBySlug(ctx, slug), workspaceId);
  }

  @Mutation(() => Boolean, { description: 'Its schemas and documents go with it.' })
  @Runs(deleteBlockType)
  async deleteBlockType(
    @Caller() ctx: Ctx,
    @Args('workspaceId', { type: () => ID }) _workspaceId: string,
    @Args('id', { type: () => ID }) id: string,
  ): Promise<boolean> {
    await this.operations.run(ctx, deleteBlockType, { id: checkedId(id, 'Block type') });
    return true;
  }

  @Mutation(() => Boolean, { description: 'Its documents go with it.' })
  @Runs(deleteBlockSchema)
  async deleteBlockSchema(
    @Caller() ctx: Ctx,
    @Args('workspaceId', { type: () => ID }) _workspaceId: string,
    @Args('id', { type: () => ID }) id: string,
  ): Promise<boolean> {
    await this.operations.run(ctx, deleteBlockSchema, { id: checkedId(id, 'Block schema') });
    return true;
  }

  @Priced({ own: batched })
  @ResolveField(() => BlockSchemaObject, { nullable: true, description: 'What new documents are made by.' })
  async newestSchema(
    @Parent() type: BlockTypeObject,
    @Context() context: GraphqlContext,
  ): Promise<BlockSchemaObject | null> {
    const loader = loaderOf(
      context,
      type,
      'newestSchema',
      (ctx, ids) => this.schemas.newestOf(ctx, ids),
      (schema) => schema.block_type_id,
    );
    const schema = await loader.load(type.id);
    return schema && toSchemaObject(schema);
  }
}
