import { Inject } from '@nestjs/common';
import { Args, Context, ID, Int, Mutation, Parent, Query, ResolveField, Resolver, Subscription } from '@nestjs/graphql';
import type { Ctx } from '../../../core/access/ctx.js';
import { ctxIn } from '../../../core/access/field-ctx.js';
import { Caller, Needs } from '../../../core/access/needs.js';
import { AppError } from '../../../core/errors/app-error.js';
import type { WireEvent } from '../../../core/events/events.js';
import { checkedId } from '../../../core/graphql/checked-id.js';
import { checkedFirst, decodeCursor, toConnection } from '../../../core/graphql/connection.js';
import { Priced } from '../../../core/graphql/limits/price.js';
import { loaderOf } from '../../../core/graphql/loader.js';
import { DateTimeScalar, JsonScalar } from '../../../core/graphql/scalars.js';
import type { GraphqlContext } from '../../../core/http/request.js';
import { iterateEach } from '../../../core/live/iterate.js';
import { Live, topics } from '../../../core/live/live.js';
import { ofThing } from '../../../core/live/of-thing.js';
import { cancelFlowRun, resumeFlowRun, retryFlowRun, suspendFlowRun } from '../actions/run-actions.operations.js';
import type { OrchestrationResult } from '../moves/result.js';
import {
  FlowRunConnectionObject,
  FlowRunFilterInput,
  FlowRunObject,
  FlowRunSortInput,
  RunStateObject,
  StateCountObject,
  toFlowRunObject,
  toRunStateObject,
} from './flow-run.objects.js';
import type { FlowRunRow } from './flow-run.js';
import { FlowRunsService } from './flow-runs.service.js';
import { stateJson } from './state-json.js';
import { Operations } from '../../../core/operations/operations.js';
import { Runs } from '../../../core/operations/runs.js';
import { deleteFlowRun } from './flow-runs.operations.js';

@Resolver(() => FlowRunObject)
export class FlowRunsResolver {
  constructor(
    @Inject(FlowRunsService) private readonly runs: FlowRunsService,
    @Inject(Live) private readonly live: Live,
    @Inject(Operations) private readonly operations: Operations,
  ) {}

  @Needs('see_flows')
  @Query(() => FlowRunConnectionObject)
  async flowRuns(
    @Caller() ctx: Ctx,
    @Args('workspaceId', { type: () => ID }) _workspaceId: string,
    @Args('filter', { type: () => FlowRunFilterInput, nullable: true }) filter: FlowRunFilterInput | null,
    @Args('sort', { type: () => FlowRunSortInput, nullable: true, defaultValue: FlowRunSortInput.NEWEST })
    sort: FlowRunSortInput,
    @Args('first', { type: () => Int, nullable: true, defaultValue: 50 }) first: number,
    @Args('after', { type: () => String, nullable: true }) after: string | null,
  ): Promise<FlowRunConnectionObject> {
    const size = checkedFirst(first);
    const rows = await this.runs.listByKey(ctx, filter ?? {}, sort, size + 1, decodeCursor(after));
    const keyOf = (row: FlowRunRow) => (sort.startsWith('NAME') ? row.name : row.expected_start_time);
    const page = toConnection(rows, size, toFlowRunObject, (row) => ({ key: keyOf(row), id: row.id }));
    return { ...page, workspaceId: ctx.workspaceId, by: filter ?? {} };
  }

  @Needs('see_flows')
  @Query(() => FlowRunObject)
  async flowRun(
    @Caller() ctx: Ctx,
    @Args('workspaceId', { type: () => ID }) _workspaceId: string,
    @Args('id', { type: () => ID }) id: string,
  ): Promise<FlowRunObject> {
    return toFlowRunObject(await this.runs.getRow(ctx, checkedId(id, 'Flow run')));
  }

  @Needs('see_flows')
  @Priced({ size: 9 })
  @Query(() => [StateCountObject], {
    description:
      'Runs by state whose expected start lies in [since, until): whole hours from the rollup, the rest one by one.',
  })
  async flowRunCounts(
    @Caller() ctx: Ctx,
    @Args('workspaceId', { type: () => ID }) _workspaceId: string,
    @Args('since', { type: () => DateTimeScalar }) since: string,
    @Args('until', { type: () => DateTimeScalar }) until: string,
    @Args('deploymentId', { type: () => ID, nullable: true }) deploymentId: string | null,
  ): Promise<StateCountObject[]> {
    const counts = await this.runs.countStates(
      ctx,
      since,
      until,
      deploymentId && checkedId(deploymentId, 'Deployment'),
    );
    return counts.map((row) => ({ stateType: row.state_type as StateCountObject['stateType'], count: row.count }));
  }

  @Runs(cancelFlowRun)
  @Mutation(() => FlowRunObject)
  async cancelFlowRun(
    @Caller() ctx: Ctx,
    @Args('workspaceId', { type: () => ID }) _workspaceId: string,
    @Args('id', { type: () => ID }) id: string,
  ): Promise<FlowRunObject> {
    return this.moved(ctx, id, await this.operations.run(ctx, cancelFlowRun, { id: checkedId(id, 'Flow run') }));
  }

