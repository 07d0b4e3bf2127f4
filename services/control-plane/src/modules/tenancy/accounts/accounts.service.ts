import { Inject, Injectable } from '@nestjs/common';
import type { AccountCtx } from '../../../core/access/ctx.js';
import { forbidden, notFound } from '../../../core/errors/app-error.js';
import { TenancyDb } from '../prisma.js';
import { rulesWorkspaces } from '../roles.js';
import { findAccount, listAccounts, type Account } from './accounts.queries.js';

@Injectable()
export class AccountsService {
  constructor(@Inject(TenancyDb) private readonly db: TenancyDb) {}

  list({ actor }: AccountCtx): Promise<Account[]> {
    return this.db.run((prisma) => listAccounts(prisma, actor.userId));
  }

  /** Throws `notFound` to who is not a member. */
  async get(ctx: AccountCtx, accountId: string): Promise<Account> {
    const account = await this.db.run((prisma) => findAccount(prisma, ctx.actor.userId, accountId));
    if (!account) throw notFound('Account not found');
    return account;
  }

  /** The account, when the user may create workspaces in it. */
  async getToAddTo(ctx: AccountCtx, accountId: string): Promise<Account> {
    const account = await this.get(ctx, accountId);
    if (!rulesWorkspaces.includes(account.role))
      throw forbidden('This needs the permission create:workspace in the account.');
    return account;
  }
}
