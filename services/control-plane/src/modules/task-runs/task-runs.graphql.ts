import { Inject } from '@nestjs/common';
import {
  Args,
  Context,
  Field,
  Float,
  ID,
  Int,
  Mutation,
  ObjectType,
  Parent,
  Query,
  ResolveField,
  Resolver,
  Subscription,
} from '@nestjs/graphql';
import type { StateType } from '@headgate/contracts';
import type { Ctx } from '../../core/access/ctx.js';
import { ctxIn } from '../../core/access/field-ctx.js';
import { Caller, Needs } from '../../core/access/needs.js';
import { checkedId } from '../../core/graphql/checked-id.js';
import { checkedFirst, decodeCursor, PageInfoObject, toConnection } from '../../core/graphql/connection.js';
import { batched, Priced } from '../../core/graphql/limits/price.js';
import { loaderOf } from '../../core/graphql/loader.js';
import { DateTimeScalar, JsonScalar } from '../../core/graphql/scalars.js';
import type { GraphqlContext } from '../../core/http/request.js';
import { iterateEach } from '../../core/live/iterate.js';
import { Live, topics } from '../../core/live/live.js';
import { ofThing } from '../../core/live/of-thing.js';
import {
  FlowRunObject,
  FlowRunsService,
  RunStateObject,
  stateJson,
  StateTypeEnum,
  toFlowRunObject,
  toRunStateObject,
} from '../runs/index.js';
import { Operations } from '../../core/operations/operations.js';
import { Runs } from '../../core/operations/runs.js';
import type { TaskRunRow } from './task-run.js';
import { deleteTaskRun } from './task-runs.operations.js';
import { TaskRunsService } from './task-runs.service.js';

@ObjectType('TaskRun')
export class TaskRunObject {
  @Field(() => ID) id!: string;
  @Field() name!: string;
  @Field(() => ID, { nullable: true }) flowRunId!: string | null;
  @Field() taskKey!: string;
  @Field() dynamicKey!: string;
  @Field(() => RunStateObject, { nullable: true }) state!: RunStateObject | null;
  @Field(() => StateTypeEnum, { nullable: true }) stateType!: StateType | null;
  @Field(() => String, { nullable: true }) stateName!: string | null;
  @Field(() => [String]) tags!: string[];
  @Field(() => Int) runCount!: number;
  @Field(() => DateTimeScalar) created!: string;
  @Field(() => DateTimeScalar, { nullable: true }) expectedStartTime!: string | null;
  @Field(() => DateTimeScalar, { nullable: true }) startTime!: string | null;
  @Field(() => DateTimeScalar, { nullable: true }) endTime!: string | null;
  @Field(() => Float) totalRunTimeSeconds!: number;
  @Field(() => Float) estimatedRunTimeSeconds!: number;
  @Field(() => ID, { nullable: true }) childFlowRunId!: string | null;
  @Field(() => JsonScalar, { description: 'What each argument came from: task runs, parameters, constants.' })
  inputs!: unknown;
  @Field(() => String, { nullable: true }) cacheKey!: string | null;
  @Field(() => DateTimeScalar, { nullable: true }) cacheExpiration!: string | null;
  @Field(() => Int, { nullable: true, description: 'How often it is tried again.' }) retries!: number | null;
  /** For the field resolvers; not a field itself. */
  workspaceId!: string;
}

@ObjectType('TaskRunConnection')
export class TaskRunConnectionObject {
  @Field(() => [TaskRunObject]) nodes!: TaskRunObject[];
  @Field(() => PageInfoObject) pageInfo!: PageInfoObject;
}

function toTaskRunObject(row: TaskRunRow): TaskRunObject {
  const running =
    row.state?.type === 'RUNNING' ? Math.max(0, (Date.now() - Date.parse(row.state.timestamp)) / 1000) : 0;
  return {
    id: row.id,
    name: row.name,
    flowRunId: row.flow_run_id,
    taskKey: row.task_key,
    dynamicKey: row.dynamic_key,
    state: row.state && toRunStateObject(row.state),
    stateType: row.state_type,
    stateName: row.state_name,
    tags: row.tags,
    runCount: row.run_count,
    created: row.created,
    expectedStartTime: row.expected_start_time,
    startTime: row.start_time,
    endTime: row.end_time,
    totalRunTimeSeconds: row.total_run_time,
    estimatedRunTimeSeconds: row.total_run_time + running,
    childFlowRunId: row.state?.state_details.child_flow_run_id ?? null,
    inputs: row.task_inputs,
    cacheKey: row.cache_key,
    cacheExpiration: row.cache_expiration,
    retries: row.empirical_policy.retries ?? null,
    workspaceId: row.workspace_id,
  };
}

type Changed = { id: string; flow_run_id: string | null }[];

@Resolver(() => TaskRunObject)
export class TaskRunsResolver {
  constructor(
    @Inject(TaskRunsService) private readonly runs: TaskRunsService,
    @Inject(FlowRunsService) private readonly flowRuns: FlowRunsService,
    @Inject(Live) private readonly live: Live,
    @Inject(Operations) private readonly operations: Operations,
  ) {}

