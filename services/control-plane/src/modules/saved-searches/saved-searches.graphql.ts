import { Inject } from '@nestjs/common';
import { Args, Field, ID, InputType, Int, Mutation, ObjectType, Query, Resolver } from '@nestjs/graphql';
import { savedSearchPut, type SavedSearchJson } from '@headgate/contracts/rest/saved-searches';
import type { Ctx } from '../../core/access/ctx.js';
import { Caller, Needs } from '../../core/access/needs.js';
import { checkedId } from '../../core/graphql/checked-id.js';
import { checkedInput, filled } from '../../core/graphql/checked-input.js';
import { checkedFirst, decodeCursor, PageInfoObject, toConnection } from '../../core/graphql/connection.js';
import { DateTimeScalar, JsonScalar } from '../../core/graphql/scalars.js';
import { Operations } from '../../core/operations/operations.js';
import { Runs } from '../../core/operations/runs.js';
import { deleteSavedSearch, saveSearch } from './saved-searches.operations.js';
import { SavedSearchesService } from './saved-searches.service.js';

@ObjectType('SavedSearch')
export class SavedSearchObject {
  @Field(() => ID) id!: string;
  @Field() name!: string;
  @Field(() => JsonScalar, { description: 'What it looks for, as whoever saved it wrote it.' }) filters!: unknown;
  @Field(() => DateTimeScalar) created!: string;
  @Field(() => DateTimeScalar) updated!: string;
}

@ObjectType('SavedSearchConnection')
export class SavedSearchConnectionObject {
  @Field(() => [SavedSearchObject]) nodes!: SavedSearchObject[];
  @Field(() => PageInfoObject) pageInfo!: PageInfoObject;
}

@InputType()
export class SavedSearchInput {
  @Field() name!: string;
  @Field(() => JsonScalar, { nullable: true }) filters?: unknown;
}

@Resolver(() => SavedSearchObject)
export class SavedSearchesResolver {
  constructor(
    @Inject(SavedSearchesService) private readonly searches: SavedSearchesService,
    @Inject(Operations) private readonly operations: Operations,
  ) {}

  @Query(() => SavedSearchConnectionObject, { description: 'In the order of their names.' })
  @Needs('see_flows')
  async savedSearches(
    @Caller() ctx: Ctx,
    @Args('workspaceId', { type: () => ID }) _workspaceId: string,
    @Args('first', { type: () => Int, nullable: true, defaultValue: 50 }) first: number,
    @Args('after', { type: () => String, nullable: true }) after: string | null,
  ): Promise<SavedSearchConnectionObject> {
    const size = checkedFirst(first);
    const rows = await this.searches.list(ctx, { limit: size + 1, afterName: decodeCursor(after)?.key });
    return toConnection(
      rows,
      size,
      (row) => row,
      ({ name, id }) => ({ key: name, id }),
    );
  }

  @Query(() => SavedSearchObject)
  @Needs('see_flows')
  savedSearch(
    @Caller() ctx: Ctx,
    @Args('workspaceId', { type: () => ID }) _workspaceId: string,
    @Args('id', { type: () => ID }) id: string,
  ): Promise<SavedSearchJson> {
    return this.searches.get(ctx, checkedId(id, 'Saved search'));
  }

  @Mutation(() => SavedSearchObject, { description: 'One of that name is replaced.' })
  @Runs(saveSearch)
  async saveSearch(
    @Caller() ctx: Ctx,
    @Args('workspaceId', { type: () => ID }) _workspaceId: string,
    @Args('input') input: SavedSearchInput,
  ): Promise<SavedSearchJson> {
    const wanted = checkedInput(savedSearchPut, filled({ ...input }));
    return (await this.operations.run(ctx, saveSearch, wanted)).search;
  }

  @Mutation(() => Boolean)
  @Runs(deleteSavedSearch)
  async deleteSavedSearch(
    @Caller() ctx: Ctx,
    @Args('workspaceId', { type: () => ID }) _workspaceId: string,
    @Args('id', { type: () => ID }) id: string,
  ): Promise<boolean> {
    await this.operations.run(ctx, deleteSavedSearch, { id: checkedId(id, 'Saved search') });
    return true;
  }
}
