import { Inject } from '@nestjs/common';
import { Args, Context, ID, Int, Mutation, Parent, Query, ResolveField, Resolver, Subscription } from '@nestjs/graphql';
import type { Ctx } from '../../core/access/ctx.js';
import { ctxIn } from '../../core/access/field-ctx.js';
import { Caller, Needs } from '../../core/access/needs.js';
import { notFound } from '../../core/errors/app-error.js';
import { checkedId } from '../../core/graphql/checked-id.js';
import { ChangedObject, toChanged } from '../../core/graphql/changed.js';
import { checkedFirst, decodeCursor, ofAllPages, toConnection } from '../../core/graphql/connection.js';
import { batched, Priced } from '../../core/graphql/limits/price.js';
import { loaderOf } from '../../core/graphql/loader.js';
import type { GraphqlContext } from '../../core/http/request.js';
import { changedIds } from '../../core/live/changed-ids.js';
import { Live } from '../../core/live/live.js';
import { FlowObject, FlowsService, toFlowObject } from '../flows/index.js';
import { FlowRunObject, toFlowRunObject } from '../runs/index.js';
import {
  DeploymentConnectionObject,
  DeploymentFilterInput,
  DeploymentObject,
  DeploymentSortInput,
  toDeploymentObject,
} from './deployment.objects.js';
import { DeploymentsService } from './deployments.service.js';
import { placeInList } from './list-order.js';
import { updateSchedule } from './schedules/schedules.operations.js';
import { Operations } from '../../core/operations/operations.js';
import { Runs } from '../../core/operations/runs.js';
import { deleteDeployment, setDeploymentPaused } from './deployments.operations.js';

@Resolver(() => DeploymentObject)
export class DeploymentsResolver {
  constructor(
    @Inject(DeploymentsService) private readonly service: DeploymentsService,
    @Inject(FlowsService) private readonly flows: FlowsService,
    @Inject(Live) private readonly live: Live,
    @Inject(Operations) private readonly operations: Operations,
  ) {}

  @Needs('see_deployments')
  @Query(() => DeploymentConnectionObject)
  async deployments(
    @Caller() ctx: Ctx,
    @Args('workspaceId', { type: () => ID }) _workspaceId: string,
    @Args('filter', { type: () => DeploymentFilterInput, nullable: true }) filter: DeploymentFilterInput | null,
    @Args('sort', { type: () => DeploymentSortInput, nullable: true, defaultValue: DeploymentSortInput.NAME_ASC })
    sort: DeploymentSortInput,
    @Args('first', { type: () => Int, nullable: true, defaultValue: 50 }) first: number,
    @Args('after', { type: () => String, nullable: true }) after: string | null,
  ): Promise<DeploymentConnectionObject> {
    const size = checkedFirst(first);
    const rows = await this.service.listed(ctx, filter ?? {}, { sort, first: size + 1, after: decodeCursor(after) });
    const page = toConnection(rows, size, toDeploymentObject, (row) => placeInList(row, sort));
    return { ...page, workspaceId: ctx.workspaceId, by: filter ?? {} };
  }

  @Needs('see_deployments')
  @Query(() => DeploymentObject)
  async deployment(
    @Caller() ctx: Ctx,
    @Args('workspaceId', { type: () => ID }) _workspaceId: string,
    @Args('id', { type: () => ID }) id: string,
  ): Promise<DeploymentObject> {
    return toDeploymentObject(await this.service.get(ctx, checkedId(id, 'Deployment')));
  }

  @Needs('see_deployments')
  @Subscription(() => ChangedObject, {
    description: 'Every deployment that is made, changed or deleted.',
    resolve: toChanged,
  })
  deploymentsChanged(@Caller() ctx: Ctx, @Args('workspaceId', { type: () => ID }) _workspaceId: string) {
    return changedIds(this.live, ctx, 'prefect.deployment.');
  }

  @Runs(setDeploymentPaused)
  @Mutation(() => DeploymentObject)
  async setDeploymentPaused(
    @Caller() ctx: Ctx,
    @Args('workspaceId', { type: () => ID }) _workspaceId: string,
    @Args('id', { type: () => ID }) id: string,
    @Args('paused') paused: boolean,
  ): Promise<DeploymentObject> {
    return toDeploymentObject(
      await this.operations.run(ctx, setDeploymentPaused, { id: checkedId(id, 'Deployment'), paused }),
    );
  }

