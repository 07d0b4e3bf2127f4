import { Inject } from '@nestjs/common';
import { Args, Context, ID, Int, Parent, ResolveField, Resolver, Subscription } from '@nestjs/graphql';
import { logQueryLengthMax } from '@headgate/contracts/rest/logs';
import type { Ctx } from '../../core/access/ctx.js';
import { ctxIn } from '../../core/access/field-ctx.js';
import { Caller, Needs } from '../../core/access/needs.js';
import { checkedFirst } from '../../core/graphql/connection.js';
import { invalid } from '../../core/errors/app-error.js';
import { checkedId } from '../../core/graphql/checked-id.js';
import { Priced } from '../../core/graphql/limits/price.js';
import type { GraphqlContext } from '../../core/http/request.js';
import { Live } from '../../core/live/live.js';
import { ofThing } from '../../core/live/of-thing.js';
import { FlowRunObject, FlowRunsService } from '../runs/index.js';
import { TaskRunObject, TaskRunsService } from '../task-runs/index.js';
import { followLogs } from './follow.js';
import { LogConnectionObject, LogObject, pageOfLines, toLogObjects, toPlace } from './logs.objects.js';
import type { LogsOf } from './logs.queries.js';
import { LogsService } from './logs.service.js';

type Page = { first: number; after: string | null; minLevel: number | null; search: string | null };

async function pageOf(
  logs: LogsService,
  ctx: Ctx,
  of: LogsOf,
  { first, after, minLevel, search }: Page,
): Promise<LogConnectionObject> {
  const size = checkedFirst(first);
  if (search && search.length > logQueryLengthMax) throw invalid(`search has at most ${logQueryLengthMax} characters.`);
  return pageOfLines(await logs.pageOfRun(ctx, of, { after: toPlace(after), minLevel, search, first: size }));
}

@Resolver(() => FlowRunObject)
export class LogsOfRunResolver {
  constructor(
    @Inject(LogsService) private readonly logs: LogsService,
    @Inject(Live) private readonly live: Live,
    @Inject(FlowRunsService) private readonly runs: FlowRunsService,
  ) {}

  @ResolveField('logs', () => LogConnectionObject)
  async lines(
    @Parent() run: FlowRunObject,
    @Args('first', { type: () => Int, nullable: true, defaultValue: 200 }) first: number,
    @Args('after', { type: () => String, nullable: true }) after: string | null,
    @Args('minLevel', { type: () => Int, nullable: true }) minLevel: number | null,
    @Args('search', { type: () => String, nullable: true }) search: string | null,
    @Context() context: GraphqlContext,
  ): Promise<LogConnectionObject> {
    return pageOf(this.logs, ctxIn(context, run), { flowRunId: run.id }, { first, after, minLevel, search });
  }

  @Needs('see_flows')
  @Priced({ size: 200 })
  @Subscription(() => [LogObject], {
    description: 'New lines in batches; pass the cursor of the last line you have, and nothing between is lost.',
    resolve: toLogObjects,
  })
  flowRunLogs(
    @Caller() ctx: Ctx,
    @Args('workspaceId', { type: () => ID }) _workspaceId: string,
    @Args('flowRunId', { type: () => ID }) flowRunId: string,
    @Args('after', { type: () => String, nullable: true }) after: string | null,
  ) {
    const id = checkedId(flowRunId, 'Flow run');
    const lines = followLogs(this.live, this.logs, ctx, { flowRunId: id }, toPlace(after));
    return ofThing(lines, () => this.runs.mustExist(ctx, id));
  }
}

@Resolver(() => TaskRunObject)
export class LogsOfTaskRunResolver {
  constructor(
    @Inject(LogsService) private readonly logs: LogsService,
    @Inject(Live) private readonly live: Live,
    @Inject(TaskRunsService) private readonly runs: TaskRunsService,
  ) {}

  @ResolveField('logs', () => LogConnectionObject)
  async lines(
    @Parent() run: TaskRunObject,
    @Args('first', { type: () => Int, nullable: true, defaultValue: 200 }) first: number,
    @Args('after', { type: () => String, nullable: true }) after: string | null,
    @Context() context: GraphqlContext,
  ): Promise<LogConnectionObject> {
    return pageOf(
      this.logs,
      ctxIn(context, run),
      { taskRunId: run.id },
      { first, after, minLevel: null, search: null },
    );
  }

  @Needs('see_flows')
  @Priced({ size: 200 })
  @Subscription(() => [LogObject], { description: 'The same for one task run.', resolve: toLogObjects })
  taskRunLogs(
    @Caller() ctx: Ctx,
    @Args('workspaceId', { type: () => ID }) _workspaceId: string,
    @Args('taskRunId', { type: () => ID }) taskRunId: string,
    @Args('after', { type: () => String, nullable: true }) after: string | null,
  ) {
    const id = checkedId(taskRunId, 'Task run');
    const lines = followLogs(this.live, this.logs, ctx, { taskRunId: id }, toPlace(after));
    return ofThing(lines, () => this.runs.get(ctx, id));
  }
}
