import type { Prisma } from '../prisma.js';

type Owner = { id: string; name: string };

/** The key behind a hash, and whose it is. */
export const findKeyOwner = (
  prisma: Prisma,
  hash: Buffer<ArrayBuffer>,
): Promise<{ id: string; expiration: Date | null; user: Owner } | null> =>
  prisma.apiKey.findUnique({
    where: { hash },
    select: { id: true, expiration: true, user: { select: { id: true, name: true } } },
  });

export const findSessionOwner = (
  prisma: Prisma,
  hash: Buffer<ArrayBuffer>,
): Promise<{ id: string; expires: Date; user: Owner } | null> =>
  prisma.userSession.findUnique({
    where: { hash },
    select: { id: true, expires: true, user: { select: { id: true, name: true } } },
  });

type Roles = { accountId: string; accountRole: string | undefined; workspaceRole: string | undefined };

/** The two roles that a user has in a workspace; null when there is no such workspace. */
export async function findRolesIn(prisma: Prisma, workspaceId: string, userId: string): Promise<Roles | null> {
  const roles = { where: { userId }, select: { role: true } };
  const row = await prisma.workspace.findUnique({
    where: { id: workspaceId },
    select: { accountId: true, memberships: roles, account: { select: { memberships: roles } } },
  });
  return (
    row && {
      accountId: row.accountId,
      accountRole: row.account.memberships[0]?.role,
      workspaceRole: row.memberships[0]?.role,
    }
  );
}

/** The workspace that a user has been a member of for longest. */
export const findOldestMembership = (prisma: Prisma, userId: string): Promise<{ workspaceId: string } | null> =>
  prisma.workspaceMembership.findFirst({
    where: { userId },
    orderBy: [{ created: 'asc' }, { workspaceId: 'asc' }],
    select: { workspaceId: true },
  });

/** Writes when keys were used last, unless another process did within the minute. */
export async function touchKeys(prisma: Prisma, ids: string[], now: Date, notSince: Date): Promise<void> {
  await prisma.apiKey.updateMany({
    where: { id: { in: ids }, OR: [{ lastUsed: null }, { lastUsed: { lt: notSince } }] },
    data: { lastUsed: now },
  });
}

/** The same for sessions, which live on from their last use. */
export async function touchSessions(
  prisma: Prisma,
  ids: string[],
  now: Date,
  notSince: Date,
  expires: Date,
): Promise<void> {
  await prisma.userSession.updateMany({
    where: { id: { in: ids }, lastUsed: { lt: notSince } },
    data: { lastUsed: now, expires },
  });
}

/** Forgets the sessions that have ended; answers how many. */
export async function deleteEndedSessions(prisma: Prisma, now: Date): Promise<number> {
  return (await prisma.userSession.deleteMany({ where: { expires: { lt: now } } })).count;
}
