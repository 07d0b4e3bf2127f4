import { Inject, Injectable } from '@nestjs/common';
import { forbidden, notFound } from '../../../core/errors/app-error.js';
import { TenancyDb } from '../prisma.js';
import { rulesWorkspaces } from '../roles.js';
import { findAccount, listAccounts, type Account } from './accounts.queries.js';

@Injectable()
export class AccountsService {
  constructor(@Inject(TenancyDb) private readonly db: TenancyDb) {}

  list(userId: string): Promise<Account[]> {
    return this.db.run((prisma) => listAccounts(prisma, userId));
  }

  /** Throws `notFound` to who is not a member. */
  async get(userId: string, accountId: string): Promise<Account> {
    const account = await this.db.run((prisma) => findAccount(prisma, userId, accountId));
    if (!account) throw notFound('Account not found');
    return account;
  }

  /** The account, when the user may create workspaces in it. */
  async getToAddTo(userId: string, accountId: string): Promise<Account> {
    const account = await this.get(userId, accountId);
    if (!rulesWorkspaces.includes(account.role))
      throw forbidden('This needs the permission create:workspace in the account.');
    return account;
  }
}
