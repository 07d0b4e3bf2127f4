import { Inject } from '@nestjs/common';
import { Context, Float, Int, Parent, ResolveField, Resolver } from '@nestjs/graphql';
import { ctxIn } from '../../../core/access/field-ctx.js';
import { ofAllPages } from '../../../core/graphql/connection.js';
import type { GraphqlContext } from '../../../core/http/request.js';
import { FlowRunConnectionObject } from '../flow-runs/flow-run.objects.js';
import { FlowRunsService } from '../flow-runs/flow-runs.service.js';

/** Figures of all runs that a list shows pages of. */
@Resolver(() => FlowRunConnectionObject)
export class FlowRunFiguresResolver {
  constructor(@Inject(FlowRunsService) private readonly runs: FlowRunsService) {}

  @ResolveField(() => Int, ofAllPages)
  totalCount(@Parent() { workspaceId, by }: FlowRunConnectionObject, @Context() context: GraphqlContext) {
    return this.runs.countListed(ctxIn(context, { workspaceId }), by);
  }

  @ResolveField(() => Float, {
    nullable: true,
    description: 'By how much they started late, or wait by now, on average; null when there are none.',
  })
  averageLatenessSeconds(@Parent() { workspaceId, by }: FlowRunConnectionObject, @Context() context: GraphqlContext) {
    return this.runs.latenessListed(ctxIn(context, { workspaceId }), by);
  }
}
