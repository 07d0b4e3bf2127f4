import { Inject } from '@nestjs/common';
import {
  Args,
  Context,
  Field,
  ID,
  InputType,
  Int,
  Mutation,
  ObjectType,
  Parent,
  Query,
  ResolveField,
  Resolver,
} from '@nestjs/graphql';
import {
  variableCreate,
  variableUpdate,
  type VariableCreate,
  type VariableFilter,
  type VariableJson,
  type VariableUpdate,
} from '@headgate/contracts/rest/variables';
import type { Ctx } from '../../core/access/ctx.js';
import { ctxIn } from '../../core/access/field-ctx.js';
import { Caller, Needs } from '../../core/access/needs.js';
import { checkedId } from '../../core/graphql/checked-id.js';
import {
  checkedFirst,
  decodeCursor,
  ofAllPages,
  PageInfoObject,
  toConnection,
  type Whole,
} from '../../core/graphql/connection.js';
import { DateTimeScalar, JsonScalar } from '../../core/graphql/scalars.js';
import type { GraphqlContext } from '../../core/http/request.js';
import { ZodPipe } from '../../core/http/zod-body.js';
import { Operations } from '../../core/operations/operations.js';
import { Runs } from '../../core/operations/runs.js';
import { createVariable, deleteVariable, updateVariable } from './variables.operations.js';
import { VariablesService } from './variables.service.js';

@ObjectType('Variable')
export class VariableObject {
  @Field(() => ID) id!: string;
  @Field(() => DateTimeScalar) created!: string;
  @Field(() => DateTimeScalar) updated!: string;
  @Field() name!: string;
  @Field(() => JsonScalar, { nullable: true }) value!: unknown;
  @Field(() => [String]) tags!: string[];
}

@ObjectType('VariableConnection')
export class VariableConnectionObject implements Whole<VariableFilter | undefined> {
  @Field(() => [VariableObject]) nodes!: VariableObject[];
  @Field(() => PageInfoObject) pageInfo!: PageInfoObject;
  workspaceId!: string;
  by!: VariableFilter | undefined;
}

@InputType()
export class VariableFilterInput {
  @Field(() => String, { nullable: true, description: 'Part of a name.' }) search?: string | null;
  @Field(() => [String], { nullable: true, description: 'All of these.' }) tags?: string[] | null;
}

@InputType()
export class CreateVariableInput {
  @Field() name!: string;
  @Field(() => JsonScalar, { nullable: true }) value?: unknown;
  @Field(() => [String], { nullable: true }) tags?: string[];
}

@InputType({ description: 'What is left out stays as it is.' })
export class UpdateVariableInput {
  @Field(() => String, { nullable: true }) name?: string;
  @Field(() => JsonScalar, { nullable: true }) value?: unknown;
  @Field(() => [String], { nullable: true }) tags?: string[];
}

const draftPipe = new ZodPipe(variableCreate);
const changePipe = new ZodPipe(variableUpdate);
const filterOf = ({ search, tags }: VariableFilterInput) => ({
  operator: 'and_' as const,
  name: { like_: search },
  tags: { operator: 'and_' as const, all_: tags },
});
const keyOf = (id: string): { id: string } => ({ id: checkedId(id, 'Variable') });

@Resolver(() => VariableObject)
export class VariablesResolver {
  constructor(
    @Inject(VariablesService) private readonly service: VariablesService,
    @Inject(Operations) private readonly operations: Operations,
  ) {}

  @Query(() => VariableConnectionObject, { description: 'In the order of their names.' })
  @Needs('see_variables')
  async variables(
    @Caller() ctx: Ctx,
    @Args('workspaceId', { type: () => ID }) _workspaceId: string,
    @Args('filter', { type: () => VariableFilterInput, nullable: true }) filter: VariableFilterInput | null,
    @Args('first', { type: () => Int, nullable: true, defaultValue: 50 }) first: number,
    @Args('after', { type: () => String, nullable: true }) after: string | null,
  ): Promise<VariableConnectionObject> {
    const size = checkedFirst(first);
    const by = filter ? filterOf(filter) : undefined;
    const rows = await this.service.list(ctx, by, { limit: size + 1, afterName: decodeCursor(after)?.key });
    const page = toConnection(
      rows,
      size,
      (row) => row,
      ({ name, id }) => ({ key: name, id }),
    );
    return { ...page, workspaceId: ctx.workspaceId, by };
  }

  @Query(() => VariableObject)
  @Needs('see_variables')
  variable(
    @Caller() ctx: Ctx,
    @Args('workspaceId', { type: () => ID }) _workspaceId: string,
    @Args('id', { type: () => ID }) id: string,
  ): Promise<VariableJson> {
    return this.service.get(ctx, keyOf(id));
  }

  @Mutation(() => VariableObject)
  @Runs(createVariable)
  createVariable(
    @Caller() ctx: Ctx,
    @Args('workspaceId', { type: () => ID }) _workspaceId: string,
    @Args('input', { type: () => CreateVariableInput }) { value = null, ...input }: CreateVariableInput,
  ): Promise<VariableJson> {
    return this.operations.run(ctx, createVariable, draftPipe.transform({ ...input, value }) as VariableCreate);
  }

  @Mutation(() => VariableObject)
  @Runs(updateVariable)
  updateVariable(
    @Caller() ctx: Ctx,
    @Args('workspaceId', { type: () => ID }) _workspaceId: string,
    @Args('id', { type: () => ID }) id: string,
    @Args('input', { type: () => UpdateVariableInput }) input: UpdateVariableInput,
  ): Promise<VariableJson> {
    const change = changePipe.transform({ ...input }) as VariableUpdate;
    return this.operations.run(ctx, updateVariable, { key: keyOf(id), change });
  }

  @Mutation(() => Boolean)
  @Runs(deleteVariable)
  async deleteVariable(
    @Caller() ctx: Ctx,
    @Args('workspaceId', { type: () => ID }) _workspaceId: string,
    @Args('id', { type: () => ID }) id: string,
  ): Promise<boolean> {
    await this.operations.run(ctx, deleteVariable, keyOf(id));
    return true;
  }
}

@Resolver(() => VariableConnectionObject)
export class VariableCountResolver {
  constructor(@Inject(VariablesService) private readonly service: VariablesService) {}

  @ResolveField(() => Int, ofAllPages)
  totalCount(
    @Parent() { workspaceId, by }: VariableConnectionObject,
    @Context() context: GraphqlContext,
  ): Promise<number> {
    return this.service.count(ctxIn(context, { workspaceId }), by);
  }
}
