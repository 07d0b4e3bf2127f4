import type { Tx } from '../limits/quota.js';
import type { Prisma } from '../prisma.js';
import { effectiveRole, rulesWorkspaces, type WorkspaceRoleName } from '../roles.js';

/** A workspace as one of its users sees it. */
export type Workspace = {
  id: string;
  created: Date;
  updated: Date;
  name: string;
  handle: string;
  description: string;
  accountId: string;
  accountName: string;
  accountHandle: string;
  role: WorkspaceRoleName;
};

const mayEnter = (userId: string) => ({
  OR: [
    { memberships: { some: { userId } } },
    { account: { memberships: { some: { userId, role: { in: rulesWorkspaces } } } } },
  ],
});

const seenBy = (userId: string) => ({
  memberships: { where: { userId }, select: { role: true } },
  account: { select: { name: true, handle: true, memberships: { where: { userId }, select: { role: true } } } },
});

export type WorkspacesWhere = {
  accountId?: string;
  id?: { in: string[] };
  handle?: { in: string[] };
  OR?: object[];
  account?: { handle: string };
};

/** The workspaces that a user may enter, oldest first. */
export async function listWorkspaces(
  prisma: Prisma,
  userId: string,
  where: WorkspacesWhere = {},
  page: { limit?: number; offset?: number } = {},
): Promise<Workspace[]> {
  const rows = await prisma.workspace.findMany({
    where: { AND: [mayEnter(userId), where] },
    include: seenBy(userId),
    orderBy: [{ created: 'asc' }, { id: 'asc' }],
    take: page.limit,
    skip: page.offset,
  });
  return rows.map(toWorkspace).filter((workspace) => workspace !== null);
}

type Row = Omit<Workspace, 'accountName' | 'accountHandle' | 'role'> & {
  memberships: { role: string }[];
  account: { name: string; handle: string; memberships: { role: string }[] };
};

function toWorkspace({ memberships, account, ...row }: Row): Workspace | null {
  const role = effectiveRole(account.memberships[0]?.role, memberships[0]?.role);
  return role && { ...row, accountName: account.name, accountHandle: account.handle, role };
}

export const countWorkspaces = (prisma: Tx, accountId: string): Promise<number> =>
  prisma.workspace.count({ where: { accountId } });

export const takenWorkspaceHandles = async (prisma: Prisma, accountId: string, handles: string[]): Promise<string[]> =>
  (await prisma.workspace.findMany({ where: { accountId, handle: { in: handles } }, select: { handle: true } })).map(
    (row) => row.handle,
  );

export type WorkspaceRow = { id: string; accountId: string; name: string; handle: string; description: string };

/** The workspace, owned by who creates it. */
export async function insertWorkspace(prisma: Tx, row: WorkspaceRow, ownerId: string): Promise<void> {
  await prisma.workspace.create({
    data: { ...row, memberships: { create: { userId: ownerId, role: 'Owner' } } },
    select: { id: true },
  });
}

export async function updateWorkspace(
  prisma: Prisma,
  id: string,
  change: { name?: string; handle?: string; description?: string },
): Promise<void> {
  await prisma.workspace.update({ where: { id }, data: change, select: { id: true } });
}

/** The workspace, and all that hangs on it by foreign keys. What does not is noted, to be deleted after it. */
export async function deleteWorkspace(prisma: Prisma, id: string): Promise<void> {
  await prisma.$transaction([
    prisma.$executeRaw`insert into deleted_workspace (id) values (${id}::uuid) on conflict do nothing`,
    prisma.workspace.deleteMany({ where: { id } }),
  ]);
}
