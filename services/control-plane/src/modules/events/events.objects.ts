import { Field, ID, InputType, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import {
  eventFilter,
  type EventCountJson,
  type EventFilter,
  type EventTimeUnit,
} from '@headgate/contracts/rest/events';
import type { WireEvent } from '../../core/events/events.js';
import { checkedInput, filled } from '../../core/graphql/checked-input.js';
import { PageInfoObject, type Whole } from '../../core/graphql/connection.js';
import { DateTimeScalar, JsonScalar } from '../../core/graphql/scalars.js';

@ObjectType('Event')
export class EventObject {
  @Field(() => ID) id!: string;
  @Field({ description: 'What happened: `prefect.flow-run.Completed`.' }) name!: string;
  @Field(() => DateTimeScalar) occurred!: string;
  @Field(() => DateTimeScalar) received!: string;
  @Field({ description: 'To what: `prefect.flow-run.` and its id.' }) resourceId!: string;
  @Field(() => JsonScalar, { description: 'The labels of what it happened to.' }) resource!: unknown;
  @Field(() => JsonScalar, { description: 'The labels of whatever else has to do with it.' }) related!: unknown;
  @Field(() => JsonScalar) payload!: unknown;
  @Field(() => ID, { nullable: true, description: 'The event that it came after.' }) follows!: string | null;
}

@ObjectType('EventConnection')
export class EventConnectionObject implements Whole<EventFilter> {
  @Field(() => [EventObject]) nodes!: EventObject[];
  @Field(() => PageInfoObject) pageInfo!: PageInfoObject;
  workspaceId!: string;
  by!: EventFilter;
}

@ObjectType('EventCount')
export class EventCountObject {
  @Field({ description: 'A name, the id of a resource, or the number of a part of time.' }) value!: string;
  @Field() label!: string;
  @Field(() => Int) count!: number;
  @Field(() => DateTimeScalar) since!: string;
  @Field(() => DateTimeScalar) until!: string;
}

export enum EventSortInput {
  NEWEST = 'NEWEST',
  OLDEST = 'OLDEST',
}
registerEnumType(EventSortInput, { name: 'EventSortInput' });

export enum EventCountableInput {
  NAME = 'event',
  RESOURCE = 'resource',
  TIME = 'time',
}
registerEnumType(EventCountableInput, { name: 'EventCountableInput' });

export const EventTimeUnitEnum: { [U in Uppercase<EventTimeUnit>]: Lowercase<U> } = {
  WEEK: 'week',
  DAY: 'day',
  HOUR: 'hour',
  MINUTE: 'minute',
  SECOND: 'second',
};
registerEnumType(EventTimeUnitEnum, { name: 'EventTimeUnit' });

@InputType({ description: 'Values of a list: one of these. What is not named asks for nothing.' })
export class FollowedEventsInput {
  @Field(() => [String], { nullable: true }) names?: string[] | null;
  @Field(() => [String], { nullable: true, description: 'Beginnings of names.' }) namePrefixes?: string[] | null;
  @Field(() => [String], { nullable: true, description: 'None of these.' }) excludedNames?: string[] | null;
  @Field(() => [String], { nullable: true }) resourceIds?: string[] | null;
  @Field(() => [String], { nullable: true, description: 'Beginnings of ids.' }) resourceIdPrefixes?: string[] | null;
  @Field(() => [String], { nullable: true, description: 'What else has to do with it.' }) relatedIds?: string[] | null;
  @Field(() => [String], { nullable: true, description: 'What it happened to, or what else has to do with it.' })
  anyResourceIds?: string[] | null;
  @Field(() => String, { nullable: true, description: 'Words that are in it; `-word`: that are not.' })
  search?: string | null;
}

@InputType({ description: 'Values of a list: one of these. What is not named asks for nothing.' })
export class EventFilterInput extends FollowedEventsInput {
  @Field(() => DateTimeScalar, { nullable: true, description: 'Half a year ago, if it is not said.' })
  since?: string | null;
  @Field(() => DateTimeScalar, { nullable: true, description: 'Now, if it is not said.' }) until?: string | null;
}

/** As the wire says it. */
export function toFilter(filter: EventFilterInput, order: 'ASC' | 'DESC' = 'DESC'): EventFilter {
  const { relatedIds, anyResourceIds, search } = filter;
  return checkedInput(eventFilter, {
    occurred: filled({ since: filter.since, until: filter.until }),
    event: filled({ name: filter.names, prefix: filter.namePrefixes, exclude_name: filter.excludedNames }),
    resource: filled({ id: filter.resourceIds, id_prefix: filter.resourceIdPrefixes }),
    ...(relatedIds && { related: { id: relatedIds } }),
    ...(anyResourceIds && { any_resource: { id: anyResourceIds } }),
    ...(search && { text: { query: search } }),
    order,
  });
}

export const toEventObject = (event: WireEvent): EventObject => ({
  id: event.id,
  name: event.event,
  occurred: event.occurred,
  received: event.received,
  resourceId: event.resource['prefect.resource.id'] ?? '',
  resource: event.resource,
  related: event.related,
  payload: event.payload,
  follows: event.follows,
});

export const toCountObject = ({ start_time, end_time, ...rest }: EventCountJson): EventCountObject => ({
  ...rest,
  since: start_time,
  until: end_time,
});
