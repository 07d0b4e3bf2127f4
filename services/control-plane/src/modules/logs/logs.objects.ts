import { Field, ID, InputType, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { logFilter, type LogFilter, type LogJson } from '@headgate/contracts/rest/logs';
import { checkedInput } from '../../core/graphql/checked-input.js';
import { decodeCursor, encodeCursor, PageInfoObject } from '../../core/graphql/connection.js';
import { DateTimeScalar } from '../../core/graphql/scalars.js';
import type { PageOfLines } from './logs.queries.js';

@ObjectType('Log')
export class LogObject {
  @Field(() => ID) id!: string;
  @Field() cursor!: string;
  @Field(() => DateTimeScalar) timestamp!: string;
  @Field(() => Int) level!: number;
  @Field() name!: string;
  @Field() message!: string;
  @Field(() => ID, { nullable: true }) flowRunId!: string | null;
  @Field(() => ID, { nullable: true }) taskRunId!: string | null;
}

@ObjectType('LogConnection')
export class LogConnectionObject {
  @Field(() => [LogObject]) nodes!: LogObject[];
  @Field(() => PageInfoObject) pageInfo!: PageInfoObject;
}

export enum LogSortInput {
  NEWEST = 'NEWEST',
  OLDEST = 'OLDEST',
}
registerEnumType(LogSortInput, { name: 'LogSortInput' });

@InputType()
export class FollowedLogsInput {
  @Field(() => Int, { nullable: true, description: 'Of this level, or higher.' }) minLevel?: number | null;
  @Field(() => Int, { nullable: true, description: 'Of this level, or lower.' }) maxLevel?: number | null;
  @Field(() => [ID], { nullable: true, description: 'Of one of these.' }) flowRunIds?: string[] | null;
  @Field(() => [ID], { nullable: true, description: 'Of one of these.' }) taskRunIds?: string[] | null;
}

@InputType()
export class LogFilterInput extends FollowedLogsInput {
  @Field(() => DateTimeScalar, { nullable: true }) since?: string | null;
  @Field(() => DateTimeScalar, { nullable: true }) until?: string | null;
  @Field(() => String, { nullable: true, description: 'Words that are in it; `-word`: that are not.' })
  search?: string | null;
}

/** As the wire says it. */
export function toFilter(filter: LogFilterInput): LogFilter {
  const { minLevel, maxLevel, flowRunIds, taskRunIds, since, until, search } = filter;
  return checkedInput(logFilter, {
    level: { ge_: minLevel, le_: maxLevel },
    timestamp: { after_: since, before_: until },
    flow_run_id: { any_: flowRunIds },
    task_run_id: { any_: taskRunIds },
    text: search ? { query: search } : undefined,
  });
}

const placeOf = (log: LogJson) => ({ key: log.timestamp, id: log.id });

const toLogObject = (log: LogJson): LogObject => ({
  id: log.id,
  cursor: encodeCursor(placeOf(log)),
  timestamp: log.timestamp,
  level: log.level,
  name: log.name,
  message: log.message,
  flowRunId: log.flow_run_id,
  taskRunId: log.task_run_id,
});

export const toLogObjects = (lines: LogJson[]): LogObject[] => lines.map(toLogObject);

export const pageOfLines = ({ lines, more }: PageOfLines<LogJson>): LogConnectionObject => {
  const last = lines.at(-1);
  return {
    nodes: toLogObjects(lines),
    pageInfo: { hasNextPage: more, endCursor: last ? encodeCursor(placeOf(last)) : null },
  };
};

export const toPlace = (cursor: string | null) => {
  const place = decodeCursor(cursor);
  return place && { timestamp: place.key, id: place.id };
};
