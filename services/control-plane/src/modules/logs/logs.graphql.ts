import { Inject } from '@nestjs/common';
import { Args, ID, Int, Query, Resolver, Subscription } from '@nestjs/graphql';
import type { Ctx } from '../../core/access/ctx.js';
import { Caller, Needs } from '../../core/access/needs.js';
import { checkedFirst } from '../../core/graphql/connection.js';
import { Priced } from '../../core/graphql/limits/price.js';
import { followFeed } from '../../core/live/follow-feed.js';
import { LogFeed } from './feed.js';
import {
  FollowedLogsInput,
  LogConnectionObject,
  LogFilterInput,
  LogObject,
  LogSortInput,
  pageOfLines,
  toFilter,
  toLogObjects,
  toPlace,
} from './logs.objects.js';
import { LogsService } from './logs.service.js';
import { matchesLog } from './matches-log.js';

/** Lines of all runs lie side by side, in the order of time alone: they are looked through. */
const nodesOfSearch = 500;

/** The lines of a workspace, whatever wrote them. */
@Resolver(() => LogObject)
export class LogsResolver {
  constructor(
    @Inject(LogsService) private readonly service: LogsService,
    @Inject(LogFeed) private readonly feed: LogFeed,
  ) {}

  @Needs('see_flows')
  @Priced({ own: nodesOfSearch })
  @Query(() => LogConnectionObject)
  async logs(
    @Caller() ctx: Ctx,
    @Args('workspaceId', { type: () => ID }) _workspaceId: string,
    @Args('filter', { type: () => LogFilterInput, nullable: true }) filter: LogFilterInput | null,
    @Args('sort', { type: () => LogSortInput, nullable: true, defaultValue: LogSortInput.NEWEST }) sort: LogSortInput,
    @Args('first', { type: () => Int, nullable: true, defaultValue: 50 }) first: number,
    @Args('after', { type: () => String, nullable: true }) after: string | null,
  ): Promise<LogConnectionObject> {
    const size = checkedFirst(first);
    const order = sort === LogSortInput.NEWEST ? ('desc' as const) : ('asc' as const);
    const page = { order, limit: size, after: toPlace(after) };
    return pageOfLines(await this.service.page(ctx, toFilter(filter ?? {}), page));
  }

  @Needs('see_flows')
  @Priced({ size: 100 })
  @Subscription(() => [LogObject], {
    description: 'New lines of the workspace in batches. To miss none of a run, follow that run.',
    resolve: toLogObjects,
  })
  logsWritten(
    @Caller() ctx: Ctx,
    @Args('workspaceId', { type: () => ID }) _workspaceId: string,
    @Args('filter', { type: () => FollowedLogsInput, nullable: true }) filter: FollowedLogsInput | null,
  ) {
    return followFeed(this.feed, ctx, matchesLog(toFilter(filter ?? {})));
  }
}
