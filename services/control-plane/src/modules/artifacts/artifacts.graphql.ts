import { Inject } from '@nestjs/common';
import { Args, Context, ID, Int, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { artifactUpdate } from '@headgate/contracts/rest/artifacts';
import type { Ctx } from '../../core/access/ctx.js';
import { ctxIn } from '../../core/access/field-ctx.js';
import { Caller, Needs } from '../../core/access/needs.js';
import { checkedId } from '../../core/graphql/checked-id.js';
import { checkedInput, given } from '../../core/graphql/checked-input.js';
import { checkedFirst, decodeCursor, ofAllPages, toConnection } from '../../core/graphql/connection.js';
import type { GraphqlContext } from '../../core/http/request.js';
import { Operations } from '../../core/operations/operations.js';
import { Runs } from '../../core/operations/runs.js';
import {
  ArtifactConnectionObject,
  ArtifactFilterInput,
  ArtifactObject,
  toArtifactObject,
  toFilters,
  UpdateArtifactInput,
} from './artifacts.objects.js';
import { deleteArtifact, updateArtifact } from './artifacts.operations.js';
import type { ArtifactRow } from './artifacts.queries.js';
import { ArtifactsService } from './artifacts.service.js';

@Resolver(() => ArtifactConnectionObject)
export class ArtifactsResolver {
  constructor(
    @Inject(ArtifactsService) private readonly service: ArtifactsService,
    @Inject(Operations) private readonly operations: Operations,
  ) {}

  @Needs('see_artifacts')
  @Query(() => ArtifactConnectionObject, { description: 'The newest first.' })
  artifacts(
    @Caller() ctx: Ctx,
    @Args('workspaceId', { type: () => ID }) _workspaceId: string,
    @Args('filter', { type: () => ArtifactFilterInput, nullable: true }) filter: ArtifactFilterInput | null,
    @Args('first', { type: () => Int, nullable: true, defaultValue: 50 }) first: number,
    @Args('after', { type: () => String, nullable: true }) after: string | null,
  ): Promise<ArtifactConnectionObject> {
    return this.page(ctx, filter, false, first, after);
  }

  @Needs('see_artifacts')
  @Query(() => ArtifactConnectionObject, { description: 'The newest of each key, in the order of the keys.' })
  latestArtifacts(
    @Caller() ctx: Ctx,
    @Args('workspaceId', { type: () => ID }) _workspaceId: string,
    @Args('filter', { type: () => ArtifactFilterInput, nullable: true }) filter: ArtifactFilterInput | null,
    @Args('first', { type: () => Int, nullable: true, defaultValue: 50 }) first: number,
    @Args('after', { type: () => String, nullable: true }) after: string | null,
  ): Promise<ArtifactConnectionObject> {
    return this.page(ctx, filter, true, first, after);
  }

  @Needs('see_artifacts')
  @Query(() => ArtifactObject)
  async artifact(
    @Caller() ctx: Ctx,
    @Args('workspaceId', { type: () => ID }) _workspaceId: string,
    @Args('id', { type: () => ID }) id: string,
  ): Promise<ArtifactObject> {
    return toArtifactObject(await this.service.get(ctx, artifactId(id)));
  }

  @Needs('see_artifacts')
  @Query(() => ArtifactObject, { description: 'The newest of a key.' })
  async latestArtifact(
    @Caller() ctx: Ctx,
    @Args('workspaceId', { type: () => ID }) _workspaceId: string,
    @Args('key') key: string,
  ): Promise<ArtifactObject> {
    const { latest_id: id } = await this.service.getLatest(ctx, key);
    return toArtifactObject(await this.service.get(ctx, id!));
  }

  @Runs(updateArtifact)
  @Mutation(() => ArtifactObject)
  async updateArtifact(
    @Caller() ctx: Ctx,
    @Args('workspaceId', { type: () => ID }) _workspaceId: string,
    @Args('id', { type: () => ID }) artifact: string,
    @Args('input') { data, description, metadata }: UpdateArtifactInput,
  ): Promise<ArtifactObject> {
    const id = artifactId(artifact);
    const change = checkedInput(artifactUpdate, given({ data, description, metadata_: metadata }));
    await this.operations.run(ctx, updateArtifact, { id, change });
    return toArtifactObject(await this.service.get(ctx, id));
  }

  @Runs(deleteArtifact)
  @Mutation(() => Boolean)
  async deleteArtifact(
    @Caller() ctx: Ctx,
    @Args('workspaceId', { type: () => ID }) _workspaceId: string,
    @Args('id', { type: () => ID }) id: string,
  ): Promise<boolean> {
    await this.operations.run(ctx, deleteArtifact, { id: artifactId(id) });
    return true;
  }

  @ResolveField(() => Int, ofAllPages)
  totalCount(@Parent() { workspaceId, by }: ArtifactConnectionObject, @Context() context: GraphqlContext) {
    return this.service.count(ctxIn(context, { workspaceId }), by.filters, by.latest);
  }

  private async page(
    ctx: Ctx,
    filter: ArtifactFilterInput | null,
    latest: boolean,
    first: number,
    after: string | null,
  ): Promise<ArtifactConnectionObject> {
    const [size, filters] = [checkedFirst(first), toFilters(filter ?? {})];
    const sort = latest ? 'KEY_ASC' : 'ID_DESC';
    const rows = await this.service.list(ctx, filters, latest, { sort, limit: size + 1, after: decodeCursor(after) });
    const { nodes, pageInfo } = toConnection(rows, size, (row) => row, placeOf);
    const shown = latest ? await this.newestOf(ctx, nodes) : nodes;
    return { nodes: shown.map(toArtifactObject), pageInfo, workspaceId: ctx.workspaceId, by: { filters, latest } };
  }

  /** A key has times of its own; what is shown is the artifact that it points at. */
  private newestOf(ctx: Ctx, keys: ArtifactRow[]): Promise<ArtifactRow[]> {
    return this.service.getMany(
      ctx,
      keys.map(({ latest_id: id }) => id!),
    );
  }
}

const artifactId = (id: string): string => checkedId(id, 'Artifact');
const placeOf = ({ id, key }: ArtifactRow) => ({ key: key ?? '', id });
