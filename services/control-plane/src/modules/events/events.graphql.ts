import { Inject } from '@nestjs/common';
import { Args, Context, Float, ID, Int, Parent, Query, ResolveField, Resolver, Subscription } from '@nestjs/graphql';
import { eventPageSizeMax, type EventTimeUnit } from '@headgate/contracts/rest/events';
import type { Ctx } from '../../core/access/ctx.js';
import { ctxIn } from '../../core/access/field-ctx.js';
import { Caller, Needs } from '../../core/access/needs.js';
import { invalid } from '../../core/errors/app-error.js';
import type { WireEvent } from '../../core/events/events.js';
import { checkedFirst, decodeCursor, ofAllPages, toConnection } from '../../core/graphql/connection.js';
import { Priced } from '../../core/graphql/limits/price.js';
import type { GraphqlContext } from '../../core/http/request.js';
import { followFeed } from '../../core/live/follow-feed.js';
import {
  EventConnectionObject,
  EventCountableInput,
  EventCountObject,
  EventFilterInput,
  EventObject,
  EventSortInput,
  EventTimeUnitEnum,
  FollowedEventsInput,
  toCountObject,
  toEventObject,
  toFilter,
} from './events.objects.js';
import { EventsService } from './events.service.js';
import { EventFeed } from './feed.js';
import { FilterTooDear, matchesEvent } from './matches-event.js';
import { placeOfEvent } from './place.js';

const toEventObjects = (events: WireEvent[]): EventObject[] => events.map(toEventObject);
const placeOf = (event: WireEvent) => {
  const { occurred, id } = placeOfEvent(event);
  return { key: occurred, id };
};

/** What happened in a workspace. */
@Resolver(() => EventConnectionObject)
export class EventsResolver {
  constructor(
    @Inject(EventsService) private readonly service: EventsService,
    @Inject(EventFeed) private readonly feed: EventFeed,
  ) {}

  @Needs('see_events')
  @Query(() => EventConnectionObject, { description: `At most ${eventPageSizeMax} on a page: they may be large.` })
  async events(
    @Caller() ctx: Ctx,
    @Args('workspaceId', { type: () => ID }) _workspaceId: string,
    @Args('filter', { type: () => EventFilterInput, nullable: true }) filter: EventFilterInput | null,
    @Args('sort', { type: () => EventSortInput, nullable: true, defaultValue: EventSortInput.NEWEST })
    sort: EventSortInput,
    @Args('first', { type: () => Int, nullable: true, defaultValue: 50 }) first: number,
    @Args('after', { type: () => String, nullable: true }) after: string | null,
  ): Promise<EventConnectionObject> {
    const size = checkedFirst(first, eventPageSizeMax);
    const by = toFilter(filter ?? {}, sort === EventSortInput.NEWEST ? 'DESC' : 'ASC');
    const place = decodeCursor(after);
    const from = place && { occurred: place.key, id: place.id };
    const page = toConnection(await this.service.listAfter(ctx, by, from, size + 1), size, toEventObject, placeOf);
    return { ...page, workspaceId: ctx.workspaceId, by };
  }

  @Needs('see_events')
  @Priced({ size: 100 })
  @Query(() => [EventCountObject], { description: 'By name or resource, the most first; or by parts of time.' })
  async eventCounts(
    @Caller() ctx: Ctx,
    @Args('workspaceId', { type: () => ID }) _workspaceId: string,
    @Args('by', { type: () => EventCountableInput, nullable: true, defaultValue: EventCountableInput.NAME })
    by: EventCountableInput,
    @Args('filter', { type: () => EventFilterInput, nullable: true }) filter: EventFilterInput | null,
    @Args('unit', { type: () => EventTimeUnitEnum, nullable: true, defaultValue: EventTimeUnitEnum.DAY })
    unit: EventTimeUnit,
    @Args('interval', { type: () => Float, nullable: true, defaultValue: 1 }) interval: number,
  ): Promise<EventCountObject[]> {
    const [asked, width] = [toFilter(filter ?? {}), { unit, interval: checkedInterval(interval) }];
    const counts =
      by === EventCountableInput.TIME
        ? await this.service.countByTime(ctx, asked, width)
        : await this.service.countByKey(ctx, asked, by, width);
    return counts.map(toCountObject);
  }

  @Needs('see_events')
  @Priced({ size: 100 })
  @Subscription(() => [EventObject], { description: 'What happens from now on, in batches.', resolve: toEventObjects })
  eventsHappened(
    @Caller() ctx: Ctx,
    @Args('workspaceId', { type: () => ID }) _workspaceId: string,
    @Args('filter', { type: () => FollowedEventsInput, nullable: true }) filter: FollowedEventsInput | null,
  ) {
    const asked = toFilter(filter ?? {});
    return followFeed(this.feed, ctx, (event) => wants(asked, event));
  }

  @ResolveField(() => Int, { description: `${ofAllPages.description} Counted up to 1,000,000.` })
  totalCount(@Parent() { workspaceId, by }: EventConnectionObject, @Context() context: GraphqlContext) {
    return this.service.count(ctxIn(context, { workspaceId }), by);
  }
}

/** As over REST. */
function checkedInterval(interval: number): number {
  if (interval >= 0.01) return interval;
  throw invalid('interval: must be at least 0.01', { fields: { interval: 'must be at least 0.01' } });
}

function wants(...[filter, event]: Parameters<typeof matchesEvent>): boolean {
  try {
    return matchesEvent(filter, event);
  } catch (error) {
    throw error instanceof FilterTooDear ? invalid('The filter takes too long with what happens here.') : error;
  }
}
