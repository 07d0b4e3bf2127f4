import { Field, Float, ID, InputType, Int, ObjectType } from '@nestjs/graphql';
import { filled } from '../../../core/graphql/checked-input.js';
import { DateTimeScalar, JsonScalar } from '../../../core/graphql/scalars.js';
import { FlowRunObject } from '../../runs/index.js';

@InputType()
export class RunOfDeploymentInput {
  @Field(() => String, { nullable: true }) name?: string | null;
  @Field(() => JsonScalar, { nullable: true }) parameters?: unknown;
  @Field(() => [String], { nullable: true }) tags?: string[] | null;
  @Field(() => DateTimeScalar, { nullable: true }) scheduledTime?: string | null;
  @Field(() => String, { nullable: true }) idempotencyKey?: string | null;
}

@InputType()
export class CreateFlowRunInput extends RunOfDeploymentInput {
  @Field(() => ID) deploymentId!: string;
}

@ObjectType('AskedFlowRun')
export class AskedFlowRunObject {
  @Field(() => FlowRunObject, { nullable: true }) flowRun!: FlowRunObject | null;
  @Field(() => String, { nullable: true, description: 'Why there is none.' }) error!: string | null;
}

@InputType({ description: 'Where nothing is said, as the scheduler does it by itself.' })
export class ScheduleWindowInput {
  @Field(() => DateTimeScalar, { nullable: true, description: 'Now, if it is not said.' }) startTime?: string | null;
  @Field(() => DateTimeScalar, { nullable: true }) endTime?: string | null;
  @Field(() => Float, { nullable: true, description: 'Runs are made for so long at least.' })
  minSeconds?: number | null;
  @Field(() => Int, { nullable: true }) minRuns?: number | null;
  @Field(() => Int, { nullable: true }) maxRuns?: number | null;
}

/** As the REST body says it. */
export const runBody = ({ name, parameters, tags, scheduledTime, idempotencyKey }: RunOfDeploymentInput): object =>
  filled({
    name,
    parameters,
    tags,
    idempotency_key: idempotencyKey,
    state: scheduledTime && { type: 'SCHEDULED', state_details: { scheduled_time: scheduledTime } },
  });

export const windowBody = (window: ScheduleWindowInput): Record<string, unknown> => ({
  start_time: window.startTime,
  end_time: window.endTime,
  min_time: window.minSeconds,
  min_runs: window.minRuns,
  max_runs: window.maxRuns,
});
