import { Inject } from '@nestjs/common';
import { Args, Float, ID, Query, Resolver } from '@nestjs/graphql';
import type { Ctx } from '../../../core/access/ctx.js';
import { Caller, Needs } from '../../../core/access/needs.js';
import { Priced } from '../../../core/graphql/limits/price.js';
import { DateTimeScalar } from '../../../core/graphql/scalars.js';
import { FlowRunHistoryFilterInput, toFilters } from '../flow-runs/flow-run.objects.js';
import { intervalsUsual, RunHistoryIntervalObject, toIntervalObject } from './history.objects.js';
import { RunHistory } from './history.service.js';

/** How runs came and how they fared over time. */
@Resolver(() => RunHistoryIntervalObject)
export class FlowRunHistoryResolver {
  constructor(@Inject(RunHistory) private readonly history: RunHistory) {}

  @Needs('see_flows')
  @Priced({ size: intervalsUsual })
  @Query(() => [RunHistoryIntervalObject], { description: 'By expected start, and by the state that they are in now.' })
  async flowRunHistory(
    @Caller() ctx: Ctx,
    @Args('workspaceId', { type: () => ID }) _workspaceId: string,
    @Args('since', { type: () => DateTimeScalar }) history_start: string,
    @Args('until', { type: () => DateTimeScalar }) history_end: string,
    @Args('intervalSeconds', { type: () => Float }) interval_seconds: number,
    @Args('filter', { type: () => FlowRunHistoryFilterInput, nullable: true }) filter: FlowRunHistoryFilterInput | null,
  ): Promise<RunHistoryIntervalObject[]> {
    const range = { history_start, history_end, interval_seconds };
    return (await this.history.list(ctx, 'flow_run', range, toFilters(filter ?? {}))).map(toIntervalObject);
  }
}
