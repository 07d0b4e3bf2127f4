import type { OwnLimits } from '../limits/limits.js';
import type { Prisma } from '../prisma.js';

type Owner = { id: string; name: string };

/** The key behind a hash, and whose it is. */
export const findKeyOwner = (
  prisma: Prisma,
  hash: Buffer<ArrayBuffer>,
): Promise<{ id: string; name: string; expiration: Date | null; user: Owner } | null> =>
  prisma.apiKey.findUnique({
    where: { hash },
    select: { id: true, name: true, expiration: true, user: { select: { id: true, name: true } } },
  });

export const findSessionOwner = (
  prisma: Prisma,
  hash: Buffer<ArrayBuffer>,
): Promise<{ id: string; created: Date; expires: Date; user: Owner } | null> =>
  prisma.userSession.findUnique({
    where: { hash },
    select: { id: true, created: true, expires: true, user: { select: { id: true, name: true } } },
  });

type Roles = { accountId: string; accountRole: string | undefined; workspaceRole: string | undefined };

/** The two roles that a user has in a workspace, and what limits it; null when there is no such workspace. */
export async function findRolesIn(
  prisma: Prisma,
  workspaceId: string,
  userId: string,
): Promise<(Roles & { own: OwnLimits | null; percentage: number | null }) | null> {
  const roles = { where: { userId }, select: { role: true } };
  const row = await prisma.workspace.findUnique({
    where: { id: workspaceId },
    select: {
      accountId: true,
      memberships: roles,
      allocation: { select: { rateLimitPercentage: true } },
      account: { select: { memberships: roles, limit: true } },
    },
  });
  return (
    row && {
      own: row.account.limit,
      percentage: row.allocation?.rateLimitPercentage ?? null,
      accountId: row.accountId,
      accountRole: row.account.memberships[0]?.role,
      workspaceRole: row.memberships[0]?.role,
    }
  );
}

/** The roles of users in workspaces; the answer is asked for one of each, and gives null when there is no such workspace. */
export async function findRolesOf(
  prisma: Prisma,
  userIds: string[],
  workspaceIds: string[],
): Promise<(userId: string, workspaceId: string) => Roles | null> {
  if (workspaceIds.length === 0) return () => null;
  const roles = { where: { userId: { in: userIds } }, select: { userId: true, role: true } };
  const rows = await prisma.workspace.findMany({
    where: { id: { in: workspaceIds } },
    select: { id: true, accountId: true, memberships: roles, account: { select: { memberships: roles } } },
  });
  const byUser = (memberships: { userId: string; role: string }[]) =>
    new Map(memberships.map(({ userId, role }) => [userId, role]));
  const workspaces = new Map(
    rows.map(({ id, accountId, memberships, account }) => [
      id,
      { accountId, workspace: byUser(memberships), account: byUser(account.memberships) },
    ]),
  );
  return (userId, workspaceId) => {
    const found = workspaces.get(workspaceId);
    if (!found) return null;
    const { accountId, account, workspace } = found;
    return { accountId, accountRole: account.get(userId), workspaceRole: workspace.get(userId) };
  };
}

/** When a session ends that lives on from its last use, but only so long in all. */
export const endOf = ({ created, expires }: { created: Date; expires: Date }, sessionSecondsMax: number): number =>
  Math.min(expires.getTime(), created.getTime() + sessionSecondsMax * 1000);

/** Until when keys and sessions count, by their ids; those that are gone are missing. */
export async function findCredentialEnds(
  prisma: Prisma,
  keyIds: string[],
  sessionIds: string[],
  sessionSecondsMax: number,
): Promise<Map<string, number>> {
  const [keys, sessions] = await Promise.all([
    keyIds.length > 0
      ? prisma.apiKey.findMany({ where: { id: { in: keyIds } }, select: { id: true, expiration: true } })
      : [],
    sessionIds.length > 0
      ? prisma.userSession.findMany({
          where: { id: { in: sessionIds } },
          select: { id: true, created: true, expires: true },
        })
      : [],
  ]);
  return new Map([
    ...keys.map(({ id, expiration }) => [id, expiration?.getTime() ?? Infinity] as const),
    ...sessions.map((session) => [session.id, endOf(session, sessionSecondsMax)] as const),
  ]);
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
export async function deleteEndedSessions(prisma: Prisma, now: Date, sessionSecondsMax: number): Promise<number> {
  const oldest = new Date(now.getTime() - sessionSecondsMax * 1000);
  const ended = { OR: [{ expires: { lt: now } }, { created: { lt: oldest } }] };
  return (await prisma.userSession.deleteMany({ where: ended })).count;
}
