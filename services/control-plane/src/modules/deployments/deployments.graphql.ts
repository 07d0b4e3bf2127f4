import { Inject } from '@nestjs/common';
import { Args, Context, Field, ID, InputType, Int, Mutation, ObjectType, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { isUuid } from '@headgate/contracts';
import { isCron, isInterval, isRRule, summarize, type Schedule } from '@headgate/contracts/schedules/index';
import type { Ctx } from '../../core/access/ctx.js';
import { Caller, Needs } from '../../core/access/needs.js';
import { notFound } from '../../core/errors/app-error.js';
import { loaderOf } from '../../core/graphql/loader.js';
import { DateTimeScalar, JsonScalar } from '../../core/graphql/scalars.js';
import type { GraphqlContext } from '../../core/http/request.js';
import { FlowObject, FlowsService, toFlowObject } from '../flows/index.js';
import { checkedFirst, decodeCursor, FlowRunObject, PageInfoObject, toConnection, toFlowRunObject } from '../runs/index.js';
import { scheduleJson, type DeploymentRow, type ScheduleRow } from './deployment.js';
import { DeploymentsService } from './deployments.service.js';
import { DeploymentRunsService } from './runs/deployment-runs.service.js';
import { SchedulesService } from './schedules/schedules.service.js';

@ObjectType('Schedule')
export class ScheduleObject {
  @Field(() => ID) id!: string;
  @Field() active!: boolean;
  @Field(() => String, { nullable: true }) slug!: string | null;
  @Field() kind!: string;
  @Field() summary!: string;
  @Field(() => String, { nullable: true }) timezone!: string | null;
  @Field(() => JsonScalar) schedule!: unknown;
  @Field(() => JsonScalar) parameters!: unknown;
}

@ObjectType('Deployment')
export class DeploymentObject {
  @Field(() => ID) id!: string;
  @Field() name!: string;
  @Field() fullName!: string;
  @Field(() => String, { nullable: true }) description!: string | null;
  @Field() paused!: boolean;
  @Field() status!: string;
  @Field(() => [String]) tags!: string[];
  @Field(() => String, { nullable: true }) entrypoint!: string | null;
  @Field(() => String, { nullable: true }) path!: string | null;
  @Field(() => String, { nullable: true }) version!: string | null;
  @Field(() => String, { nullable: true }) workPoolName!: string | null;
  @Field(() => String, { nullable: true }) workQueueName!: string | null;
  @Field(() => JsonScalar) parameters!: unknown;
  @Field(() => JsonScalar) parameterOpenapiSchema!: unknown;
  @Field() enforceParameterSchema!: boolean;
  @Field(() => [ScheduleObject]) schedules!: ScheduleObject[];
  @Field(() => DateTimeScalar) created!: string;
  @Field(() => DateTimeScalar) updated!: string;
  @Field(() => DateTimeScalar, { nullable: true }) lastPolled!: string | null;
  workspaceId!: string;
  flowId!: string;
}

@ObjectType('DeploymentConnection')
export class DeploymentConnectionObject {
  @Field(() => [DeploymentObject]) nodes!: DeploymentObject[];
  @Field(() => PageInfoObject) pageInfo!: PageInfoObject;
}

@InputType()
export class DeploymentFilterInput {
  @Field(() => String, { nullable: true }) search?: string;
  @Field(() => ID, { nullable: true }) flowId?: string;
  @Field(() => [String], { nullable: true }) tags?: string[];
  @Field(() => String, { nullable: true }) workPoolName?: string;
}

@InputType()
export class CreateFlowRunInput {
  @Field(() => ID) deploymentId!: string;
  @Field(() => String, { nullable: true }) name?: string;
  @Field(() => JsonScalar, { nullable: true }) parameters?: Record<string, unknown>;
  @Field(() => [String], { nullable: true }) tags?: string[];
  @Field(() => DateTimeScalar, { nullable: true }) scheduledTime?: string;
  @Field(() => String, { nullable: true }) idempotencyKey?: string;
}

const kindOf = (schedule: Schedule) => (isCron(schedule) ? 'cron' : isInterval(schedule) ? 'interval' : isRRule(schedule) ? 'rrule' : 'none');

function toScheduleObject(row: ScheduleRow): ScheduleObject {
  const { schedule } = scheduleJson(row);
  const timezone = 'timezone' in schedule ? schedule.timezone : null;
  return { id: row.id, active: row.active, slug: row.slug, kind: kindOf(schedule), summary: summarize(schedule), timezone, schedule, parameters: row.parameters };
}

const toDeploymentObject = (row: DeploymentRow): DeploymentObject => ({
  id: row.id,
  name: row.name,
  fullName: `${row.flow_name}/${row.name}`,
  description: row.description,
  paused: row.paused,
  status: row.status,
  tags: row.tags,
  entrypoint: row.entrypoint,
  path: row.path,
  version: row.version,
  workPoolName: row.work_pool_name,
  workQueueName: row.work_queue_name,
  parameters: row.parameters,
  parameterOpenapiSchema: row.parameter_openapi_schema,
  enforceParameterSchema: row.enforce_parameter_schema,
  schedules: row.schedules.map(toScheduleObject),
  created: row.created,
  updated: row.updated,
  lastPolled: row.last_polled,
  workspaceId: row.workspace_id,
  flowId: row.flow_id,
});

const checkedId = (id: string): string => {
  if (!isUuid(id)) throw notFound('Deployment not found');
  return id;
};

@Resolver(() => DeploymentObject)
export class DeploymentsResolver {
  constructor(
    @Inject(DeploymentsService) private readonly service: DeploymentsService,
    @Inject(DeploymentRunsService) private readonly runs: DeploymentRunsService,
    @Inject(SchedulesService) private readonly schedules: SchedulesService,
    @Inject(FlowsService) private readonly flows: FlowsService,
  ) {}

  @Needs('see_deployments')
  @Query(() => DeploymentConnectionObject)
  async deployments(
    @Caller() ctx: Ctx,
    @Args('workspaceId', { type: () => ID }) _workspaceId: string,
    @Args('filter', { type: () => DeploymentFilterInput, nullable: true }) filter: DeploymentFilterInput | null,
    @Args('first', { type: () => Int, nullable: true, defaultValue: 50 }) first: number,
    @Args('after', { type: () => String, nullable: true }) after: string | null,
  ): Promise<DeploymentConnectionObject> {
    const size = checkedFirst(first);
    const rows = await this.service.listByName(ctx, filter ?? {}, size + 1, decodeCursor(after));
    return toConnection(rows, size, toDeploymentObject, (row) => ({ key: row.name, id: row.id }));
  }

  @Needs('see_deployments')
  @Query(() => DeploymentObject)
  async deployment(@Caller() ctx: Ctx, @Args('workspaceId', { type: () => ID }) _workspaceId: string, @Args('id', { type: () => ID }) id: string): Promise<DeploymentObject> {
    return toDeploymentObject(await this.service.get(ctx, checkedId(id)));
  }

  @Needs('run_deployments')
  @Mutation(() => FlowRunObject)
  async createFlowRun(
    @Caller() ctx: Ctx,
    @Args('workspaceId', { type: () => ID }) _workspaceId: string,
    @Args('input', { type: () => CreateFlowRunInput }) input: CreateFlowRunInput,
  ): Promise<FlowRunObject> {
    const state = input.scheduledTime ? { type: 'SCHEDULED' as const, state_details: { scheduled_time: input.scheduledTime } } : null;
    const wish = { name: input.name, parameters: input.parameters ?? {}, tags: input.tags ?? [], idempotency_key: input.idempotencyKey, state };
    const { row } = await this.runs.create(ctx, checkedId(input.deploymentId), wish);
    return toFlowRunObject(row);
  }

  @Needs('write_deployments')
  @Mutation(() => DeploymentObject)
  async setDeploymentPaused(
    @Caller() ctx: Ctx,
    @Args('workspaceId', { type: () => ID }) _workspaceId: string,
    @Args('id', { type: () => ID }) id: string,
    @Args('paused') paused: boolean,
  ): Promise<DeploymentObject> {
    await this.service.setPaused(ctx, checkedId(id), paused);
    return toDeploymentObject(await this.service.get(ctx, id));
  }

  @Needs('write_deployments')
  @Mutation(() => DeploymentObject)
  async setScheduleActive(
    @Caller() ctx: Ctx,
    @Args('workspaceId', { type: () => ID }) _workspaceId: string,
    @Args('deploymentId', { type: () => ID }) deploymentId: string,
    @Args('scheduleId', { type: () => ID }) scheduleId: string,
    @Args('active') active: boolean,
  ): Promise<DeploymentObject> {
    await this.schedules.update(ctx, checkedId(deploymentId), checkedId(scheduleId), { active });
    return toDeploymentObject(await this.service.get(ctx, deploymentId));
  }

  @Needs('manage_deployments')
  @Mutation(() => Boolean)
  async deleteDeployment(@Caller() ctx: Ctx, @Args('workspaceId', { type: () => ID }) _workspaceId: string, @Args('id', { type: () => ID }) id: string): Promise<boolean> {
    await this.service.delete(ctx, checkedId(id));
    return true;
  }

  @ResolveField(() => FlowObject)
  async flow(@Parent() deployment: DeploymentObject, @Context() context: GraphqlContext): Promise<FlowObject> {
    const loader = loaderOf(context, `flow:${deployment.workspaceId}`, (ids) => this.flows.getMany(deployment, ids), (row) => row.id);
    const row = await loader.load(deployment.flowId);
    if (!row) throw notFound('Flow not found');
    return toFlowObject(row);
  }

  @ResolveField(() => [FlowRunObject])
  recentRuns(@Parent() deployment: DeploymentObject, @Args('first', { type: () => Int, nullable: true, defaultValue: 16 }) first: number, @Context() context: GraphqlContext) {
    return this.runsOf(deployment, context, 'recent', checkedFirst(first));
  }

  @ResolveField(() => [FlowRunObject])
  upcomingRuns(@Parent() deployment: DeploymentObject, @Args('first', { type: () => Int, nullable: true, defaultValue: 5 }) first: number, @Context() context: GraphqlContext) {
    return this.runsOf(deployment, context, 'upcoming', checkedFirst(first));
  }

  private async runsOf(deployment: DeploymentObject, context: GraphqlContext, which: 'recent' | 'upcoming', first: number): Promise<FlowRunObject[]> {
    const name = `runsOfDeployment:${deployment.workspaceId}:${which}:${first}`;
    const loader = loaderOf(context, name, (ids) => this.service.runsOf(deployment, ids, which, first), (each) => each.id);
    return ((await loader.load(deployment.id))?.runs ?? []).map(toFlowRunObject);
  }
}

@Resolver(() => FlowRunObject)
export class DeploymentOfRunResolver {
  constructor(@Inject(DeploymentsService) private readonly service: DeploymentsService) {}

  @ResolveField(() => DeploymentObject, { nullable: true })
  async deployment(@Parent() run: FlowRunObject, @Context() context: GraphqlContext): Promise<DeploymentObject | null> {
    if (!run.deploymentId) return null;
    const loader = loaderOf(context, `deployment:${run.workspaceId}`, (ids) => this.service.getMany(run, ids), (row) => row.id);
    const row = await loader.load(run.deploymentId);
    return row && toDeploymentObject(row);
  }
}

@Resolver(() => FlowObject)
export class DeploymentsOfFlowResolver {
  constructor(@Inject(DeploymentsService) private readonly service: DeploymentsService) {}

  @ResolveField(() => Int)
  async deploymentCount(@Parent() flow: FlowObject, @Context() context: GraphqlContext): Promise<number> {
    const loader = loaderOf(context, `deploymentCount:${flow.workspaceId}`, (ids) => this.service.countByFlow(flow, ids), (row) => row.flow_id);
    return (await loader.load(flow.id))?.count ?? 0;
  }
}
