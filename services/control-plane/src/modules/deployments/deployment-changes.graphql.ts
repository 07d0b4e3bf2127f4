import { Inject } from '@nestjs/common';
import { Args, Field, ID, InputType, Int, Mutation, Resolver } from '@nestjs/graphql';
import { deploymentCreate, deploymentUpdate, flowDeployment } from '@headgate/contracts/rest/deployments';
import type { Ctx } from '../../core/access/ctx.js';
import { Caller } from '../../core/access/needs.js';
import { checkedId } from '../../core/graphql/checked-id.js';
import { checkedInput, filled, given } from '../../core/graphql/checked-input.js';
import { JsonScalar } from '../../core/graphql/scalars.js';
import { Operations } from '../../core/operations/operations.js';
import { Runs } from '../../core/operations/runs.js';
import { FlowsService } from '../flows/index.js';
import { DeploymentObject, toDeploymentObject } from './deployment.objects.js';
import { deployFlow, saveDeployment, updateDeployment } from './deployments.operations.js';

@InputType({ description: 'What is left out stays as it is.' })
export class UpdateDeploymentInput {
  @Field(() => String, { nullable: true }) description?: string | null;
  @Field(() => Boolean, { nullable: true }) paused?: boolean;
  @Field(() => [String], { nullable: true }) tags?: string[];
  @Field(() => String, { nullable: true }) version?: string | null;
  @Field(() => String, { nullable: true }) entrypoint?: string | null;
  @Field(() => String, { nullable: true }) path?: string | null;
  @Field(() => String, { nullable: true }) workPoolName?: string | null;
  @Field(() => String, { nullable: true }) workQueueName?: string | null;
  @Field(() => Int, { nullable: true }) concurrencyLimit?: number | null;
  @Field(() => JsonScalar, { nullable: true }) parameters?: unknown;
  @Field(() => JsonScalar, { nullable: true }) parameterOpenapiSchema?: unknown;
  @Field(() => Boolean, { nullable: true }) enforceParameterSchema?: boolean;
  @Field(() => JsonScalar, { nullable: true }) jobVariables?: unknown;
  @Field(() => JsonScalar, { nullable: true }) pullSteps?: unknown;
}

@InputType()
export class DeployFlowInput extends UpdateDeploymentInput {
  @Field({ description: 'The flow is made where there is none of that name.' }) flowName!: string;
  @Field() name!: string;
}

@InputType()
export class CreateDeploymentInput extends UpdateDeploymentInput {
  @Field(() => ID) flowId!: string;
  @Field() name!: string;
}

/** As the REST body says it. */
const bodyOf = (input: UpdateDeploymentInput): Record<string, unknown> => ({
  description: input.description,
  paused: input.paused,
  tags: input.tags,
  version: input.version,
  entrypoint: input.entrypoint,
  path: input.path,
  work_pool_name: input.workPoolName,
  work_queue_name: input.workQueueName,
  concurrency_limit: input.concurrencyLimit,
  parameters: input.parameters,
  parameter_openapi_schema: input.parameterOpenapiSchema,
  enforce_parameter_schema: input.enforceParameterSchema,
  job_variables: input.jobVariables,
  pull_steps: input.pullSteps,
});

@Resolver(() => DeploymentObject)
export class DeploymentChangesResolver {
  constructor(
    @Inject(Operations) private readonly operations: Operations,
    @Inject(FlowsService) private readonly flows: FlowsService,
  ) {}

  @Mutation(() => DeploymentObject, { description: 'The one of that flow and name is brought up to date.' })
  @Runs(saveDeployment)
  async createDeployment(
    @Caller() ctx: Ctx,
    @Args('workspaceId', { type: () => ID }) _workspaceId: string,
    @Args('input') { flowId, name, ...input }: CreateDeploymentInput,
  ): Promise<DeploymentObject> {
    const ids = { flow_id: checkedId(flowId, 'Flow'), name };
    const draft = checkedInput(deploymentCreate, { ...filled(bodyOf(input)), ...ids });
    // Over REST a flow that is not there is a conflict, as on the wire.
    await this.flows.get(ctx, ids.flow_id);
    return toDeploymentObject((await this.operations.run(ctx, saveDeployment, draft)).deployment);
  }

  @Mutation(() => DeploymentObject, { description: 'With its flow, where it is not there: both or none.' })
  @Runs(deployFlow)
  async deployFlow(
    @Caller() ctx: Ctx,
    @Args('workspaceId', { type: () => ID }) _workspaceId: string,
    @Args('input') { flowName, name, ...input }: DeployFlowInput,
  ): Promise<DeploymentObject> {
    const draft = checkedInput(flowDeployment, { ...filled(bodyOf(input)), flow_name: flowName, name });
    return toDeploymentObject((await this.operations.run(ctx, deployFlow, draft)).deployment);
  }

  @Mutation(() => DeploymentObject)
  @Runs(updateDeployment)
  async updateDeployment(
    @Caller() ctx: Ctx,
    @Args('workspaceId', { type: () => ID }) _workspaceId: string,
    @Args('id', { type: () => ID }) id: string,
    @Args('input') input: UpdateDeploymentInput,
  ): Promise<DeploymentObject> {
    const change = checkedInput(deploymentUpdate, given(bodyOf(input)));
    const after = await this.operations.run(ctx, updateDeployment, { id: checkedId(id, 'Deployment'), change });
    return toDeploymentObject(after);
  }
}