  @Runs(updateSchedule)
  @Mutation(() => DeploymentObject)
  async setScheduleActive(
    @Caller() ctx: Ctx,
    @Args('workspaceId', { type: () => ID }) _workspaceId: string,
    @Args('deploymentId', { type: () => ID }) deploymentId: string,
    @Args('scheduleId', { type: () => ID }) scheduleId: string,
    @Args('active') active: boolean,
  ): Promise<DeploymentObject> {
    const ids = { deploymentId: checkedId(deploymentId, 'Deployment'), id: checkedId(scheduleId, 'Schedule') };
    await this.operations.run(ctx, updateSchedule, { ...ids, change: { active } });
    return toDeploymentObject(await this.service.get(ctx, ids.deploymentId));
  }

  @Runs(deleteDeployment)
  @Mutation(() => Boolean)
  async deleteDeployment(
    @Caller() ctx: Ctx,
    @Args('workspaceId', { type: () => ID }) _workspaceId: string,
    @Args('id', { type: () => ID }) id: string,
  ): Promise<boolean> {
    await this.operations.run(ctx, deleteDeployment, { id: checkedId(id, 'Deployment') });
    return true;
  }

  @Priced({ own: batched })
  @ResolveField(() => FlowObject)
  async flow(@Parent() deployment: DeploymentObject, @Context() context: GraphqlContext): Promise<FlowObject> {
    const loader = loaderOf(
      context,
      deployment,
      'flow',
      (ctx, ids) => this.flows.getMany(ctx, ids),
      (row) => row.id,
    );
    const row = await loader.load(deployment.flowId);
    if (!row) throw notFound('Flow not found');
    return toFlowObject(row);
  }

  @Priced({ own: batched })
  @ResolveField(() => [FlowRunObject])
  recentRuns(
    @Parent() deployment: DeploymentObject,
    @Args('first', { type: () => Int, nullable: true, defaultValue: 16 }) first: number,
    @Context() context: GraphqlContext,
  ) {
    return this.runsOf(deployment, context, 'recent', checkedFirst(first));
  }

  @Priced({ own: batched })
  @ResolveField(() => [FlowRunObject])
  upcomingRuns(
    @Parent() deployment: DeploymentObject,
    @Args('first', { type: () => Int, nullable: true, defaultValue: 5 }) first: number,
    @Context() context: GraphqlContext,
  ) {
    return this.runsOf(deployment, context, 'upcoming', checkedFirst(first));
  }

  private async runsOf(
    deployment: DeploymentObject,
    context: GraphqlContext,
    which: 'recent' | 'upcoming',
    first: number,
  ): Promise<FlowRunObject[]> {
    const loader = loaderOf(
      context,
      deployment,
      `runsOfDeployment:${which}:${first}`,
      (ctx, ids) => this.service.runsOf(ctx, ids, which, first),
      (each) => each.id,
    );
    return ((await loader.load(deployment.id))?.runs ?? []).map(toFlowRunObject);
  }
}

@Resolver(() => FlowRunObject)
export class DeploymentOfRunResolver {
  constructor(@Inject(DeploymentsService) private readonly service: DeploymentsService) {}

  @Priced({ own: batched })
  @ResolveField(() => DeploymentObject, { nullable: true })
  async deployment(@Parent() run: FlowRunObject, @Context() context: GraphqlContext): Promise<DeploymentObject | null> {
    if (!run.deploymentId) return null;
    const loader = loaderOf(
      context,
      run,
      'deployment',
      (ctx, ids) => this.service.getMany(ctx, ids),
      (row) => row.id,
    );
    const row = await loader.load(run.deploymentId);
    return row && toDeploymentObject(row);
  }
}

@Resolver(() => FlowObject)
export class DeploymentsOfFlowResolver {
  constructor(@Inject(DeploymentsService) private readonly service: DeploymentsService) {}

  @Priced({ own: batched })
  @ResolveField(() => Int)
  async deploymentCount(@Parent() flow: FlowObject, @Context() context: GraphqlContext): Promise<number> {
    const loader = loaderOf(
      context,
      flow,
      'deploymentCount',
      (ctx, ids) => this.service.countByFlow(ctx, ids),
      (row) => row.flow_id,
    );
    return (await loader.load(flow.id))?.count ?? 0;
  }
}

@Resolver(() => DeploymentConnectionObject)
export class DeploymentCountResolver {
  constructor(@Inject(DeploymentsService) private readonly service: DeploymentsService) {}

  @ResolveField(() => Int, ofAllPages)
  totalCount(
    @Parent() { workspaceId, by }: DeploymentConnectionObject,
    @Context() context: GraphqlContext,
  ): Promise<number> {
    return this.service.countListed(ctxIn(context, { workspaceId }), by);
  }
}
