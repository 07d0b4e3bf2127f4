import { Field, Float, ID, InputType, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import type { StateType } from '@headgate/contracts';
import { taskRunsCount } from '@headgate/contracts/rest/task-runs';
import { checkedInput } from '../../core/graphql/checked-input.js';
import { PageInfoObject, type Whole } from '../../core/graphql/connection.js';
import { DateTimeScalar, JsonScalar } from '../../core/graphql/scalars.js';
import type { Filters } from '../filters/index.js';
import { RunStateObject, StateTypeEnum, toRunStateObject } from '../runs/index.js';
import type { TaskRunRow } from './task-run.js';

@ObjectType('TaskRun')
export class TaskRunObject {
  @Field(() => ID) id!: string;
  @Field() name!: string;
  @Field(() => ID, { nullable: true }) flowRunId!: string | null;
  @Field() taskKey!: string;
  @Field() dynamicKey!: string;
  @Field(() => RunStateObject, { nullable: true }) state!: RunStateObject | null;
  @Field(() => StateTypeEnum, { nullable: true }) stateType!: StateType | null;
  @Field(() => String, { nullable: true }) stateName!: string | null;
  @Field(() => [String]) tags!: string[];
  @Field(() => Int) runCount!: number;
  @Field(() => DateTimeScalar) created!: string;
  @Field(() => DateTimeScalar, { nullable: true }) expectedStartTime!: string | null;
  @Field(() => DateTimeScalar, { nullable: true }) startTime!: string | null;
  @Field(() => DateTimeScalar, { nullable: true }) endTime!: string | null;
  @Field(() => Float) totalRunTimeSeconds!: number;
  @Field(() => Float) estimatedRunTimeSeconds!: number;
  @Field(() => ID, { nullable: true }) childFlowRunId!: string | null;
  @Field(() => JsonScalar, { description: 'What each argument came from: task runs, parameters, constants.' })
  inputs!: unknown;
  @Field(() => String, { nullable: true }) cacheKey!: string | null;
  @Field(() => DateTimeScalar, { nullable: true }) cacheExpiration!: string | null;
  @Field(() => Int, { nullable: true, description: 'How often it is tried again.' }) retries!: number | null;
  /** For the field resolvers; not a field itself. */
  workspaceId!: string;
}

@ObjectType('Stretch')
export class StretchObject {
  @Field(() => DateTimeScalar) startTime!: string;
  @Field(() => DateTimeScalar, { nullable: true }) endTime!: string | null;
}

@ObjectType('TaskRunConnection')
export class TaskRunConnectionObject implements Whole<Filters> {
  @Field(() => [TaskRunObject]) nodes!: TaskRunObject[];
  @Field(() => PageInfoObject) pageInfo!: PageInfoObject;
  workspaceId!: string;
  by!: Filters;
}

export enum TaskRunSortInput {
  NEWEST = 'NEWEST',
  OLDEST = 'OLDEST',
}
registerEnumType(TaskRunSortInput, { name: 'TaskRunSortInput' });

@InputType()
export class TaskRunHistoryFilterInput {
  @Field(() => String, { nullable: true, description: 'Part of a name.' }) search?: string | null;
  @Field(() => [ID], { nullable: true, description: 'Of one of these.' }) flowRunIds?: string[] | null;
  @Field(() => Boolean, { nullable: true, description: 'Those that run in the background, without a flow run.' })
  background?: boolean | null;
  @Field(() => [StateTypeEnum], { nullable: true, description: 'One of these.' }) stateTypes?: StateType[] | null;
  @Field(() => [String], { nullable: true, description: 'One of these.' }) stateNames?: string[] | null;
  @Field(() => [String], { nullable: true, description: 'All of these.' }) tags?: string[] | null;
}

@InputType()
export class TaskRunFilterInput extends TaskRunHistoryFilterInput {
  @Field(() => DateTimeScalar, { nullable: true, description: 'Expected to start then, or later.' })
  since?: string | null;
  @Field(() => DateTimeScalar, { nullable: true, description: 'Expected to start then, or earlier.' })
  until?: string | null;
}

/** As the wire says it. */
export function toFilters(filter: TaskRunFilterInput): Filters {
  const { search, flowRunIds, background, stateTypes, stateNames, tags, since, until } = filter;
  const task_runs = {
    name: { like_: search },
    flow_run_id: flowRunIds || background ? { any_: flowRunIds, is_null_: background ?? false } : undefined,
    state: { type: { any_: stateTypes }, name: { any_: stateNames } },
    tags: { all_: tags },
    expected_start_time: { after_: since, before_: until },
  };
  return checkedInput(taskRunsCount, { task_runs });
}

export function toTaskRunObject(row: TaskRunRow): TaskRunObject {
  const running =
    row.state?.type === 'RUNNING' ? Math.max(0, (Date.now() - Date.parse(row.state.timestamp)) / 1000) : 0;
  return {
    id: row.id,
    name: row.name,
    flowRunId: row.flow_run_id,
    taskKey: row.task_key,
    dynamicKey: row.dynamic_key,
    state: row.state && toRunStateObject(row.state),
    stateType: row.state_type,
    stateName: row.state_name,
    tags: row.tags,
    runCount: row.run_count,
    created: row.created,
    expectedStartTime: row.expected_start_time,
    startTime: row.start_time,
    endTime: row.end_time,
    totalRunTimeSeconds: row.total_run_time,
    estimatedRunTimeSeconds: row.total_run_time + running,
    childFlowRunId: row.state?.state_details.child_flow_run_id ?? null,
    inputs: row.task_inputs,
    cacheKey: row.cache_key,
    cacheExpiration: row.cache_expiration,
    retries: row.empirical_policy.retries ?? null,
    workspaceId: row.workspace_id,
  };
}
