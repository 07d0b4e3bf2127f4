import { Controller, Get, Inject } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { texts } from '@headgate/contracts/rest/answers/shared';
import {
  apiKeysAnswer,
  meAnswer,
  userAccountsAnswer,
  userWorkspacesAnswer,
} from '@headgate/contracts/rest/answers/tenancy';
import {
  apiKeysQuery,
  type ApiKeyJson,
  type MeJson,
  type UserAccountJson,
  type UserWorkspaceJson,
} from '@headgate/contracts/rest/tenancy';
import type { AccountCtx } from '../../../core/access/ctx.js';
import { Needs, SignedIn } from '../../../core/access/needs.js';
import { IdParam, ZodQuery } from '../../../core/http/zod-body.js';
import { Answers } from '../../../core/openapi/answers.js';
import { AccountsService } from '../accounts/accounts.service.js';
import { ApiKeysService } from '../api-keys/api-keys.service.js';
import { scopeListOf } from '../roles.js';
import { toApiKey, toMe, toUserAccount, toUserWorkspace } from '../tenancy.wire.js';
import { WorkspacesService } from '../workspaces/workspaces.service.js';
import { UsersService } from './users.service.js';

/** The caller: who they are and where they may go. */
@ApiTags('Me')
@Controller('api/me')
@Needs('sign-in')
export class MeController {
  constructor(
    @Inject(UsersService) private readonly users: UsersService,
    @Inject(AccountsService) private readonly accounts: AccountsService,
    @Inject(WorkspacesService) private readonly workspaces: WorkspacesService,
    @Inject(ApiKeysService) private readonly apiKeys: ApiKeysService,
  ) {}

  @Get()
  @Answers(meAnswer)
  async me(@SignedIn() ctx: AccountCtx): Promise<MeJson> {
    const [user, personalAccountId] = await Promise.all([this.users.get(ctx), this.users.personalAccountId(ctx)]);
    return toMe(user, personalAccountId);
  }

  @Get('workspaces')
  @Answers(userWorkspacesAnswer)
  async listWorkspaces(@SignedIn() ctx: AccountCtx): Promise<UserWorkspaceJson[]> {
    return (await this.workspaces.list(ctx)).map(toUserWorkspace);
  }

  @Get('workspaces/:id/scopes')
  @Answers(texts)
  async scopes(@SignedIn() ctx: AccountCtx, @IdParam() id: string): Promise<string[]> {
    return scopeListOf((await this.workspaces.get(ctx, id)).role);
  }

  @Get('accounts')
  @Answers(userAccountsAnswer)
  async listAccounts(@SignedIn() ctx: AccountCtx): Promise<UserAccountJson[]> {
    return (await this.accounts.list(ctx)).map(toUserAccount);
  }

  @Get('api_keys')
  @Answers(apiKeysAnswer)
  async listApiKeys(
    @SignedIn() ctx: AccountCtx,
    @ZodQuery(apiKeysQuery) { name }: { name?: string },
  ): Promise<ApiKeyJson[]> {
    return (await this.apiKeys.list(ctx, name)).map(toApiKey);
  }
}
