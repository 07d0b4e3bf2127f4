import { Inject } from '@nestjs/common';
import { Args, Context, Parent, ResolveField, Resolver } from '@nestjs/graphql';
import { ctxIn } from '../../../core/access/field-ctx.js';
import { batched, Priced } from '../../../core/graphql/limits/price.js';
import { DateTimeScalar } from '../../../core/graphql/scalars.js';
import type { GraphqlContext } from '../../../core/http/request.js';
import { FlowRunObject } from '../flow-runs/flow-run.objects.js';
import { RunGraphNodeObject, RunGraphObject, toGraphObject } from './graph.objects.js';
import { RunGraph } from './graph.service.js';

const nodesUsual = 200;
/** It is put together from all task runs of the run. */
const nodesOfGraph = 200;

@Resolver(() => FlowRunObject)
export class GraphOfRunResolver {
  constructor(@Inject(RunGraph) private readonly graphs: RunGraph) {}

  @Priced({ own: nodesOfGraph })
  @ResolveField(() => RunGraphObject)
  async graph(
    @Parent() run: FlowRunObject,
    @Args('since', {
      type: () => DateTimeScalar,
      nullable: true,
      description: 'Without those that ended before; what leads to them stays.',
    })
    since: string | null,
    @Context() context: GraphqlContext,
  ): Promise<RunGraphObject> {
    return toGraphObject(await this.graphs.get(ctxIn(context, run), run.id, since ?? null));
  }
}

@Resolver(() => RunGraphObject)
export class GraphNodesResolver {
  @Priced({ own: batched, size: nodesUsual })
  @ResolveField(() => [RunGraphNodeObject], { description: 'In the order of their start.' })
  nodes(@Parent() { allNodes }: RunGraphObject): RunGraphNodeObject[] {
    return allNodes;
  }
}
