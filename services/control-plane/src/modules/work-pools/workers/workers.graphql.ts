import { Inject } from '@nestjs/common';
import { Args, ID, Mutation, Resolver } from '@nestjs/graphql';
import type { Ctx } from '../../../core/access/ctx.js';
import { Caller } from '../../../core/access/needs.js';
import { Operations } from '../../../core/operations/operations.js';
import { Runs } from '../../../core/operations/runs.js';
import { WorkerObject } from '../pools/work-pool.objects.js';
import { deleteWorker } from './workers.operations.js';

@Resolver(() => WorkerObject)
export class WorkersResolver {
  constructor(@Inject(Operations) private readonly operations: Operations) {}

  @Mutation(() => Boolean, { description: 'One that still works for the pool comes back with its next sign of life.' })
  @Runs(deleteWorker)
  async deleteWorker(
    @Caller() ctx: Ctx,
    @Args('workspaceId', { type: () => ID }) _workspaceId: string,
    @Args('workPoolName') poolName: string,
    @Args('name') name: string,
  ): Promise<boolean> {
    await this.operations.run(ctx, deleteWorker, { poolName, name });
    return true;
  }
}
