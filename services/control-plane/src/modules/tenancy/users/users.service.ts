import { Inject, Injectable } from '@nestjs/common';
import type { AccountCtx } from '../../../core/access/ctx.js';
import { notFound } from '../../../core/errors/app-error.js';
import { TenancyDb } from '../prisma.js';
import { findPersonalAccount, findUser, type User } from './users.queries.js';

/** Profiles. Nobody sees anybody but themselves. */
@Injectable()
export class UsersService {
  constructor(@Inject(TenancyDb) private readonly db: TenancyDb) {}

  find({ actor }: AccountCtx): Promise<User | null> {
    return this.db.run((prisma) => findUser(prisma, actor.userId));
  }

  async get(ctx: AccountCtx): Promise<User> {
    const user = await this.find(ctx);
    if (!user) throw notFound('User not found');
    return user;
  }

  async personalAccountId({ actor }: AccountCtx): Promise<string | null> {
    return (await this.db.run((prisma) => findPersonalAccount(prisma, actor.userId)))?.accountId ?? null;
  }
}