  @Runs(retryFlowRun)
  @Mutation(() => FlowRunObject)
  async retryFlowRun(
    @Caller() ctx: Ctx,
    @Args('workspaceId', { type: () => ID }) _workspaceId: string,
    @Args('id', { type: () => ID }) id: string,
  ): Promise<FlowRunObject> {
    return this.moved(ctx, id, await this.operations.run(ctx, retryFlowRun, { id: checkedId(id, 'Flow run') }));
  }

  @Runs(suspendFlowRun)
  @Mutation(() => FlowRunObject)
  async pauseFlowRun(
    @Caller() ctx: Ctx,
    @Args('workspaceId', { type: () => ID }) _workspaceId: string,
    @Args('id', { type: () => ID }) id: string,
  ): Promise<FlowRunObject> {
    return this.moved(ctx, id, await this.operations.run(ctx, suspendFlowRun, { id: checkedId(id, 'Flow run') }));
  }

  @Runs(resumeFlowRun)
  @Mutation(() => FlowRunObject)
  async resumeFlowRun(
    @Caller() ctx: Ctx,
    @Args('workspaceId', { type: () => ID }) _workspaceId: string,
    @Args('id', { type: () => ID }) id: string,
    @Args('runInput', { type: () => JsonScalar, nullable: true }) runInput: Record<string, unknown> | null,
  ): Promise<FlowRunObject> {
    const input = { id: checkedId(id, 'Flow run'), runInput: runInput ?? undefined };
    return this.moved(ctx, id, await this.operations.run(ctx, resumeFlowRun, input));
  }

  @Runs(deleteFlowRun)
  @Mutation(() => Boolean)
  async deleteFlowRun(
    @Caller() ctx: Ctx,
    @Args('workspaceId', { type: () => ID }) _workspaceId: string,
    @Args('id', { type: () => ID }) id: string,
  ): Promise<boolean> {
    await this.operations.run(ctx, deleteFlowRun, { id: checkedId(id, 'Flow run') });
    return true;
  }

  @Needs('see_flows')
  @Subscription(() => FlowRunObject, {
    description: 'The run after each change of its state.',
    resolve: (run: FlowRunObject) => run,
  })
  flowRunChanged(
    @Caller() ctx: Ctx,
    @Args('workspaceId', { type: () => ID }) _workspaceId: string,
    @Args('id', { type: () => ID }) id: string,
  ) {
    const runId = checkedId(id, 'Flow run');
    const changes = this.changes(ctx, (each) => each === runId);
    return ofThing(changes, () => this.runs.mustExist(ctx, runId));
  }

  @Needs('see_flows')
  @Subscription(() => FlowRunObject, {
    description: 'Every run of the workspace after each change, for lists.',
    resolve: (run: FlowRunObject) => run,
  })
  flowRunsChanged(@Caller() ctx: Ctx, @Args('workspaceId', { type: () => ID }) _workspaceId: string) {
    return this.changes(ctx, () => true);
  }

  @Priced({ size: 20 })
  @ResolveField(() => [RunStateObject])
  async states(@Parent() run: FlowRunObject, @Context() context: GraphqlContext): Promise<RunStateObject[]> {
    return (await this.runs.listStates(ctxIn(context, run), [run.id])).map((row) =>
      toRunStateObject(stateJson(row), row.actor),
    );
  }

  @ResolveField(() => FlowRunObject, { nullable: true })
  async parentFlowRun(@Parent() run: FlowRunObject, @Context() context: GraphqlContext): Promise<FlowRunObject | null> {
    if (!run.parentTaskRunId) return null;
    const loader = loaderOf(
      context,
      run,
      'parentFlowRun',
      (ctx, ids) => this.runs.findParents(ctx, ids),
      (row) => row.task_run_id,
    );
    const parent = await loader.load(run.parentTaskRunId);
    const [row] = parent?.flow_run_id ? await this.runs.getMany(ctxIn(context, run), [parent.flow_run_id]) : [];
    return row ? toFlowRunObject(row) : null;
  }

  @Priced({ size: 200 })
  @ResolveField(() => [FlowRunObject])
  async subflowRuns(@Parent() run: FlowRunObject, @Context() context: GraphqlContext): Promise<FlowRunObject[]> {
    const ctx = ctxIn(context, run);
    return (await this.runs.listByKey(ctx, { parentFlowRunId: run.id }, 'OLDEST', 200, null)).map(toFlowRunObject);
  }

  /** The runs that events tell of, read anew. */
  private changes(ctx: Ctx, wanted: (runId: string) => boolean) {
    return iterateEach<WireEvent[], FlowRunObject>(
      this.live,
      ctx,
      topics.events(ctx.workspaceId),
      (events) => events.flatMap((event) => runIdOf(event) ?? []).filter(wanted),
      async (ids) => (await this.runs.getMany(ctx, ids)).map(toFlowRunObject),
    );
  }

  private async moved(ctx: Ctx, id: string, result: OrchestrationResult): Promise<FlowRunObject> {
    if (!result.written) throw new AppError('conflict', String(result.details['reason'] ?? 'The run did not change.'));
    return toFlowRunObject(await this.runs.getRow(ctx, id));
  }
}

const runResource = 'prefect.flow-run.';

function runIdOf(event: WireEvent): string | null {
  const id = event.resource['prefect.resource.id'] ?? '';
  return id.startsWith(runResource) && event.resource['prefect.state-type'] ? id.slice(runResource.length) : null;
}
