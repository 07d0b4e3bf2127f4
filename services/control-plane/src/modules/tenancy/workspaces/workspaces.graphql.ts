import { Inject } from '@nestjs/common';
import { Args, Context, ID, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { isUuid } from '@headgate/contracts';
import { workspaceCreateBody, workspaceUpdateBody } from '@headgate/contracts/rest/tenancy';
import type { z } from 'zod';
import type { AccountCtx } from '../../../core/access/ctx.js';
import { Needs, SignedIn } from '../../../core/access/needs.js';
import { Config } from '../../../core/config/config.js';
import { checkedId } from '../../../core/graphql/checked-id.js';
import { checkedInput, filled, given } from '../../../core/graphql/checked-input.js';
import { originOf } from '../../../core/http/origin.js';
import { batched, Priced } from '../../../core/graphql/limits/price.js';
import type { GraphqlContext } from '../../../core/http/request.js';
import { ZodPipe } from '../../../core/http/zod-body.js';
import { scopeListOf } from '../roles.js';
import { UpdateWorkspaceInput, WorkspaceObject } from '../tenancy.objects.js';
import type { Workspace } from './workspaces.queries.js';
import { WorkspacesService } from './workspaces.service.js';
import { Operations } from '../../../core/operations/operations.js';
import { Runs } from '../../../core/operations/runs.js';
import { createWorkspace, deleteWorkspace, updateWorkspace } from '../tenancy.operations.js';

const draftPipe = new ZodPipe(workspaceCreateBody);

@Resolver(() => WorkspaceObject)
export class WorkspacesResolver {
  constructor(
    @Inject(WorkspacesService) private readonly workspaces: WorkspacesService,
    @Inject(Config) private readonly config: Config,
    @Inject(Operations) private readonly operations: Operations,
  ) {}

  @Query(() => WorkspaceObject, {
    nullable: true,
    description: 'The workspace behind the two handles of an address; null when there is none that you may see.',
  })
  @Needs('sign-in')
  workspace(
    @SignedIn() ctx: AccountCtx,
    @Args('accountHandle') accountHandle: string,
    @Args('workspaceHandle') workspaceHandle: string,
  ): Promise<WorkspaceObject | null> {
    return this.workspaces.findByHandles(ctx, accountHandle, workspaceHandle);
  }

  @Query(() => WorkspaceObject, { nullable: true })
  @Needs('sign-in')
  async workspaceById(
    @SignedIn() ctx: AccountCtx,
    @Args('id', { type: () => ID }) id: string,
  ): Promise<WorkspaceObject | null> {
    return isUuid(id) ? this.workspaces.find(ctx, id) : null;
  }

  @Mutation(() => WorkspaceObject)
  @Runs(createWorkspace)
  async createWorkspace(
    @SignedIn() ctx: AccountCtx,
    @Args('accountId', { type: () => ID }) accountId: string,
    @Args('name') name: string,
    @Args('description', { type: () => String, nullable: true }) description?: string | null,
    @Args('handle', {
      type: () => String,
      nullable: true,
      description: 'Its part of addresses; without one it is made from the name.',
    })
    handle?: string | null,
  ): Promise<WorkspaceObject> {
    const workspace = draftPipe.transform({ name, description, handle }) as z.infer<typeof workspaceCreateBody>;
    return this.operations.run(ctx, createWorkspace, { accountId: checkedId(accountId, 'Account'), workspace });
  }

  @Mutation(() => WorkspaceObject)
  @Runs(updateWorkspace)
  async updateWorkspace(
    @SignedIn() ctx: AccountCtx,
    @Args('id', { type: () => ID }) workspaceId: string,
    @Args('input') { name, handle, description }: UpdateWorkspaceInput,
  ): Promise<WorkspaceObject> {
    const { id, accountId } = await this.workspaces.get(ctx, checkedId(workspaceId, 'Workspace'));
    const change = checkedInput(workspaceUpdateBody, { ...filled({ name, handle }), ...given({ description }) });
    await this.operations.run(ctx, updateWorkspace, { accountId, id, change });
    return this.workspaces.get(ctx, id);
  }

  @Mutation(() => Boolean, { description: 'With everything in it: it cannot be taken back.' })
  @Runs(deleteWorkspace)
  async deleteWorkspace(
    @SignedIn() ctx: AccountCtx,
    @Args('id', { type: () => ID }) workspaceId: string,
  ): Promise<boolean> {
    const { id, accountId } = await this.workspaces.get(ctx, checkedId(workspaceId, 'Workspace'));
    await this.operations.run(ctx, deleteWorkspace, { accountId, id });
    return true;
  }

  @Priced({ own: batched })
  @ResolveField(() => [String])
  scopes(@Parent() workspace: Workspace): string[] {
    return scopeListOf(workspace.role);
  }

  @Priced({ own: batched })
  @ResolveField(() => String, { description: 'Where clients of this workspace send their requests.' })
  apiUrl(@Parent() workspace: Workspace, @Context() { req }: GraphqlContext): string {
    const origin = originOf(this.config, req);
    return `${origin}/api/accounts/${workspace.accountId}/workspaces/${workspace.id}`;
  }
}
