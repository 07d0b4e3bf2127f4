import { Inject } from '@nestjs/common';
import { Args, Context, ID, Int, Mutation, Parent, Query, ResolveField, Resolver, Subscription } from '@nestjs/graphql';
import { workPoolCreate, workPoolUpdate } from '@headgate/contracts/rest/work-pools';
import type { Ctx } from '../../../core/access/ctx.js';
import { ctxIn } from '../../../core/access/field-ctx.js';
import { Caller, Needs } from '../../../core/access/needs.js';
import { ChangedObject, toChanged } from '../../../core/graphql/changed.js';
import { changedIds } from '../../../core/live/changed-ids.js';
import { checkedFirst, decodeCursor, ofAllPages, toConnection } from '../../../core/graphql/connection.js';
import type { GraphqlContext } from '../../../core/http/request.js';
import { Live } from '../../../core/live/live.js';
import { checkedInput, filled, given } from '../../../core/graphql/checked-input.js';
import {
  CreateWorkPoolInput,
  toWorkPoolObject,
  UpdateWorkPoolInput,
  WorkPoolConnectionObject,
  WorkPoolObject,
} from './work-pool.objects.js';
import { WorkPoolsService } from './work-pools.service.js';
import { Operations } from '../../../core/operations/operations.js';
import { Runs } from '../../../core/operations/runs.js';
import { createWorkPool, deleteWorkPool, updateWorkPool } from './work-pools.operations.js';

@Resolver(() => WorkPoolObject)
export class WorkPoolsResolver {
  constructor(
    @Inject(WorkPoolsService) private readonly pools: WorkPoolsService,
    @Inject(Live) private readonly live: Live,
    @Inject(Operations) private readonly operations: Operations,
  ) {}

  @Needs('see_work_pools')
  @Query(() => WorkPoolConnectionObject, { description: 'In the order of their names.' })
  async workPools(
    @Caller() ctx: Ctx,
    @Args('workspaceId', { type: () => ID }) _workspaceId: string,
    @Args('first', { type: () => Int, nullable: true, defaultValue: 50 }) first: number,
    @Args('after', { type: () => String, nullable: true }) after: string | null,
  ): Promise<WorkPoolConnectionObject> {
    const size = checkedFirst(first);
    const rows = await this.pools.list(ctx, undefined, { limit: size + 1, afterName: decodeCursor(after)?.key });
    const page = toConnection(rows, size, toWorkPoolObject, ({ name, id }) => ({ key: name, id }));
    return { ...page, workspaceId: ctx.workspaceId, by: null };
  }

  @Needs('see_work_pools')
  @Query(() => WorkPoolObject)
  async workPool(
    @Caller() ctx: Ctx,
    @Args('workspaceId', { type: () => ID }) _workspaceId: string,
    @Args('name') name: string,
  ): Promise<WorkPoolObject> {
    return toWorkPoolObject(await this.pools.get(ctx, name));
  }

  @Needs('see_work_pools')
  @Subscription(() => ChangedObject, {
    description: 'Every work pool that is made, changed, deleted, served or forsaken.',
    resolve: toChanged,
  })
  workPoolsChanged(@Caller() ctx: Ctx, @Args('workspaceId', { type: () => ID }) _workspaceId: string) {
    return changedIds(this.live, ctx, 'prefect.work-pool.');
  }

  @Runs(createWorkPool)
  @Mutation(() => WorkPoolObject)
  async createWorkPool(
    @Caller() ctx: Ctx,
    @Args('workspaceId', { type: () => ID }) _workspaceId: string,
    @Args('input') { baseJobTemplate, isPaused, concurrencyLimit, ...input }: CreateWorkPoolInput,
  ): Promise<WorkPoolObject> {
    const body = {
      ...input,
      base_job_template: baseJobTemplate,
      is_paused: isPaused,
      concurrency_limit: concurrencyLimit,
    };
    const draft = checkedInput(workPoolCreate, filled(body));
    return toWorkPoolObject(await this.operations.run(ctx, createWorkPool, draft));
  }

  @Runs(updateWorkPool)
  @Mutation(() => WorkPoolObject)
  async updateWorkPool(
    @Caller() ctx: Ctx,
    @Args('workspaceId', { type: () => ID }) _workspaceId: string,
    @Args('name') name: string,
    @Args('input') { description, baseJobTemplate, concurrencyLimit }: UpdateWorkPoolInput,
  ): Promise<WorkPoolObject> {
    const patch = given({ description, base_job_template: baseJobTemplate, concurrency_limit: concurrencyLimit });
    const change = checkedInput(workPoolUpdate, patch);
    return toWorkPoolObject(await this.operations.run(ctx, updateWorkPool, { name, change }));
  }

  @Runs(updateWorkPool)
  @Mutation(() => WorkPoolObject)
  async setWorkPoolPaused(
    @Caller() ctx: Ctx,
    @Args('workspaceId', { type: () => ID }) _workspaceId: string,
    @Args('name') name: string,
    @Args('paused') paused: boolean,
  ): Promise<WorkPoolObject> {
    const change = { is_paused: paused };
    return toWorkPoolObject(await this.operations.run(ctx, updateWorkPool, { name, change }));
  }

  @Runs(deleteWorkPool)
  @Mutation(() => Boolean)
  async deleteWorkPool(
    @Caller() ctx: Ctx,
    @Args('workspaceId', { type: () => ID }) _workspaceId: string,
    @Args('name') name: string,
  ): Promise<boolean> {
    await this.operations.run(ctx, deleteWorkPool, { name });
    return true;
  }
}

@Resolver(() => WorkPoolConnectionObject)
export class WorkPoolCountResolver {
  constructor(@Inject(WorkPoolsService) private readonly pools: WorkPoolsService) {}

  @ResolveField(() => Int, ofAllPages)
  totalCount(@Parent() page: WorkPoolConnectionObject, @Context() context: GraphqlContext): Promise<number> {
    return this.pools.count(ctxIn(context, page), undefined);
  }
}