  @Needs('see_flows')
  @Query(() => TaskRunObject)
  async taskRun(
    @Caller() ctx: Ctx,
    @Args('workspaceId', { type: () => ID }) _workspaceId: string,
    @Args('id', { type: () => ID }) id: string,
  ): Promise<TaskRunObject> {
    return toTaskRunObject(await this.runs.get(ctx, checkedId(id, 'Task run')));
  }

  @Runs(deleteTaskRun)
  @Mutation(() => Boolean, { description: 'Its history and its log go with it.' })
  async deleteTaskRun(
    @Caller() ctx: Ctx,
    @Args('workspaceId', { type: () => ID }) _workspaceId: string,
    @Args('id', { type: () => ID }) id: string,
  ): Promise<boolean> {
    await this.operations.run(ctx, deleteTaskRun, { id: checkedId(id, 'Task run') });
    return true;
  }

  @Needs('see_flows')
  @Subscription(() => TaskRunObject, { resolve: (run: TaskRunObject) => run })
  taskRunsChanged(
    @Caller() ctx: Ctx,
    @Args('workspaceId', { type: () => ID }) _workspaceId: string,
    @Args('flowRunId', { type: () => ID }) flowRunId: string,
  ) {
    const runId = checkedId(flowRunId, 'Flow run');
    const changes = iterateEach<Changed, TaskRunObject>(
      this.live,
      ctx,
      topics.taskRuns(ctx.workspaceId),
      // Who only knows the task run leaves its flow run out: then the row tells.
      (changed) =>
        changed.filter((each) => each.flow_run_id === runId || each.flow_run_id === null).map((each) => each.id),
      async (ids) => {
        const rows = await this.runs.getMany(ctx, ids);
        return rows.filter((row) => row.flow_run_id === runId).map(toTaskRunObject);
      },
    );
    return ofThing(changes, () => this.flowRuns.mustExist(ctx, runId));
  }

  @Needs('see_flows')
  @Subscription(() => TaskRunObject, {
    description: 'The task run after each change.',
    resolve: (run: TaskRunObject) => run,
  })
  taskRunChanged(
    @Caller() ctx: Ctx,
    @Args('workspaceId', { type: () => ID }) _workspaceId: string,
    @Args('id', { type: () => ID }) id: string,
  ) {
    const runId = checkedId(id, 'Task run');
    const changes = iterateEach<Changed, TaskRunObject>(
      this.live,
      ctx,
      topics.taskRuns(ctx.workspaceId),
      (changed) => (changed.some((each) => each.id === runId) ? [runId] : []),
      async (ids) => (await this.runs.getMany(ctx, ids)).map(toTaskRunObject),
    );
    return ofThing(changes, () => this.runs.get(ctx, runId));
  }

  @Priced({ size: 20 })
  @ResolveField(() => [RunStateObject])
  async states(@Parent() run: TaskRunObject, @Context() context: GraphqlContext): Promise<RunStateObject[]> {
    return (await this.runs.listStates(ctxIn(context, run), run.id)).map((row) => toRunStateObject(stateJson(row)));
  }

  @ResolveField(() => FlowRunObject, { nullable: true })
  async flowRun(@Parent() run: TaskRunObject, @Context() context: GraphqlContext): Promise<FlowRunObject | null> {
    const [row] = run.flowRunId ? await this.flowRuns.getMany(ctxIn(context, run), [run.flowRunId]) : [];
    return row ? toFlowRunObject(row) : null;
  }
}

@Resolver(() => FlowRunObject)
export class TaskRunsOfRunResolver {
  constructor(@Inject(TaskRunsService) private readonly runs: TaskRunsService) {}

  @ResolveField(() => TaskRunConnectionObject)
  async taskRuns(
    @Parent() run: FlowRunObject,
    @Args('first', { type: () => Int, nullable: true, defaultValue: 200 }) first: number,
    @Args('after', { type: () => String, nullable: true }) after: string | null,
    @Context() context: GraphqlContext,
  ): Promise<TaskRunConnectionObject> {
    const size = checkedFirst(first);
    const rows = await this.runs.listOfFlowRun(ctxIn(context, run), run.id, size + 1, decodeCursor(after));
    return toConnection(rows, size, toTaskRunObject, (row) => ({
      key: row.expected_start_time ?? row.created,
      id: row.id,
    }));
  }

  @Priced({ own: batched })
  @ResolveField(() => Int)
  async taskRunCount(@Parent() run: FlowRunObject, @Context() context: GraphqlContext): Promise<number> {
    const loader = loaderOf(
      context,
      run,
      'taskRunCount',
      (ctx, ids) => this.runs.countByFlowRun(ctx, ids),
      (row) => row.flow_run_id,
    );
    return (await loader.load(run.id))?.count ?? 0;
  }
}
