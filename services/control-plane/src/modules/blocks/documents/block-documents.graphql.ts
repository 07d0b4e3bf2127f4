import { Inject } from '@nestjs/common';
import { Args, Context, ID, Int, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import {
  blockDocumentCreate,
  blockDocumentUpdate,
  type BlockDocumentCreate,
  type BlockDocumentFilters,
  type BlockDocumentUpdate,
} from '@headgate/contracts/rest/blocks';
import type { Ctx } from '../../../core/access/ctx.js';
import { ctxIn } from '../../../core/access/field-ctx.js';
import { Caller, Needs } from '../../../core/access/needs.js';
import { checkedId } from '../../../core/graphql/checked-id.js';
import { checkedFirst, decodeCursor, ofAllPages, toConnection } from '../../../core/graphql/connection.js';
import type { GraphqlContext } from '../../../core/http/request.js';
import { ZodPipe } from '../../../core/http/zod-body.js';
import {
  BlockDocumentConnectionObject,
  BlockDocumentFilterInput,
  BlockDocumentObject,
  CreateBlockDocumentInput,
  toDocumentObject,
  UpdateBlockDocumentInput,
} from '../blocks.objects.js';
import { BlockSchemasService } from '../schemas/block-schemas.service.js';
import { BlockDocumentsService } from './block-documents.service.js';
import { Operations } from '../../../core/operations/operations.js';
import { Runs } from '../../../core/operations/runs.js';
import { createBlockDocument, deleteBlockDocument, updateBlockDocument } from './block-documents.operations.js';

const draftPipe = new ZodPipe(blockDocumentCreate);
const changePipe = new ZodPipe(blockDocumentUpdate);

const filtersOf = ({ search, types, capabilities }: BlockDocumentFilterInput): BlockDocumentFilters => ({
  block_documents: { name: { like_: search?.replaceAll(/[\\%_]/g, '\\$&') } },
  block_types: types ? { slug: { any_: types } } : undefined,
  block_schemas: capabilities?.length ? { block_capabilities: { all_: capabilities } } : undefined,
});

/** What the web app sees of blocks: never a secret, whoever asks. */
@Resolver(() => BlockDocumentObject)
export class BlockDocumentsResolver {
  constructor(
    @Inject(BlockDocumentsService) private readonly documents: BlockDocumentsService,
    @Inject(BlockSchemasService) private readonly schemas: BlockSchemasService,
    @Inject(Operations) private readonly operations: Operations,
  ) {}

  @Query(() => BlockDocumentConnectionObject, { description: 'In the order of their names.' })
  @Needs('see_blocks')
  async blockDocuments(
    @Caller() ctx: Ctx,
    @Args('workspaceId', { type: () => ID }) workspaceId: string,
    @Args('filter', { type: () => BlockDocumentFilterInput, nullable: true }) filter: BlockDocumentFilterInput | null,
    @Args('first', { type: () => Int, nullable: true, defaultValue: 50 }) first: number,
    @Args('after', { type: () => String, nullable: true }) after: string | null,
  ): Promise<BlockDocumentConnectionObject> {
    const size = checkedFirst(first);
    const by = filtersOf(filter ?? {});
    const rows = await this.documents.list(ctx, by, false, { limit: size + 1, offset: 0, after: decodeCursor(after) });
    const page = toConnection(
      rows,
      size,
      (row) => toDocumentObject(row, workspaceId),
      ({ name, id }) => ({ key: name, id }),
    );
    return { ...page, workspaceId: ctx.workspaceId, by };
  }

  @Query(() => BlockDocumentObject)
  @Needs('see_blocks')
  async blockDocument(
    @Caller() ctx: Ctx,
    @Args('workspaceId', { type: () => ID }) workspaceId: string,
    @Args('id', { type: () => ID }) id: string,
  ): Promise<BlockDocumentObject> {
    return toDocumentObject(await this.documents.get(ctx, checkedId(id, 'Block document'), false), workspaceId);
  }

  @Mutation(() => BlockDocumentObject)
  @Runs(createBlockDocument)
  async createBlockDocument(
    @Caller() ctx: Ctx,
    @Args('workspaceId', { type: () => ID }) workspaceId: string,
    @Args('input', { type: () => CreateBlockDocumentInput }) { schemaId, name, data }: CreateBlockDocumentInput,
  ): Promise<BlockDocumentObject> {
    const { id: block_schema_id, block_type_id } = await this.schemas.get(ctx, checkedId(schemaId, 'Block schema'));
    const draft = draftPipe.transform({ name, data, block_schema_id, block_type_id }) as BlockDocumentCreate;
    return toDocumentObject(await this.operations.run(ctx, createBlockDocument, draft), workspaceId);
  }

  @Mutation(() => BlockDocumentObject)
  @Runs(updateBlockDocument)
  async updateBlockDocument(
    @Caller() ctx: Ctx,
    @Args('workspaceId', { type: () => ID }) workspaceId: string,
    @Args('id', { type: () => ID }) id: string,
    @Args('input', { type: () => UpdateBlockDocumentInput }) { schemaId, data, merge }: UpdateBlockDocumentInput,
  ): Promise<BlockDocumentObject> {
    const wish = { data, block_schema_id: schemaId, merge_existing_data: merge ?? false };
    const documentId = checkedId(id, 'Block document');
    const change = changePipe.transform(wish) as BlockDocumentUpdate;
    const document = await this.operations.run(ctx, updateBlockDocument, { id: documentId, change });
    return toDocumentObject(document, workspaceId);
  }

  @Mutation(() => Boolean)
  @Runs(deleteBlockDocument)
  async deleteBlockDocument(
    @Caller() ctx: Ctx,
    @Args('workspaceId', { type: () => ID }) _workspaceId: string,
    @Args('id', { type: () => ID }) id: string,
  ): Promise<boolean> {
    await this.operations.run(ctx, deleteBlockDocument, { id: checkedId(id, 'Block document') });
    return true;
  }
}

@Resolver(() => BlockDocumentConnectionObject)
export class BlockDocumentCountResolver {
  constructor(@Inject(BlockDocumentsService) private readonly documents: BlockDocumentsService) {}

  @ResolveField(() => Int, ofAllPages)
  totalCount(
    @Parent() { workspaceId, by }: BlockDocumentConnectionObject,
    @Context() context: GraphqlContext,
  ): Promise<number> {
    return this.documents.count(ctxIn(context, { workspaceId }), by);
  }
}
