import { Inject } from '@nestjs/common';
import { Args, Float, ID, Query, Resolver } from '@nestjs/graphql';
import type { Ctx } from '../../../core/access/ctx.js';
import { Caller, Needs } from '../../../core/access/needs.js';
import { Priced } from '../../../core/graphql/limits/price.js';
import { DateTimeScalar } from '../../../core/graphql/scalars.js';
import { RunHistory, RunHistoryIntervalObject, intervalsUsual, toIntervalObject } from '../../runs/index.js';
import { TaskRunHistoryFilterInput, toFilters } from '../task-runs.objects.js';

@Resolver(() => RunHistoryIntervalObject)
export class TaskRunHistoryResolver {
  constructor(@Inject(RunHistory) private readonly history: RunHistory) {}

  @Needs('see_flows')
  @Priced({ size: intervalsUsual })
  @Query(() => [RunHistoryIntervalObject], { description: 'By expected start, and by the state that they are in now.' })
  async taskRunHistory(
    @Caller() ctx: Ctx,
    @Args('workspaceId', { type: () => ID }) _workspaceId: string,
    @Args('since', { type: () => DateTimeScalar }) history_start: string,
    @Args('until', { type: () => DateTimeScalar }) history_end: string,
    @Args('intervalSeconds', { type: () => Float }) interval_seconds: number,
    @Args('filter', { type: () => TaskRunHistoryFilterInput, nullable: true }) filter: TaskRunHistoryFilterInput | null,
  ): Promise<RunHistoryIntervalObject[]> {
    const range = { history_start, history_end, interval_seconds };
    return (await this.history.list(ctx, 'task_run', range, toFilters(filter ?? {}))).map(toIntervalObject);
  }
}
