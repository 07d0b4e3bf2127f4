import { Inject } from '@nestjs/common';
import { Args, Context, ID, Int, Mutation, Parent, Query, ResolveField, Resolver, Subscription } from '@nestjs/graphql';
import type { Ctx } from '../../core/access/ctx.js';
import { ctxIn } from '../../core/access/field-ctx.js';
import { Caller, Needs } from '../../core/access/needs.js';
import { checkedId } from '../../core/graphql/checked-id.js';
import { checkedFirst, decodeCursor, ofAllPages, toConnection } from '../../core/graphql/connection.js';
import { batched, Priced } from '../../core/graphql/limits/price.js';
import { loaderOf } from '../../core/graphql/loader.js';
import type { GraphqlContext } from '../../core/http/request.js';
import { iterateEach } from '../../core/live/iterate.js';
import { Live, topics } from '../../core/live/live.js';
import { ofThing } from '../../core/live/of-thing.js';
import {
  FlowRunObject,
  FlowRunsService,
  RunStateObject,
  stateJson,
  toFlowRunObject,
  toRunStateObject,
} from '../runs/index.js';
import { Operations } from '../../core/operations/operations.js';
import { Runs } from '../../core/operations/runs.js';
import type { Filters } from '../filters/index.js';
import type { TaskRunRow } from './task-run.js';
import { deleteTaskRun } from './task-runs.operations.js';
import {
  StretchObject,
  TaskRunConnectionObject,
  TaskRunFilterInput,
  TaskRunObject,
  TaskRunSortInput,
  toFilters,
  toTaskRunObject,
} from './task-runs.objects.js';
import { TaskRunsService } from './task-runs.service.js';

const placeOf = (row: TaskRunRow) => ({ key: row.expected_start_time ?? row.created, id: row.id });

function pageOf(
  { workspaceId }: { workspaceId: string },
  rows: TaskRunRow[],
  size: number,
  by: Filters,
): TaskRunConnectionObject {
  return { ...toConnection(rows, size, toTaskRunObject, placeOf), workspaceId, by };
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

  @Needs('see_flows')
  @Query(() => TaskRunConnectionObject, { description: 'In the order of their expected start.' })
  async taskRuns(
    @Caller() ctx: Ctx,
    @Args('workspaceId', { type: () => ID }) _workspaceId: string,
    @Args('filter', { type: () => TaskRunFilterInput, nullable: true }) filter: TaskRunFilterInput | null,
    @Args('sort', { type: () => TaskRunSortInput, nullable: true, defaultValue: TaskRunSortInput.NEWEST })
    sort: TaskRunSortInput,
    @Args('first', { type: () => Int, nullable: true, defaultValue: 50 }) first: number,
    @Args('after', { type: () => String, nullable: true }) after: string | null,
  ): Promise<TaskRunConnectionObject> {
    const [size, by] = [checkedFirst(first), toFilters(filter ?? {})];
    const page = { newestFirst: sort === TaskRunSortInput.NEWEST, limit: size + 1, after: decodeCursor(after) };
    return pageOf(ctx, await this.runs.listByTime(ctx, by, page), size, by);
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
  @Subscription(() => TaskRunObject, {
    description: 'Every task run after each change: of a flow run, or of the workspace.',
    resolve: (run: TaskRunObject) => run,
  })
  taskRunsChanged(
    @Caller() ctx: Ctx,
    @Args('workspaceId', { type: () => ID }) _workspaceId: string,
    @Args('flowRunId', { type: () => ID, nullable: true }) flowRunId: string | null,
  ) {
    if (!flowRunId) return this.changes(ctx);
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

  private changes(ctx: Ctx) {
    return iterateEach<Changed, TaskRunObject>(
      this.live,
      ctx,
      topics.taskRuns(ctx.workspaceId),
      (changed) => changed.map((each) => each.id),
      async (ids) => (await this.runs.getMany(ctx, ids)).map(toTaskRunObject),
    );
  }

  @Priced({ size: 20 })
  @ResolveField(() => [RunStateObject])
  async states(@Parent() run: TaskRunObject, @Context() context: GraphqlContext): Promise<RunStateObject[]> {
    return (await this.runs.listStates(ctxIn(context, run), run.id)).map((row) => toRunStateObject(stateJson(row)));
  }

  @Priced({ size: 4, own: batched })
  @ResolveField(() => [StretchObject], {
    description:
      'When it was running, where it began more than once: the latest fifty times. Else it ran from its start to its end.',
  })
  async stretches(@Parent() run: TaskRunObject, @Context() context: GraphqlContext): Promise<StretchObject[]> {
    if (run.runCount <= 1) return [];
    const loader = loaderOf(
      context,
      run,
      'stretches',
      (ctx, ids) => this.runs.stretchesOf(ctx, ids),
      (row) => row.id,
    );
    const found = await loader.load(run.id);
    return (found?.stretches ?? []).map(({ started, ended }) => ({ startTime: started, endTime: ended }));
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
    return pageOf(run, rows, size, toFilters({ flowRunIds: [run.id] }));
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

@Resolver(() => TaskRunConnectionObject)
export class TaskRunCountResolver {
  constructor(@Inject(TaskRunsService) private readonly runs: TaskRunsService) {}

  @ResolveField(() => Int, ofAllPages)
  totalCount(@Parent() { workspaceId, by }: TaskRunConnectionObject, @Context() context: GraphqlContext) {
    return this.runs.count(ctxIn(context, { workspaceId }), by);
  }
}
