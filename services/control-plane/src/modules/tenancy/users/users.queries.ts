import type { Prisma } from '../prisma.js';

export type User = { id: string; created: Date; updated: Date; email: string; name: string; handle: string };
const shown = { id: true, created: true, updated: true, email: true, name: true, handle: true };

export const findUser = (prisma: Prisma, id: string): Promise<User | null> =>
  prisma.user.findUnique({ where: { id }, select: shown });

export const findUserByEmail = (prisma: Prisma, email: string) =>
  prisma.user.findUnique({ where: { email }, select: { ...shown, passwordHash: true } });

/** Unless it has been changed meanwhile. */
export async function updatePasswordHash(prisma: Prisma, id: string, before: string, after: string): Promise<void> {
  await prisma.user.updateMany({ where: { id, passwordHash: before }, data: { passwordHash: after } });
}

/** The account that came with the user: the oldest that they own. */
export const findPersonalAccount = (prisma: Prisma, userId: string): Promise<{ accountId: string } | null> =>
  prisma.accountMembership.findFirst({
    where: { userId, role: 'Owner' },
    orderBy: [{ created: 'asc' }, { accountId: 'asc' }],
    select: { accountId: true },
  });

export const takenUserHandles = async (prisma: Prisma, handles: string[]): Promise<string[]> =>
  (await prisma.user.findMany({ where: { handle: { in: handles } }, select: { handle: true } })).map(
    (row) => row.handle,
  );

export type NewTenant = {
  user: { id: string; email: string; name: string; handle: string; passwordHash: string };
  account: { id: string; name: string; handle: string };
  workspace: { id: string; name: string; handle: string };
};

/** A user with an account and a first workspace of their own: all of it, or nothing. */
export async function insertTenant(
  prisma: Prisma,
  { user, account, workspace }: NewTenant,
  { onlyFirst }: { onlyFirst: boolean },
): Promise<User | null> {
  return prisma.$transaction(async (tx) => {
    if (onlyFirst) {
      // Of several who come at once, one is the first.
      await tx.$executeRaw`select pg_advisory_xact_lock(${firstUserLock})`;
      if (await hasUsers(tx)) return null;
    }
    const inserted = await tx.user.create({ data: user, select: shown });
    await tx.account.create({ data: account });
    await tx.accountMembership.create({ data: { accountId: account.id, userId: user.id, role: 'Owner' } });
    await tx.workspace.create({ data: { ...workspace, accountId: account.id } });
    await tx.workspaceMembership.create({ data: { workspaceId: workspace.id, userId: user.id, role: 'Owner' } });
    return inserted;
  });
}

const firstUserLock = 7_241_904;

export const hasUsers = async (prisma: Pick<Prisma, 'user'>): Promise<boolean> =>
  (await prisma.user.findFirst({ select: { id: true } })) !== null;
