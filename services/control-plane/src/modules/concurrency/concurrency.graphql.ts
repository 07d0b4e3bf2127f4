import { Inject } from '@nestjs/common';
import { Args, Field, Float, ID, InputType, Int, Mutation, ObjectType, Query, Resolver } from '@nestjs/graphql';
import { concurrencyLimitCreateBody, concurrencyLimitUpdateBody } from '@headgate/contracts/rest/concurrency';
import type { Ctx } from '../../core/access/ctx.js';
import { Caller, Needs } from '../../core/access/needs.js';
import { checkedInput, filled } from '../../core/graphql/checked-input.js';
import { checkedFirst, decodeCursor, PageInfoObject, toConnection } from '../../core/graphql/connection.js';
import { DateTimeScalar } from '../../core/graphql/scalars.js';
import { Operations } from '../../core/operations/operations.js';
import { Runs } from '../../core/operations/runs.js';
import { createLimit, deleteLimit, updateLimit } from './concurrency.operations.js';
import type { ConcurrencyLimit } from './concurrency.queries.js';
import { ConcurrencyService } from './concurrency.service.js';
import { toLimit } from './concurrency.wire.js';

@ObjectType('ConcurrencyLimit')
export class ConcurrencyLimitObject {
  @Field(() => ID) id!: string;
  @Field() name!: string;
  @Field(() => Int) limit!: number;
  @Field() active!: boolean;
  @Field(() => Int, { description: 'Whole slots, after what has decayed since the last write.' }) activeSlots!: number;
  @Field(() => Float) slotDecayPerSecond!: number;
  @Field(() => DateTimeScalar) created!: string;
  @Field(() => DateTimeScalar) updated!: string;
}

@ObjectType('ConcurrencyLimitConnection')
export class ConcurrencyLimitConnectionObject {
  @Field(() => [ConcurrencyLimitObject]) nodes!: ConcurrencyLimitObject[];
  @Field(() => PageInfoObject) pageInfo!: PageInfoObject;
}

@InputType()
export class CreateConcurrencyLimitInput {
  @Field() name!: string;
  @Field(() => Int) limit!: number;
  @Field(() => Boolean, { nullable: true }) active?: boolean;
  @Field(() => Float, { nullable: true }) slotDecayPerSecond?: number;
}

@InputType({ description: 'What is left out stays as it is.' })
export class UpdateConcurrencyLimitInput {
  @Field(() => String, { nullable: true }) name?: string;
  @Field(() => Int, { nullable: true }) limit?: number;
  @Field(() => Boolean, { nullable: true }) active?: boolean;
  @Field(() => Float, { nullable: true }) slotDecayPerSecond?: number;
}

function toObject(limit: ConcurrencyLimit): ConcurrencyLimitObject {
  const { active_slots: activeSlots, slot_decay_per_second: slotDecayPerSecond, ...rest } = toLimit(limit);
  return { ...rest, activeSlots, slotDecayPerSecond };
}

const bodyOf = ({ slotDecayPerSecond, ...input }: UpdateConcurrencyLimitInput) =>
  filled({ ...input, slot_decay_per_second: slotDecayPerSecond });

@Resolver(() => ConcurrencyLimitObject)
export class ConcurrencyResolver {
  constructor(
    @Inject(ConcurrencyService) private readonly service: ConcurrencyService,
    @Inject(Operations) private readonly operations: Operations,
  ) {}

  @Query(() => ConcurrencyLimitConnectionObject, {
    description: 'In the order of their names, those of tags among them.',
  })
  @Needs('see_concurrency_limits')
  async concurrencyLimits(
    @Caller() ctx: Ctx,
    @Args('workspaceId', { type: () => ID }) _workspaceId: string,
    @Args('first', { type: () => Int, nullable: true, defaultValue: 50 }) first: number,
    @Args('after', { type: () => String, nullable: true }) after: string | null,
  ): Promise<ConcurrencyLimitConnectionObject> {
    const size = checkedFirst(first);
    const rows = await this.service.list(ctx, { limit: size + 1, afterName: decodeCursor(after)?.key });
    return toConnection(rows, size, toObject, ({ name, id }) => ({ key: name, id }));
  }

  @Query(() => ConcurrencyLimitObject)
  @Needs('see_concurrency_limits')
  async concurrencyLimit(
    @Caller() ctx: Ctx,
    @Args('workspaceId', { type: () => ID }) _workspaceId: string,
    @Args('name', { description: 'Its name, or its id.' }) name: string,
  ): Promise<ConcurrencyLimitObject> {
    return toObject(await this.service.get(ctx, name));
  }

  @Mutation(() => ConcurrencyLimitObject)
  @Runs(createLimit)
  async createConcurrencyLimit(
    @Caller() ctx: Ctx,
    @Args('workspaceId', { type: () => ID }) _workspaceId: string,
    @Args('input') input: CreateConcurrencyLimitInput,
  ): Promise<ConcurrencyLimitObject> {
    const draft = checkedInput(concurrencyLimitCreateBody, bodyOf(input));
    return toObject(await this.operations.run(ctx, createLimit, draft));
  }

  @Mutation(() => ConcurrencyLimitObject)
  @Runs(updateLimit)
  async updateConcurrencyLimit(
    @Caller() ctx: Ctx,
    @Args('workspaceId', { type: () => ID }) _workspaceId: string,
    @Args('name', { description: 'Its name, or its id.' }) idOrName: string,
    @Args('input') input: UpdateConcurrencyLimitInput,
  ): Promise<ConcurrencyLimitObject> {
    const change = checkedInput(concurrencyLimitUpdateBody, bodyOf(input));
    return toObject(await this.operations.run(ctx, updateLimit, { idOrName, change }));
  }

  @Mutation(() => Boolean)
  @Runs(deleteLimit)
  async deleteConcurrencyLimit(
    @Caller() ctx: Ctx,
    @Args('workspaceId', { type: () => ID }) _workspaceId: string,
    @Args('name', { description: 'Its name, or its id.' }) idOrName: string,
  ): Promise<boolean> {
    await this.operations.run(ctx, deleteLimit, { idOrName });
    return true;
  }
}
