import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { PrismaClient } from '@headgate/prisma/client';
import { PrismaPg } from '@prisma/adapter-pg';
import { Database } from '../../core/db/database.js';
import { fromPrisma } from './prisma-errors.js';

export type Prisma = PrismaClient;

/** Prisma over the connections of the process; the only place where it is a client (tenancy's rates are low). */
@Injectable()
export class TenancyDb implements OnApplicationShutdown {
  private readonly prisma: PrismaClient;

  constructor(@Inject(Database) database: Database) {
    this.prisma = new PrismaClient({ adapter: new PrismaPg(database.sql) });
  }

  /** Database errors come out as `AppError`s. */
  async run<T>(work: (prisma: Prisma) => Promise<T>): Promise<T> {
    try {
      return await work(this.prisma);
    } catch (error) {
      throw fromPrisma(error);
    }
  }

  async onApplicationShutdown(): Promise<void> {
    await this.prisma.$disconnect();
  }
}
