import { Inject } from '@nestjs/common';
import { Args, Field, ID, Int, Mutation, ObjectType, Query, Resolver } from '@nestjs/graphql';
import { tagLimitCreateBody, tagLimitResetBody } from '@headgate/contracts/rest/concurrency';
import type { Ctx } from '../../core/access/ctx.js';
import { Caller, Needs } from '../../core/access/needs.js';
import { checkedInput } from '../../core/graphql/checked-input.js';
import { checkedFirst, decodeCursor, PageInfoObject, toConnection } from '../../core/graphql/connection.js';
import { DateTimeScalar } from '../../core/graphql/scalars.js';
import { Operations } from '../../core/operations/operations.js';
import { Runs } from '../../core/operations/runs.js';
import { toTagLimit } from './concurrency.wire.js';
import { deleteTagLimit, resetTagLimit, saveTagLimit } from './tag-limits.operations.js';
import { TagLimitsService, type TagLimit } from './tag-limits.service.js';

@ObjectType('TagLimit', { description: 'How many task runs with a tag may run at once.' })
export class TagLimitObject {
  @Field(() => ID) id!: string;
  @Field() tag!: string;
  @Field(() => Int) limit!: number;
  @Field(() => [ID], { description: 'Who holds a slot, the longest first.' }) taskRunIds!: string[];
  @Field(() => DateTimeScalar) created!: string;
  @Field(() => DateTimeScalar) updated!: string;
}

@ObjectType('TagLimitConnection')
export class TagLimitConnectionObject {
  @Field(() => [TagLimitObject]) nodes!: TagLimitObject[];
  @Field(() => PageInfoObject) pageInfo!: PageInfoObject;
}

function toObject(row: TagLimit): TagLimitObject {
  const { concurrency_limit: limit, active_slots: taskRunIds, ...rest } = toTagLimit(row);
  return { ...rest, limit, taskRunIds };
}

/** Limits of task runs by their tags. */
@Resolver(() => TagLimitObject)
export class TagLimitsResolver {
  constructor(
    @Inject(TagLimitsService) private readonly service: TagLimitsService,
    @Inject(Operations) private readonly operations: Operations,
  ) {}

  @Query(() => TagLimitConnectionObject, { description: 'In the order of their tags.' })
  @Needs('see_concurrency_limits')
  async tagLimits(
    @Caller() ctx: Ctx,
    @Args('workspaceId', { type: () => ID }) _workspaceId: string,
    @Args('first', { type: () => Int, nullable: true, defaultValue: 50 }) first: number,
    @Args('after', { type: () => String, nullable: true }) after: string | null,
  ): Promise<TagLimitConnectionObject> {
    const size = checkedFirst(first);
    const rows = await this.service.list(ctx, { limit: size + 1, afterName: decodeCursor(after)?.key });
    return toConnection(rows, size, toObject, ({ name, id }) => ({ key: name, id }));
  }

  @Query(() => TagLimitObject)
  @Needs('see_concurrency_limits')
  async tagLimit(
    @Caller() ctx: Ctx,
    @Args('workspaceId', { type: () => ID }) _workspaceId: string,
    @Args('tag') tag: string,
  ): Promise<TagLimitObject> {
    return toObject(await this.service.getByTag(ctx, tag));
  }

  @Mutation(() => TagLimitObject, { description: 'The limit of a tag that has one becomes this.' })
  @Runs(saveTagLimit)
  async saveTagLimit(
    @Caller() ctx: Ctx,
    @Args('workspaceId', { type: () => ID }) _workspaceId: string,
    @Args('tag') tag: string,
    @Args('limit', { type: () => Int }) concurrency_limit: number,
  ): Promise<TagLimitObject> {
    const draft = checkedInput(tagLimitCreateBody, { tag, concurrency_limit });
    return toObject((await this.operations.run(ctx, saveTagLimit, draft)).limit);
  }

  @Mutation(() => TagLimitObject, {
    description: 'Takes its slots away from whoever holds them; the task runs that are named hold one from then on.',
  })
  @Runs(resetTagLimit)
  async resetTagLimit(
    @Caller() ctx: Ctx,
    @Args('workspaceId', { type: () => ID }) _workspaceId: string,
    @Args('tag') tag: string,
    @Args('taskRunIds', { type: () => [ID], nullable: true }) holders: string[] | null,
  ): Promise<TagLimitObject> {
    const { slot_override: taskRunIds = [] } = checkedInput(tagLimitResetBody, { slot_override: holders });
    await this.operations.run(ctx, resetTagLimit, { tag, taskRunIds });
    return toObject(await this.service.getByTag(ctx, tag));
  }

  @Mutation(() => Boolean)
  @Runs(deleteTagLimit)
  async deleteTagLimit(
    @Caller() ctx: Ctx,
    @Args('workspaceId', { type: () => ID }) _workspaceId: string,
    @Args('tag') tag: string,
  ): Promise<boolean> {
    await this.operations.run(ctx, deleteTagLimit, { tag });
    return true;
  }
}
