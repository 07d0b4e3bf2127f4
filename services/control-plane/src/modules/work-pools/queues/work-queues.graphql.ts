import { Inject } from '@nestjs/common';
import { Args, ID, Mutation, Query, Resolver } from '@nestjs/graphql';
import { workQueueCreate, workQueueUpdate, type WorkQueueUpdate } from '@headgate/contracts/rest/work-pools';
import type { Ctx } from '../../../core/access/ctx.js';
import { Caller, Needs } from '../../../core/access/needs.js';
import { checkedInput, filled, given } from '../../../core/graphql/checked-input.js';
import { WorkPoolsService } from '../pools/work-pools.service.js';
import {
  CreateWorkQueueInput,
  toWorkQueueObject,
  UpdateWorkQueueInput,
  WorkQueueObject,
} from './work-queue.objects.js';
import { WorkQueuesService } from './work-queues.service.js';
import { Operations } from '../../../core/operations/operations.js';
import { Runs } from '../../../core/operations/runs.js';
import { createWorkQueue, deleteWorkQueue, updateWorkQueue } from './work-queues.operations.js';

@Resolver(() => WorkQueueObject)
export class WorkQueuesResolver {
  constructor(
    @Inject(WorkPoolsService) private readonly pools: WorkPoolsService,
    @Inject(WorkQueuesService) private readonly queues: WorkQueuesService,
    @Inject(Operations) private readonly operations: Operations,
  ) {}

  @Needs('see_work_queues')
  @Query(() => WorkQueueObject)
  async workQueue(
    @Caller() ctx: Ctx,
    @Args('workspaceId', { type: () => ID }) _workspaceId: string,
    @Args('workPoolName') pool: string,
    @Args('name') name: string,
  ): Promise<WorkQueueObject> {
    return toWorkQueueObject(await this.find(ctx, pool, name));
  }

  @Runs(createWorkQueue)
  @Mutation(() => WorkQueueObject)
  async createWorkQueue(
    @Caller() ctx: Ctx,
    @Args('workspaceId', { type: () => ID }) _workspaceId: string,
    @Args('workPoolName') poolName: string,
    @Args('input') { isPaused, concurrencyLimit, ...input }: CreateWorkQueueInput,
  ): Promise<WorkQueueObject> {
    const body = filled({ ...input, is_paused: isPaused, concurrency_limit: concurrencyLimit });
    const queue = checkedInput(workQueueCreate, body);
    return toWorkQueueObject(await this.operations.run(ctx, createWorkQueue, { poolName, queue }));
  }

  @Runs(updateWorkQueue)
  @Mutation(() => WorkQueueObject)
  updateWorkQueue(
    @Caller() ctx: Ctx,
    @Args('workspaceId', { type: () => ID }) _workspaceId: string,
    @Args('workPoolName') pool: string,
    @Args('name') name: string,
    @Args('input') { concurrencyLimit, ...input }: UpdateWorkQueueInput,
  ): Promise<WorkQueueObject> {
    const patch = { ...filled({ ...input }), ...given({ concurrency_limit: concurrencyLimit }) };
    return this.change(ctx, pool, name, checkedInput(workQueueUpdate, patch));
  }

  @Runs(updateWorkQueue)
  @Mutation(() => WorkQueueObject)
  setWorkQueuePaused(
    @Caller() ctx: Ctx,
    @Args('workspaceId', { type: () => ID }) _workspaceId: string,
    @Args('workPoolName') pool: string,
    @Args('name') name: string,
    @Args('paused') paused: boolean,
  ): Promise<WorkQueueObject> {
    return this.change(ctx, pool, name, { is_paused: paused });
  }

  @Runs(deleteWorkQueue)
  @Mutation(() => Boolean)
  async deleteWorkQueue(
    @Caller() ctx: Ctx,
    @Args('workspaceId', { type: () => ID }) _workspaceId: string,
    @Args('workPoolName') pool: string,
    @Args('name') name: string,
  ): Promise<boolean> {
    const { id } = await this.find(ctx, pool, name);
    await this.operations.run(ctx, deleteWorkQueue, { id });
    return true;
  }

  private async find(ctx: Ctx, pool: string, name: string) {
    return this.queues.getByName(ctx, await this.pools.get(ctx, pool), name);
  }

  private async change(ctx: Ctx, pool: string, name: string, patch: WorkQueueUpdate): Promise<WorkQueueObject> {
    const { id } = await this.find(ctx, pool, name);
    return toWorkQueueObject(await this.operations.run(ctx, updateWorkQueue, { id, change: patch }));
  }
}
