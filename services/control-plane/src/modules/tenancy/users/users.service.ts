import { Inject, Injectable } from '@nestjs/common';
import { notFound } from '../../../core/errors/app-error.js';
import { TenancyDb } from '../prisma.js';
import { findPersonalAccount, findUser, type User } from './users.queries.js';

@Injectable()
export class UsersService {
  constructor(@Inject(TenancyDb) private readonly db: TenancyDb) {}

  find(id: string): Promise<User | null> {
    return this.db.run((prisma) => findUser(prisma, id));
  }

  async get(id: string): Promise<User> {
    const user = await this.find(id);
    if (!user) throw notFound('User not found');
    return user;
  }

  async personalAccountId(userId: string): Promise<string | null> {
    return (await this.db.run((prisma) => findPersonalAccount(prisma, userId)))?.accountId ?? null;
  }
}
