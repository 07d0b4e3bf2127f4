import { Inject } from '@nestjs/common';
import { Args, Field, ID, Int, ObjectType, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import type { Ctx } from '../../../core/access/ctx.js';
import { Caller, Needs } from '../../../core/access/needs.js';
import { DateTimeScalar } from '../../../core/graphql/scalars.js';
import { WorkersService } from '../workers/workers.service.js';
import { WorkPoolsService } from './work-pools.service.js';

@ObjectType('Worker')
export class WorkerObject {
  @Field(() => ID) id!: string;
  @Field() name!: string;
  @Field() status!: string;
  @Field(() => DateTimeScalar, { nullable: true }) lastHeartbeat!: string | null;
}

@ObjectType('WorkPool')
export class WorkPoolObject {
  @Field(() => ID) id!: string;
  @Field() name!: string;
  @Field() type!: string;
  @Field(() => String, { nullable: true }) status!: string | null;
  @Field() isPaused!: boolean;
  @Field(() => Int, { nullable: true }) concurrencyLimit!: number | null;
  @Field(() => String, { nullable: true }) description!: string | null;
  @Field(() => DateTimeScalar) created!: string;
  workspaceId!: string;
}

const workersShown = 200;

@Resolver(() => WorkPoolObject)
export class WorkPoolsResolver {
  constructor(
    @Inject(WorkPoolsService) private readonly pools: WorkPoolsService,
    @Inject(WorkersService) private readonly roster: WorkersService,
  ) {}

  @Needs('see_work_pools')
  @Query(() => [WorkPoolObject])
  async workPools(
    @Caller() ctx: Ctx,
    @Args('workspaceId', { type: () => ID }) _workspaceId: string,
  ): Promise<WorkPoolObject[]> {
    const rows = await this.pools.list(ctx, { ids: null, names: null, types: null }, 200, 0);
    return rows.map((row) => ({
      id: row.id,
      name: row.name,
      type: row.type,
      status: row.status,
      isPaused: row.is_paused,
      concurrencyLimit: row.concurrency_limit,
      description: row.description,
      created: row.created,
      workspaceId: row.workspace_id,
    }));
  }

  @ResolveField(() => [WorkerObject])
  async workers(@Parent() pool: WorkPoolObject): Promise<WorkerObject[]> {
    const rows = await this.roster.list(
      pool,
      [pool.id],
      { any: null, notAny: null, before: null, after: null },
      workersShown,
      0,
    );
    return rows.map((row) => ({
      id: row.id,
      name: row.name,
      status: row.status,
      lastHeartbeat: row.last_heartbeat_time,
    }));
  }
}
