import { Inject } from '@nestjs/common';
import {
  Args,
  Context,
  Field,
  ID,
  InputType,
  Int,
  ObjectType,
  Parent,
  Query,
  ResolveField,
  Resolver,
  Subscription,
} from '@nestjs/graphql';
import type { Ctx } from '../../core/access/ctx.js';
import { ctxIn } from '../../core/access/field-ctx.js';
import { Caller, Needs } from '../../core/access/needs.js';
import { checkedId } from '../../core/graphql/checked-id.js';
import { ChangedObject, toChanged } from '../../core/graphql/changed.js';
import {
  checkedFirst,
  decodeCursor,
  ofAllPages,
  PageInfoObject,
  toConnection,
  type Whole,
} from '../../core/graphql/connection.js';
import { batched, Priced } from '../../core/graphql/limits/price.js';
import { loaderOf } from '../../core/graphql/loader.js';
import { DateTimeScalar } from '../../core/graphql/scalars.js';
import type { GraphqlContext } from '../../core/http/request.js';
import { changedIds } from '../../core/live/changed-ids.js';
import { Live } from '../../core/live/live.js';
import { FlowRunObject, toFlowRunObject } from '../runs/index.js';
import type { FlowRow } from './flow.js';
import { FlowsService } from './flows.service.js';

@ObjectType('Flow')
export class FlowObject {
  @Field(() => ID) id!: string;
  @Field() name!: string;
  @Field(() => [String]) tags!: string[];
  @Field(() => DateTimeScalar) created!: string;
  @Field(() => DateTimeScalar) updated!: string;
  workspaceId!: string;
}

@ObjectType('FlowConnection')
export class FlowConnectionObject implements Whole<FlowFilterInput> {
  @Field(() => [FlowObject]) nodes!: FlowObject[];
  @Field(() => PageInfoObject) pageInfo!: PageInfoObject;
  workspaceId!: string;
  by!: FlowFilterInput;
}

@InputType()
export class FlowFilterInput {
  @Field(() => String, { nullable: true }) search?: string;
  @Field(() => [String], { nullable: true }) tags?: string[];
}

export const toFlowObject = (row: FlowRow): FlowObject => ({
  id: row.id,
  name: row.name,
  tags: row.tags,
  created: row.created,
  updated: row.updated,
  workspaceId: row.workspace_id,
});

@Resolver(() => FlowObject)
export class FlowsResolver {
  constructor(
    @Inject(FlowsService) private readonly service: FlowsService,
    @Inject(Live) private readonly live: Live,
  ) {}

  @Needs('see_flows')
  @Query(() => FlowConnectionObject)
  async flows(
    @Caller() ctx: Ctx,
    @Args('workspaceId', { type: () => ID }) _workspaceId: string,
    @Args('filter', { type: () => FlowFilterInput, nullable: true }) filter: FlowFilterInput | null,
    @Args('first', { type: () => Int, nullable: true, defaultValue: 50 }) first: number,
    @Args('after', { type: () => String, nullable: true }) after: string | null,
  ): Promise<FlowConnectionObject> {
    const size = checkedFirst(first);
    const rows = await this.service.listByName(ctx, filter ?? {}, size + 1, decodeCursor(after)?.key ?? null);
    const page = toConnection(rows, size, toFlowObject, (row) => ({ key: row.name, id: row.id }));
    return { ...page, workspaceId: ctx.workspaceId, by: filter ?? {} };
  }

  @Needs('see_flows')
  @Query(() => FlowObject)
  async flow(
    @Caller() ctx: Ctx,
    @Args('workspaceId', { type: () => ID }) _workspaceId: string,
    @Args('id', { type: () => ID }) id: string,
  ): Promise<FlowObject> {
    return toFlowObject(await this.service.get(ctx, checkedId(id, 'Flow')));
  }

  @Needs('see_flows')
  @Subscription(() => ChangedObject, {
    description: 'Every flow that is made, changed or deleted.',
    resolve: toChanged,
  })
  flowsChanged(@Caller() ctx: Ctx, @Args('workspaceId', { type: () => ID }) _workspaceId: string) {
    return changedIds(this.live, ctx, 'prefect.flow.');
  }

  @Priced({ own: batched })
  @ResolveField(() => FlowRunObject, { nullable: true })
  async lastRun(@Parent() flow: FlowObject, @Context() context: GraphqlContext): Promise<FlowRunObject | null> {
    return (await this.runs(flow, context, 'last', 1))[0] ?? null;
  }

  @Priced({ own: batched })
  @ResolveField(() => FlowRunObject, { nullable: true })
  async nextRun(@Parent() flow: FlowObject, @Context() context: GraphqlContext): Promise<FlowRunObject | null> {
    return (await this.runs(flow, context, 'next', 1))[0] ?? null;
  }

  @Priced({ own: batched })
  @ResolveField(() => [FlowRunObject])
  recentRuns(
    @Parent() flow: FlowObject,
    @Args('first', { type: () => Int, nullable: true, defaultValue: 16 }) first: number,
    @Context() context: GraphqlContext,
  ): Promise<FlowRunObject[]> {
    return this.runs(flow, context, 'recent', checkedFirst(first));
  }

  private async runs(
    flow: FlowObject,
    context: GraphqlContext,
    which: 'last' | 'next' | 'recent',
    first: number,
  ): Promise<FlowRunObject[]> {
    const loader = loaderOf(
      context,
      flow,
      `runsOfFlow:${which}:${first}`,
      (ctx, ids) => this.service.runsOf(ctx, ids, which, first),
      (each) => each.id,
    );
    return ((await loader.load(flow.id))?.runs ?? []).map(toFlowRunObject);
  }
}

@Resolver(() => FlowRunObject)
export class FlowOfRunResolver {
  constructor(@Inject(FlowsService) private readonly service: FlowsService) {}

  @Priced({ own: batched })
  @ResolveField(() => FlowObject, { nullable: true })
  async flow(@Parent() run: FlowRunObject, @Context() context: GraphqlContext): Promise<FlowObject | null> {
    const loader = loaderOf(
      context,
      run,
      'flow',
      (ctx, ids) => this.service.getMany(ctx, ids),
      (row) => row.id,
    );
    const row = await loader.load(run.flowId);
    return row && toFlowObject(row);
  }
}

@Resolver(() => FlowConnectionObject)
export class FlowCountResolver {
  constructor(@Inject(FlowsService) private readonly service: FlowsService) {}

  @ResolveField(() => Int, ofAllPages)
  totalCount(@Parent() { workspaceId, by }: FlowConnectionObject, @Context() context: GraphqlContext): Promise<number> {
    return this.service.countByName(ctxIn(context, { workspaceId }), by);
  }
}
