import { Controller, Get, Inject } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { accountAnswer, accountSettingsAnswer } from '@headgate/contracts/rest/answers/tenancy';
import type { AccountJson, AccountSettingsJson } from '@headgate/contracts/rest/tenancy';
import type { AccountCtx } from '../../../core/access/ctx.js';
import { Needs, SignedIn } from '../../../core/access/needs.js';
import { Config } from '../../../core/config/config.js';
import { IdParam } from '../../../core/http/zod-body.js';
import { Answers } from '../../../core/openapi/answers.js';
import { accountSettings, toAccount } from '../tenancy.wire.js';
import { AccountsService } from './accounts.service.js';

@ApiTags('Accounts')
@Controller('api/accounts/:accountId')
@Needs('sign-in')
export class AccountsController {
  constructor(
    @Inject(AccountsService) private readonly accounts: AccountsService,
    @Inject(Config) private readonly config: Config,
  ) {}

  @Get()
  @Answers(accountAnswer)
  async get(@SignedIn() ctx: AccountCtx, @IdParam('accountId') accountId: string): Promise<AccountJson> {
    return toAccount(await this.accounts.get(ctx, accountId), this.config.retention.stateDays);
  }

  @Get('settings')
  @Answers(accountSettingsAnswer)
  async settings(@SignedIn() ctx: AccountCtx, @IdParam('accountId') accountId: string): Promise<AccountSettingsJson> {
    await this.accounts.get(ctx, accountId);
    return accountSettings;
  }
}
