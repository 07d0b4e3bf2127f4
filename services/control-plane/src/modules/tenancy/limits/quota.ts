import type { AppError } from '../../../core/errors/app-error.js';
import type { Prisma } from '../prisma.js';

/** Inside of a transaction. */
export type Tx = Parameters<Parameters<Prisma['$transaction']>[0]>[0];

/** How many of something an owner may have. */
export type Quota = {
  /** What the owner has of it: `api keys of <id>`. Those that are added at once wait for each other here. */
  of: string;
  max: number;
  count: (tx: Tx) => Promise<number>;
  refusal: () => AppError;
};

/** Adds one, when there is room for it: looked at and added under one lock, so that of many at once no more get in. */
export function withinQuota<T>(
  prisma: Prisma,
  { of, max, count, refusal }: Quota,
  add: (tx: Tx) => Promise<T>,
): Promise<T> {
  return prisma.$transaction(async (tx) => {
    await tx.$executeRaw`select pg_advisory_xact_lock(hashtextextended(${of}, 0))`;
    if ((await count(tx)) >= max) throw refusal();
    return add(tx);
  });
}
