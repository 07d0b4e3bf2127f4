import { Inject } from '@nestjs/common';
import { Args, Field, Float, ID, Int, ObjectType, Query, Resolver } from '@nestjs/graphql';
import type { Ctx } from '../../core/access/ctx.js';
import { Caller, Needs } from '../../core/access/needs.js';
import { DateTimeScalar } from '../../core/graphql/scalars.js';
import { Priced } from '../../core/graphql/limits/price.js';
import { FlowRunObject, StateCountObject, toFlowRunObject } from '../runs/index.js';
import { DashboardService } from './dashboard.service.js';

@ObjectType('DashboardBucket')
export class DashboardBucketObject {
  @Field(() => DateTimeScalar) since!: string;
  @Field(() => Int) seconds!: number;
  @Priced({ size: 9 })
  @Field(() => [StateCountObject])
  states!: StateCountObject[];
}

@ObjectType('Lateness')
export class LatenessObject {
  @Field(() => Int, { description: 'Runs that should have begun and have not; counted up to 10,000.' })
  lateRuns!: number;
  @Field(() => DateTimeScalar, { nullable: true }) oldestExpected!: string | null;
  @Field(() => Float, { nullable: true, description: 'Of the runs of the last day that have begun.' })
  averageDelaySeconds!: number | null;
}

@ObjectType('Dashboard')
export class DashboardObject {
  @Priced({ size: 9 })
  @Field(() => [StateCountObject], { description: 'All runs, by state.' })
  states!: StateCountObject[];
  @Priced({ size: 24 })
  @Field(() => [DashboardBucketObject], { description: 'By the hour of their expected start.' })
  lastDay!: DashboardBucketObject[];
  @Priced({ size: 28 })
  @Field(() => [DashboardBucketObject], { description: 'By six hours of their expected start.' })
  lastWeek!: DashboardBucketObject[];
  @Field(() => LatenessObject) lateness!: LatenessObject;
  @Priced({ size: 9 })
  @Field(() => [StateCountObject], { description: 'Runs that are on their way.' })
  active!: StateCountObject[];
  @Priced({ size: 10 })
  @Field(() => [FlowRunObject])
  recentFailures!: FlowRunObject[];
}

@Resolver()
export class DashboardResolver {
  constructor(@Inject(DashboardService) private readonly service: DashboardService) {}

  @Needs('see_flows')
  @Query(() => DashboardObject, {
    description: 'All figures of the workspace at once: from rollups, at constant cost.',
  })
  async dashboard(
    @Caller() ctx: Ctx,
    @Args('workspaceId', { type: () => ID }) _workspaceId: string,
  ): Promise<DashboardObject> {
    const { recentFailures, ...figures } = await this.service.get(ctx);
    return { ...figures, recentFailures: recentFailures.map(toFlowRunObject) };
  }
}
