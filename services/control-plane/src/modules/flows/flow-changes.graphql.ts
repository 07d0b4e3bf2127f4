import { Inject } from '@nestjs/common';
import { Args, ID, Mutation, Resolver } from '@nestjs/graphql';
import { flowUpdate } from '@headgate/contracts/rest/flows';
import type { Ctx } from '../../core/access/ctx.js';
import { Caller } from '../../core/access/needs.js';
import { invalid } from '../../core/errors/app-error.js';
import { checkedId } from '../../core/graphql/checked-id.js';
import { checkedInput } from '../../core/graphql/checked-input.js';
import { Operations } from '../../core/operations/operations.js';
import { Runs } from '../../core/operations/runs.js';
import { FlowObject, toFlowObject } from './flows.graphql.js';
import { deleteFlow, deleteFlows, updateFlow } from './flows.operations.js';

/** As over REST. */
const deletedMax = 50;

@Resolver(() => FlowObject)
export class FlowChangesResolver {
  constructor(@Inject(Operations) private readonly operations: Operations) {}

  @Mutation(() => FlowObject)
  @Runs(updateFlow)
  async updateFlow(
    @Caller() ctx: Ctx,
    @Args('workspaceId', { type: () => ID }) _workspaceId: string,
    @Args('id', { type: () => ID }) id: string,
    @Args('tags', { type: () => [String] }) tags: string[],
  ): Promise<FlowObject> {
    const change = checkedInput(flowUpdate, { tags });
    return toFlowObject(await this.operations.run(ctx, updateFlow, { id: checkedId(id, 'Flow'), change }));
  }

  @Mutation(() => Boolean, { description: 'Its deployments and runs go with it.' })
  @Runs(deleteFlow)
  async deleteFlow(
    @Caller() ctx: Ctx,
    @Args('workspaceId', { type: () => ID }) _workspaceId: string,
    @Args('id', { type: () => ID }) id: string,
  ): Promise<boolean> {
    await this.operations.run(ctx, deleteFlow, { id: checkedId(id, 'Flow') });
    return true;
  }

  @Mutation(() => [ID], { description: 'The ids of the flows that went.' })
  @Runs(deleteFlows)
  deleteFlows(
    @Caller() ctx: Ctx,
    @Args('workspaceId', { type: () => ID }) _workspaceId: string,
    @Args('ids', { type: () => [ID] }) ids: string[],
  ): Promise<string[]> {
    if (ids.length > deletedMax) throw invalid(`At most ${deletedMax} flows can be named at once.`);
    return this.operations.run(ctx, deleteFlows, { ids: ids.map((id) => checkedId(id, 'Flow')) });
  }
}
