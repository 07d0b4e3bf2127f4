import { Controller, Get, HttpCode, Inject, Param, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { eventCountsAnswer, eventPageAnswer } from '@headgate/contracts/rest/answers/events';
import {
  eventCountables,
  events as eventsBody,
  eventsCount,
  eventsFilter,
  type EventCountJson,
  type EventsCount,
  type EventsFilter,
} from '@headgate/contracts/rest/events';
import { z } from 'zod';
import type { Ctx } from '../../core/access/ctx.js';
import { Caller, Needs, Request } from '../../core/access/needs.js';
import { Config } from '../../core/config/config.js';
import { originOf } from '../../core/http/origin.js';
import { addressedAccount, addressedWorkspace } from '../../core/http/address.js';
import type { HeadgateRequest } from '../../core/http/request.js';
import { DescribedBody, InvalidRequest, ZodBody, ZodQuery } from '../../core/http/zod-body.js';
import { ZodList } from '../../core/http/zod-list.js';
import { Answers } from '../../core/openapi/answers.js';
import { EventsService, type EventPage } from './events.service.js';
import { Operations } from '../../core/operations/operations.js';
import { Runs } from '../../core/operations/runs.js';
import { ingestEvents } from './events.operations.js';

/** A hundred take a millisecond or two. */
const sent = new ZodList(eventsBody, 100);
const pageQuery = z.object({ 'page-token': z.string() });
const countableWords = `Input should be ${eventCountables
  .map((each) => `'${each}'`)
  .join(', ')
  .replace(/, (?=[^,]*$)/, ' or ')}`;

@ApiTags('Events')
@Controller('api/events')
export class EventsController {
  constructor(
    @Inject(EventsService) private readonly events: EventsService,
    @Inject(Config) private readonly config: Config,
    @Inject(Operations) private readonly operations: Operations,
  ) {}

  @Runs(ingestEvents)
  @Post()
  @HttpCode(204)
  async create(@Caller() ctx: Ctx, @DescribedBody(eventsBody) body: unknown) {
    return this.operations.run(ctx, ingestEvents, await sent.read(body));
  }

  @Needs('see_events')
  @Post('filter')
  @HttpCode(200)
  @Answers(eventPageAnswer)
  async filter(
    @Caller() ctx: Ctx,
    @Request() request: HeadgateRequest,
    @ZodBody(eventsFilter) { filter, limit }: EventsFilter,
  ) {
    return this.answer(request, await this.events.list(ctx, filter ?? {}, limit ?? 50));
  }

  @Needs('see_events')
  @Get('filter/next')
  @Answers(eventPageAnswer)
  async next(
    @Caller() ctx: Ctx,
    @Request() request: HeadgateRequest,
    @ZodQuery(pageQuery) query: z.infer<typeof pageQuery>,
  ) {
    return this.answer(request, await this.events.next(ctx, query['page-token']));
  }

  @Needs('see_events')
  @Post('count-by/:countable')
  @HttpCode(200)
  @Answers(eventCountsAnswer)
  count(
    @Caller() ctx: Ctx,
    @Param('countable') countable: string,
    @ZodBody(eventsCount) { filter, time_unit: unit = 'day', time_interval: interval = 1 }: EventsCount,
  ): Promise<EventCountJson[]> {
    if (countable === 'time') return this.events.countByTime(ctx, filter, { unit, interval });
    if (countable === 'day') return this.events.countByTime(ctx, filter, { unit: 'day', interval: 1 });
    if (countable === 'event' || countable === 'resource')
      return this.events.countByKey(ctx, filter, countable, { unit, interval });
    throw new InvalidRequest(
      [{ type: 'enum', loc: ['path', 'countable'], msg: countableWords, input: countable }],
      null,
    );
  }

  /** The next page is an absolute address below the one that the caller used, so that its key goes along. */
  private answer(request: HeadgateRequest, { events, total, nextToken }: EventPage) {
    const account = request.headers[addressedAccount];
    const workspace = request.headers[addressedWorkspace];
    const prefix = account ? `/api/accounts/${String(account)}/workspaces/${String(workspace)}` : '/api';
    const root = originOf(this.config, request);
    return { events, total, next_page: nextToken && `${root}${prefix}/events/filter/next?page-token=${nextToken}` };
  }
}
