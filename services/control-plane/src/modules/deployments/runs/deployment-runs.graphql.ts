import { Inject } from '@nestjs/common';
import { Args, ID, Mutation, Resolver } from '@nestjs/graphql';
import { runOfDeployment, runsOfDeployment, scheduleNow } from '@headgate/contracts/rest/deployments';
import { runBatch } from '@headgate/contracts/rest/run-batches';
import type { Ctx } from '../../../core/access/ctx.js';
import { Caller } from '../../../core/access/needs.js';
import { checkedId } from '../../../core/graphql/checked-id.js';
import { checkedInput, filled } from '../../../core/graphql/checked-input.js';
import { Priced } from '../../../core/graphql/limits/price.js';
import { ZodList } from '../../../core/http/zod-list.js';
import { Operations } from '../../../core/operations/operations.js';
import { Runs } from '../../../core/operations/runs.js';
import { FlowRunObject, toFlowRunObject } from '../../runs/index.js';
import { DeploymentObject, toDeploymentObject } from '../deployment.objects.js';
import { DeploymentsService } from '../deployments.service.js';
import { scheduleRuns } from '../schedules/schedules.operations.js';
import { runDeployment, runDeploymentEach, runDeploymentOften } from './deployment-runs.operations.js';
import {
  AskedFlowRunObject,
  CreateFlowRunInput,
  RunOfDeploymentInput,
  runBody,
  ScheduleWindowInput,
  windowBody,
} from './deployment-runs.objects.js';
import { outcomeOf, refuseTooManyEach } from './each-for-itself.js';

/** Fifty take a millisecond or two. */
const batch = new ZodList(runBatch, 50, 'flow_runs');
const list = new ZodList(runsOfDeployment, 50);
const deployment = (id: string): string => checkedId(id, 'Deployment');

/** Runs that are asked of a deployment. */
@Resolver(() => FlowRunObject)
export class DeploymentRunsResolver {
  constructor(
    @Inject(DeploymentsService) private readonly deployments: DeploymentsService,
    @Inject(Operations) private readonly operations: Operations,
  ) {}

  @Runs(runDeployment)
  @Mutation(() => FlowRunObject)
  async createFlowRun(
    @Caller() ctx: Ctx,
    @Args('workspaceId', { type: () => ID }) _workspaceId: string,
    @Args('input', { type: () => CreateFlowRunInput }) { deploymentId, ...input }: CreateFlowRunInput,
  ): Promise<FlowRunObject> {
    const asked = { deploymentId: deployment(deploymentId), run: checkedInput(runOfDeployment, runBody(input)) };
    return toFlowRunObject((await this.operations.run(ctx, runDeployment, asked)).row);
  }

  @Runs(runDeploymentOften)
  @Mutation(() => [ID], { description: 'All of them are made, or none. Their ids, in order.' })
  async createFlowRuns(
    @Caller() ctx: Ctx,
    @Args('workspaceId', { type: () => ID }) _workspaceId: string,
    @Args('deploymentId', { type: () => ID }) id: string,
    @Args('runs', { type: () => [RunOfDeploymentInput] }) inputs: RunOfDeploymentInput[],
  ): Promise<string[]> {
    const deploymentId = deployment(id);
    const { flow_runs: runs } = await batch.read({ flow_runs: inputs.map(runBody) });
    return this.operations.run(ctx, runDeploymentOften, { deploymentId, runs });
  }

  @Runs(runDeploymentEach)
  @Priced({ size: 100 })
  @Mutation(() => [AskedFlowRunObject], { description: 'Each is made or refused for itself. In order.' })
  async createEachFlowRun(
    @Caller() ctx: Ctx,
    @Args('workspaceId', { type: () => ID }) _workspaceId: string,
    @Args('deploymentId', { type: () => ID }) id: string,
    @Args('runs', { type: () => [RunOfDeploymentInput] }) inputs: RunOfDeploymentInput[],
  ): Promise<AskedFlowRunObject[]> {
    refuseTooManyEach(inputs.length);
    const asked = { deploymentId: deployment(id), runs: await list.read(inputs.map(runBody)) };
    const settled = await this.operations.run(ctx, runDeploymentEach, asked);
    return settled.map(outcomeOf).map(({ made, error }) => ({ flowRun: made && toFlowRunObject(made.row), error }));
  }

  @Runs(scheduleRuns)
  @Mutation(() => DeploymentObject, { description: 'Makes the runs that its schedules want in a window of time, now.' })
  async scheduleFlowRuns(
    @Caller() ctx: Ctx,
    @Args('workspaceId', { type: () => ID }) _workspaceId: string,
    @Args('deploymentId', { type: () => ID }) id: string,
    @Args('window', { type: () => ScheduleWindowInput, nullable: true }) input: ScheduleWindowInput | null,
  ): Promise<DeploymentObject> {
    const deploymentId = deployment(id);
    const window = checkedInput(scheduleNow, filled(windowBody(input ?? {})));
    await this.operations.run(ctx, scheduleRuns, { deploymentId, window });
    return toDeploymentObject(await this.deployments.get(ctx, deploymentId));
  }
}
