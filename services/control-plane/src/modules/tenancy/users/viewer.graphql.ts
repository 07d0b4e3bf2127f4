import { Inject } from '@nestjs/common';
import { Context, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { accountCtxOf, Needs } from '../../../core/access/needs.js';
import { Priced } from '../../../core/graphql/limits/price.js';
import type { GraphqlContext } from '../../../core/http/request.js';
import { AccountsService } from '../accounts/accounts.service.js';
import { AccountObject, UserObject, WorkspaceObject } from '../tenancy.objects.js';
import { WorkspacesService } from '../workspaces/workspaces.service.js';
import { UsersService } from './users.service.js';

/** Only the viewer is ever a `User` here, so that its lists are the viewer's own. */
@Resolver(() => UserObject)
export class ViewerResolver {
  constructor(
    @Inject(UsersService) private readonly users: UsersService,
    @Inject(AccountsService) private readonly accountsService: AccountsService,
    @Inject(WorkspacesService) private readonly workspacesService: WorkspacesService,
  ) {}

  @Query(() => UserObject, { nullable: true, description: 'Null when nobody is signed in.' })
  @Needs('nothing')
  viewer(@Context() { req }: GraphqlContext): Promise<UserObject | null> | null {
    return req.actor?.kind === 'user' ? this.users.find(accountCtxOf(req)) : null;
  }

  @Priced({ size: 10 })
  @ResolveField(() => [WorkspaceObject])
  workspaces(@Context() { req }: GraphqlContext): Promise<WorkspaceObject[]> {
    return this.workspacesService.list(accountCtxOf(req));
  }

  @Priced({ size: 5 })
  @ResolveField(() => [AccountObject])
  accounts(@Context() { req }: GraphqlContext): Promise<AccountObject[]> {
    return this.accountsService.list(accountCtxOf(req));
  }
}
