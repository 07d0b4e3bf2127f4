import { Field, Float, ID, InputType, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { stateTypes, type StateJson, type StateType } from '@headgate/contracts';
import { flowRunsLateness } from '@headgate/contracts/rest/run-history';
import { checkedInput } from '../../../core/graphql/checked-input.js';
import { PageInfoObject, type Whole } from '../../../core/graphql/connection.js';
import { DateTimeScalar, JsonScalar } from '../../../core/graphql/scalars.js';
import type { Filters } from '../../filters/index.js';
import { placeOf, toDocument, type FlowRunRow } from './flow-run.js';
import { stateActorWords, type StateActor } from '../moves/state-actor.js';

type StateDetails = StateJson['state_details'];

export const StateTypeEnum = Object.fromEntries(stateTypes.map((type) => [type, type])) as { [T in StateType]: T };
registerEnumType(StateTypeEnum, { name: 'StateType' });

export enum FlowRunSortInput {
  NEWEST = 'NEWEST',
  OLDEST = 'OLDEST',
  NAME_ASC = 'NAME_ASC',
  NAME_DESC = 'NAME_DESC',
}
registerEnumType(FlowRunSortInput, { name: 'FlowRunSortInput' });

@ObjectType('RunState')
export class RunStateObject {
  @Field(() => ID) id!: string;
  @Field(() => StateTypeEnum) type!: StateType;
  @Field() name!: string;
  @Field(() => DateTimeScalar) timestamp!: string;
  @Field(() => String, { nullable: true }) message!: string | null;
  @Field(() => String, {
    nullable: true,
    description: 'The person who brought it about by hand, and the key that they used; only in `states` of a flow run.',
  })
  actor!: string | null;
}

@ObjectType('Pause')
export class PauseObject {
  @Field(() => DateTimeScalar, { nullable: true, description: 'When the run fails if nobody lets it go on.' })
  until!: string | null;
  @Field({ description: 'Whether it waits for values; without them it cannot go on.' })
  wantsInput!: boolean;
  @Field(() => JsonScalar, { nullable: true, description: 'The schema of the values that it waits for.' })
  schema!: unknown;
  @Field(() => String, { nullable: true, description: 'What it says about them: markdown.' })
  description!: string | null;
}

@ObjectType('FlowRun')
export class FlowRunObject {
  @Field(() => ID) id!: string;
  @Field() name!: string;
  @Field(() => ID) flowId!: string;
  @Field(() => RunStateObject, { nullable: true }) state!: RunStateObject | null;
  @Field(() => StateTypeEnum, { nullable: true }) stateType!: StateType | null;
  @Field(() => String, { nullable: true }) stateName!: string | null;
  @Field(() => JsonScalar) parameters!: unknown;
  @Field(() => [String]) tags!: string[];
  @Field(() => JsonScalar) labels!: unknown;
  @Field(() => Int) runCount!: number;
  @Field(() => DateTimeScalar) created!: string;
  @Field(() => DateTimeScalar) updated!: string;
  @Field(() => DateTimeScalar, { nullable: true }) expectedStartTime!: string | null;
  @Field(() => DateTimeScalar, { nullable: true }) nextScheduledStartTime!: string | null;
  @Field(() => DateTimeScalar, { nullable: true }) startTime!: string | null;
  @Field(() => DateTimeScalar, { nullable: true }) endTime!: string | null;
  @Field(() => Float) totalRunTimeSeconds!: number;
  @Field(() => Float) estimatedRunTimeSeconds!: number;
  @Field() autoScheduled!: boolean;
  @Field(() => String, { nullable: true }) createdBy!: string | null;
  @Field(() => String, { nullable: true }) idempotencyKey!: string | null;
  @Field(() => String, { nullable: true }) flowVersion!: string | null;
  @Field(() => String, { nullable: true }) workPoolName!: string | null;
  @Field(() => String, { nullable: true }) workQueueName!: string | null;
  @Field(() => String, { nullable: true }) infrastructurePid!: string | null;
  @Field(() => ID, { nullable: true }) parentTaskRunId!: string | null;
  /** For the field resolvers of other modules; not fields themselves. */
  workspaceId!: string;
  deploymentId!: string | null;
  pausedBy!: Pick<StateDetails, 'pause_timeout' | 'run_input_keyset'> | null;
}

@ObjectType('FlowRunConnection')
export class FlowRunConnectionObject implements Whole<FlowRunFilterInput> {
  @Field(() => [FlowRunObject]) nodes!: FlowRunObject[];
  @Field(() => PageInfoObject) pageInfo!: PageInfoObject;
  workspaceId!: string;
  by!: FlowRunFilterInput;
}

@ObjectType('StateCount')
export class StateCountObject {
  @Field(() => StateTypeEnum) stateType!: StateType;
  @Field(() => Int) count!: number;
}

@InputType()
export class FlowRunHistoryFilterInput {
  @Field(() => [StateTypeEnum], { nullable: true }) stateTypes?: StateType[];
  @Field(() => [String], { nullable: true }) stateNames?: string[];
  @Field(() => [ID], { nullable: true }) flowIds?: string[];
  @Field(() => [ID], { nullable: true }) deploymentIds?: string[];
  @Field(() => [String], { nullable: true }) workPoolNames?: string[];
  @Field(() => [String], { nullable: true }) tags?: string[];
  @Field(() => ID, { nullable: true }) parentFlowRunId?: string;
  @Field(() => Boolean, { nullable: true }) hideSubflows?: boolean;
}

@InputType()
export class FlowRunFilterInput extends FlowRunHistoryFilterInput {
  @Field(() => String, { nullable: true }) search?: string;
  @Field(() => DateTimeScalar, { nullable: true }) since?: string;
  @Field(() => DateTimeScalar, { nullable: true }) until?: string;
}

/** As the wire says it; an empty list asks for nothing, as in the list of runs. */
export function toFilters(filter: FlowRunHistoryFilterInput): Filters {
  const any = <T>(list: T[] | null | undefined) => (list?.length ? { any_: list } : undefined);
  const { stateTypes, stateNames, flowIds, deploymentIds, workPoolNames, tags, parentFlowRunId, hideSubflows } = filter;
  return checkedInput(flowRunsLateness, {
    flow_runs: {
      state: { type: any(stateTypes), name: any(stateNames) },
      deployment_id: any(deploymentIds),
      tags: tags?.length ? { all_: tags } : undefined,
      parent_flow_run_id: parentFlowRunId ? { any_: [parentFlowRunId] } : undefined,
      parent_task_run_id: hideSubflows ? { is_null_: true } : undefined,
    },
    flows: flowIds?.length ? { id: any(flowIds) } : undefined,
    work_pools: workPoolNames?.length ? { name: any(workPoolNames) } : undefined,
  });
}

export const toRunStateObject = (
  state: Pick<StateJson, 'id' | 'type' | 'name' | 'timestamp' | 'message'>,
  actor: StateActor | null = null,
): RunStateObject => ({
  id: state.id,
  type: state.type,
  name: state.name,
  timestamp: state.timestamp,
  message: state.message,
  actor: actor && stateActorWords(actor),
});

export function toFlowRunObject(row: FlowRunRow): FlowRunObject {
  return {
    id: row.id,
    name: row.name,
    flowId: row.flow_id,
    state: row.state && toRunStateObject(row.state),
    stateType: row.state_type,
    stateName: row.state_name,
    parameters: toDocument(row.parameters),
    tags: row.tags,
    labels: row.labels,
    runCount: row.run_count,
    created: row.created,
    updated: row.updated,
    expectedStartTime: row.expected_start_time,
    nextScheduledStartTime: row.next_scheduled_start_time,
    startTime: row.start_time,
    endTime: row.end_time,
    totalRunTimeSeconds: row.total_run_time,
    estimatedRunTimeSeconds:
      row.total_run_time +
      (row.state?.type === 'RUNNING' ? Math.max(0, (Date.now() - Date.parse(row.state.timestamp)) / 1000) : 0),
    autoScheduled: row.auto_scheduled,
    createdBy: row.created_by?.display_value ?? null,
    idempotencyKey: row.idempotency_key,
    flowVersion: row.flow_version,
    workPoolName: placeOf(row).work_pool_name,
    workQueueName: placeOf(row).work_queue_name,
    infrastructurePid: row.infrastructure_pid,
    parentTaskRunId: row.parent_task_run_id,
    workspaceId: row.workspace_id,
    deploymentId: row.deployment_id,
    pausedBy: row.state?.type === 'PAUSED' ? row.state.state_details : null,
  };
}
