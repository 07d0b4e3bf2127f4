import { Inject } from '@nestjs/common';
import { Args, Field, ID, ObjectType, Query, Resolver } from '@nestjs/graphql';
import type { Ctx } from '../../../core/access/ctx.js';
import { Caller, Needs } from '../../../core/access/needs.js';
import { Priced } from '../../../core/graphql/limits/price.js';
import { DateTimeScalar } from '../../../core/graphql/scalars.js';
import { TaskWorkers } from './task-workers.js';

@ObjectType('TaskWorker', { description: 'A process that waits for background tasks.' })
export class TaskWorkerObject {
  @Field({ description: 'What it calls itself.' }) identifier!: string;
  @Field(() => [String], { description: 'Which tasks it serves.' }) taskKeys!: string[];
  @Field(() => DateTimeScalar) lastSeen!: string;
}

const usual = 20;

@Resolver(() => TaskWorkerObject)
export class TaskWorkersResolver {
  constructor(@Inject(TaskWorkers) private readonly workers: TaskWorkers) {}

  @Needs('see_flows')
  @Priced({ size: usual })
  @Query(() => [TaskWorkerObject], { description: 'Those that are connected now.' })
  async taskWorkers(
    @Caller() ctx: Ctx,
    @Args('workspaceId', { type: () => ID }) _workspaceId: string,
    @Args('taskKeys', { type: () => [String], nullable: true, description: 'That serve one of these.' })
    taskKeys: string[] | null,
  ): Promise<TaskWorkerObject[]> {
    const workers = await this.workers.list(ctx, taskKeys ?? []);
    return workers.map(({ identifier, task_keys, timestamp }) => ({
      identifier,
      taskKeys: task_keys,
      lastSeen: timestamp,
    }));
  }
}
