import { Inject } from '@nestjs/common';
import { Args, Field, ID, InputType, Mutation, ObjectType, Resolver } from '@nestjs/graphql';
import type { StateType } from '@headgate/contracts';
import { flowRunUpdate, setState } from '@headgate/contracts/rest/flow-runs';
import { bulkMax } from '@headgate/contracts/rest/bulk-runs';
import { labels } from '@headgate/contracts/rest/common';
import type { Ctx } from '../../../core/access/ctx.js';
import { Caller } from '../../../core/access/needs.js';
import { invalid } from '../../../core/errors/app-error.js';
import { checkedId } from '../../../core/graphql/checked-id.js';
import { checkedInput, filled } from '../../../core/graphql/checked-input.js';
import { Priced } from '../../../core/graphql/limits/price.js';
import { DateTimeScalar, JsonScalar } from '../../../core/graphql/scalars.js';
import { Operations } from '../../../core/operations/operations.js';
import { Runs } from '../../../core/operations/runs.js';
import { deleteFlowRuns, setFlowRunStates } from '../bulk/bulk.operations.js';
import { FlowRunObject, StateTypeEnum, toFlowRunObject } from './flow-run.objects.js';
import { labelFlowRun, setFlowRunState, updateFlowRun } from './flow-runs.operations.js';
import { FlowRunsService } from './flow-runs.service.js';

@InputType()
export class FlowRunStateInput {
  @Field(() => StateTypeEnum) type!: StateType;
  @Field(() => String, { nullable: true }) name?: string | null;
  @Field(() => String, { nullable: true }) message?: string | null;
  @Field(() => DateTimeScalar, { nullable: true, description: 'For SCHEDULED.' }) scheduledTime?: string | null;
}

@ObjectType('FlowRunStateOutcome')
export class FlowRunStateOutcomeObject {
  @Field(() => ID) flowRunId!: string;
  @Field({ description: 'ACCEPT, REJECT, WAIT or ABORT.' }) status!: string;
  @Field(() => String, { nullable: true }) reason!: string | null;
}

@InputType({ description: 'What is left out stays as it is.' })
export class UpdateFlowRunInput {
  @Field(() => String, { nullable: true }) name?: string | null;
  @Field(() => [String], { nullable: true }) tags?: string[] | null;
}

function proposalOf({ type, name, message, scheduledTime }: FlowRunStateInput) {
  const details = scheduledTime ? { scheduled_time: scheduledTime } : undefined;
  return checkedInput(setState.shape.state, filled({ type, name, message, state_details: details }));
}

function chosen(ids: string[]) {
  if (ids.length > bulkMax) throw invalid(`At most ${bulkMax} flow runs can be named at once.`);
  const any_ = ids.map((id) => checkedId(id, 'Flow run'));
  return { flow_runs: { operator: 'and_' as const, id: { any_ } }, limit: Math.max(1, any_.length) };
}

/** What people change of runs by hand, one by one or many at once. */
@Resolver(() => FlowRunObject)
export class FlowRunChangesResolver {
  constructor(
    @Inject(FlowRunsService) private readonly runs: FlowRunsService,
    @Inject(Operations) private readonly operations: Operations,
  ) {}

  @Mutation(() => FlowRunStateOutcomeObject, { description: 'Proposes a state: what became of it.' })
  @Runs(setFlowRunState)
  async setFlowRunState(
    @Caller() ctx: Ctx,
    @Args('workspaceId', { type: () => ID }) _workspaceId: string,
    @Args('id', { type: () => ID }) id: string,
    @Args('state') input: FlowRunStateInput,
    @Args('force', { nullable: true, defaultValue: false }) force: boolean,
  ): Promise<FlowRunStateOutcomeObject> {
    const flowRunId = checkedId(id, 'Flow run');
    const proposal = { id: flowRunId, state: proposalOf(input), options: { force, byHand: true } };
    return outcomeOf(flowRunId, await this.operations.run(ctx, setFlowRunState, proposal));
  }

  @Mutation(() => [FlowRunStateOutcomeObject], { description: 'Each run answers for itself.' })
  @Priced({ size: bulkMax })
  @Runs(setFlowRunStates)
  async setFlowRunStates(
    @Caller() ctx: Ctx,
    @Args('workspaceId', { type: () => ID }) _workspaceId: string,
    @Args('ids', { type: () => [ID] }) ids: string[],
    @Args('state') input: FlowRunStateInput,
    @Args('force', { nullable: true, defaultValue: false }) force: boolean,
  ): Promise<FlowRunStateOutcomeObject[]> {
    const proposal = { chosen: chosen(ids), state: proposalOf(input), options: { force, byHand: true } };
    const results = await this.operations.run(ctx, setFlowRunStates, proposal);
    return results.map((result) => outcomeOf(result.flow_run_id, result));
  }

  @Mutation(() => FlowRunObject)
  @Runs(updateFlowRun)
  async updateFlowRun(
    @Caller() ctx: Ctx,
    @Args('workspaceId', { type: () => ID }) _workspaceId: string,
    @Args('id', { type: () => ID }) id: string,
    @Args('input') input: UpdateFlowRunInput,
  ): Promise<FlowRunObject> {
    const runId = checkedId(id, 'Flow run');
    const change = checkedInput(flowRunUpdate, filled({ ...input }));
    await this.operations.run(ctx, updateFlowRun, { id: runId, change });
    return toFlowRunObject(await this.runs.getRow(ctx, runId));
  }

  @Mutation(() => FlowRunObject, { description: 'Labels that it has stay, unless they are given another value.' })
  @Runs(labelFlowRun)
  async labelFlowRun(
    @Caller() ctx: Ctx,
    @Args('workspaceId', { type: () => ID }) _workspaceId: string,
    @Args('id', { type: () => ID }) id: string,
    @Args('labels', { type: () => JsonScalar }) added: object,
  ): Promise<FlowRunObject> {
    const runId = checkedId(id, 'Flow run');
    await this.operations.run(ctx, labelFlowRun, { id: runId, labels: checkedInput(labels, added) });
    return toFlowRunObject(await this.runs.getRow(ctx, runId));
  }

  @Mutation(() => [ID], { description: 'The ids of the runs that went.' })
  @Runs(deleteFlowRuns)
  deleteFlowRuns(
    @Caller() ctx: Ctx,
    @Args('workspaceId', { type: () => ID }) _workspaceId: string,
    @Args('ids', { type: () => [ID] }) ids: string[],
  ): Promise<string[]> {
    return this.operations.run(ctx, deleteFlowRuns, chosen(ids));
  }
}

const outcomeOf = (
  flowRunId: string,
  { status, details }: { status: string; details: Record<string, unknown> },
): FlowRunStateOutcomeObject => ({
  flowRunId,
  status,
  reason: typeof details['reason'] === 'string' ? details['reason'] : null,
});
