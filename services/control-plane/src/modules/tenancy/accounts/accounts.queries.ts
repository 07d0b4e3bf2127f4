import type { Prisma } from '../prisma.js';

export type Account = { id: string; created: Date; updated: Date; name: string; handle: string; role: string };

export const takenAccountHandles = async (prisma: Prisma, handles: string[]): Promise<string[]> =>
  (await prisma.account.findMany({ where: { handle: { in: handles } }, select: { handle: true } })).map(
    (row) => row.handle,
  );

/** The accounts of a user, oldest membership first, with the user's role in each. */
export async function listAccounts(prisma: Prisma, userId: string): Promise<Account[]> {
  const rows = await prisma.accountMembership.findMany({
    where: { userId },
    orderBy: [{ created: 'asc' }, { accountId: 'asc' }],
    include: { account: true },
  });
  return rows.map(({ account, role }) => ({ ...account, role }));
}

export async function findAccount(prisma: Prisma, userId: string, accountId: string): Promise<Account | null> {
  const row = await prisma.accountMembership.findUnique({
    where: { accountId_userId: { accountId, userId } },
    include: { account: true },
  });
  return row && { ...row.account, role: row.role };
}
