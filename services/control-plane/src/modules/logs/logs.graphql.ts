import { Inject } from '@nestjs/common';
import { Args, Field, ID, Int, ObjectType, Parent, ResolveField, Resolver, Subscription } from '@nestjs/graphql';
import type { LogJson } from '@headgate/contracts/rest/logs';
import type { Ctx } from '../../core/access/ctx.js';
import { Caller, Needs } from '../../core/access/needs.js';
import {
  checkedFirst,
  decodeCursor,
  encodeCursor,
  PageInfoObject,
  toConnection,
} from '../../core/graphql/connection.js';
import { Priced } from '../../core/graphql/limits/price.js';
import { DateTimeScalar } from '../../core/graphql/scalars.js';
import { Live } from '../../core/live/live.js';
import { FlowRunObject } from '../runs/index.js';
import { followLogs } from './follow.js';
import { LogsService } from './logs.service.js';

@ObjectType('Log')
export class LogObject {
  @Field(() => ID) id!: string;
  @Field() cursor!: string;
  @Field(() => DateTimeScalar) timestamp!: string;
  @Field(() => Int) level!: number;
  @Field() name!: string;
  @Field() message!: string;
  @Field(() => ID, { nullable: true }) taskRunId!: string | null;
}

@ObjectType('LogConnection')
export class LogConnectionObject {
  @Field(() => [LogObject]) nodes!: LogObject[];
  @Field(() => PageInfoObject) pageInfo!: PageInfoObject;
}

const placeOf = (log: LogJson) => ({ key: log.timestamp, id: log.id });

const toLogObject = (log: LogJson): LogObject => ({
  id: log.id,
  cursor: encodeCursor(placeOf(log)),
  timestamp: log.timestamp,
  level: log.level,
  name: log.name,
  message: log.message,
  taskRunId: log.task_run_id,
});

const toPlace = (cursor: string | null) => {
  const place = decodeCursor(cursor);
  return place && { timestamp: place.key, id: place.id };
};

@Resolver(() => FlowRunObject)
export class LogsOfRunResolver {
  constructor(
    @Inject(LogsService) private readonly logs: LogsService,
    @Inject(Live) private readonly live: Live,
  ) {}

  @ResolveField('logs', () => LogConnectionObject)
  async lines(
    @Parent() run: FlowRunObject,
    @Args('first', { type: () => Int, nullable: true, defaultValue: 200 }) first: number,
    @Args('after', { type: () => String, nullable: true }) after: string | null,
    @Args('minLevel', { type: () => Int, nullable: true }) minLevel: number | null,
    @Args('search', { type: () => String, nullable: true }) search: string | null,
  ): Promise<LogConnectionObject> {
    const size = checkedFirst(first);
    const lines = await this.logs.listOfRun(run, run.id, { after: toPlace(after), minLevel, search, first: size + 1 });
    return toConnection(lines, size, toLogObject, placeOf);
  }

  @Needs('see_flows')
  @Priced({ size: 200 })
  @Subscription(() => [LogObject], {
    description: 'New lines in batches; pass the cursor of the last line you have, and nothing between is lost.',
    resolve: (lines: LogJson[]) => lines.map(toLogObject),
  })
  flowRunLogs(
    @Caller() ctx: Ctx,
    @Args('workspaceId', { type: () => ID }) _workspaceId: string,
    @Args('flowRunId', { type: () => ID }) flowRunId: string,
    @Args('after', { type: () => String, nullable: true }) after: string | null,
  ) {
    return followLogs(this.live, this.logs, ctx, flowRunId, toPlace(after));
  }
}
