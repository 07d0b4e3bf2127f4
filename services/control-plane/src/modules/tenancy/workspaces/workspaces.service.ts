import { Inject, Injectable } from '@nestjs/common';
import { newId } from '@headgate/contracts';
import type { WorkspaceChange, WorkspaceDraft, WorkspacesFilter } from '@headgate/contracts/rest/tenancy';
import type { AccountCtx } from '../../../core/access/ctx.js';
import { AccessChanges } from '../../../core/access/access-changes.js';
import type { Scope } from '../../../core/access/scopes.js';
import { Config } from '../../../core/config/config.js';
import { AppError, conflict, forbidden, notFound } from '../../../core/errors/app-error.js';
import { Nudges } from '../../../core/loops/nudges.js';
import { AccountsService } from '../accounts/accounts.service.js';
import { freeHandle, handleFrom, isReserved } from '../handles.js';
import { withinQuota, type Quota, type Tx } from '../limits/quota.js';
import { TenancyDb } from '../prisma.js';
import { UniqueViolation } from '../prisma-errors.js';
import { scopesOf } from '../roles.js';
import {
  countWorkspaces,
  deleteWorkspace,
  insertWorkspace,
  listWorkspaces,
  takenWorkspaceHandles,
  updateWorkspace,
  type Workspace,
} from './workspaces.queries.js';

const handleTaken = () =>
  new AppError(
    'conflict',
    'A workspace with this handle exists in the account.',
    {},
    { fields: { handle: 'already in use' } },
  );
const handleReserved = () =>
  new AppError('invalid', 'This handle is reserved.', {}, { fields: { handle: 'is reserved' } });

@Injectable()
export class WorkspacesService {
  constructor(
    @Inject(TenancyDb) private readonly db: TenancyDb,
    @Inject(Nudges) private readonly nudges: Nudges,
    @Inject(AccountsService) private readonly accounts: AccountsService,
    @Inject(AccessChanges) private readonly changes: AccessChanges,
    @Inject(Config) private readonly config: Config,
  ) {}

  list({ actor }: AccountCtx): Promise<Workspace[]> {
    return this.db.run((prisma) => listWorkspaces(prisma, actor.userId));
  }

  /** Those of one account that the user may enter. */
  async filter(
    ctx: AccountCtx,
    accountId: string,
    { workspaces, limit = 200, offset = 0 }: WorkspacesFilter,
  ): Promise<Workspace[]> {
    await this.accounts.get(ctx, accountId);
    const wanted = [
      workspaces?.id?.any_ && { id: { in: workspaces.id.any_ } },
      workspaces?.handle?.any_ && { handle: { in: workspaces.handle.any_ } },
    ].filter((each) => each !== undefined);
    const where = workspaces?.operator === 'or_' && wanted.length > 0 ? { OR: wanted } : Object.assign({}, ...wanted);
    return this.db.run((prisma) =>
      listWorkspaces(prisma, ctx.actor.userId, { accountId, ...where }, { limit, offset }),
    );
  }

  async find({ actor }: AccountCtx, id: string): Promise<Workspace | null> {
    const [workspace] = await this.db.run((prisma) => listWorkspaces(prisma, actor.userId, { id: { in: [id] } }));
    return workspace ?? null;
  }

  async findByHandles(
    { actor }: AccountCtx,
    accountHandle: string,
    workspaceHandle: string,
  ): Promise<Workspace | null> {
    const where = { handle: { in: [workspaceHandle] }, account: { handle: accountHandle } };
    const [workspace] = await this.db.run((prisma) => listWorkspaces(prisma, actor.userId, where));
    return workspace ?? null;
  }

  /** Throws `notFound` to who may not know of it, `forbidden` to who lacks the scope. */
  async get(ctx: AccountCtx, id: string, needs?: { accountId: string; scope?: Scope }): Promise<Workspace> {
    const workspace = await this.find(ctx, id);
    if (!workspace || (needs && workspace.accountId !== needs.accountId)) throw notFound('Workspace not found');
    if (needs?.scope && !scopesOf(workspace.role).has(needs.scope))
      throw forbidden(`This needs the scope ${needs.scope} in the workspace.`);
    return workspace;
  }

  /** A handle that is named must be free; one that is made from the name becomes so. */
  async create(
    ctx: AccountCtx,
    accountId: string,
    { name, handle, description = '' }: WorkspaceDraft,
  ): Promise<Workspace> {
    await this.accounts.getToAddTo(ctx, accountId);
    if (handle && isReserved(handle)) throw handleReserved();
    const free =
      handle ??
      (await freeHandle(handleFrom(name, 'my-workspace'), (handles) =>
        this.db.run((prisma) => takenWorkspaceHandles(prisma, accountId, handles)),
      ));
    const id = newId();
    const { userId } = ctx.actor;
    const add = (tx: Tx) => insertWorkspace(tx, { id, accountId, name, handle: free, description }, userId);
    await sayingTaken(this.db.run((prisma) => withinQuota(prisma, this.quotaOf(accountId), add)));
    this.changes.publish({ userId });
    return this.get(ctx, id);
  }

  private quotaOf(accountId: string): Quota {
    const { workspaces: max } = this.config.limits;
    return {
      of: `workspaces of ${accountId}`,
      max,
      count: (tx) => countWorkspaces(tx, accountId),
      refusal: () => conflict(`An account may have at most ${max} workspaces.`),
    };
  }

  async update(
    ctx: AccountCtx,
    accountId: string,
    id: string,
    { description, ...change }: WorkspaceChange,
  ): Promise<void> {
    await this.get(ctx, id, { accountId, scope: 'write_workspace_settings' });
    if (change.handle && isReserved(change.handle)) throw handleReserved();
    const written = { ...change, ...(description !== undefined && { description: description ?? '' }) };
    await sayingTaken(this.db.run((prisma) => updateWorkspace(prisma, id, written)));
  }

  /** The workspace is gone for everybody at once; its runs, logs and events, which nobody sees any more, go in their time. */
  async delete(ctx: AccountCtx, accountId: string, id: string): Promise<void> {
    await this.get(ctx, id, { accountId, scope: 'manage_workspace_settings' });
    await this.db.run((prisma) => deleteWorkspace(prisma, id));
    this.changes.publish({ workspaceId: id });
    this.nudges.nudge('purge-deleted-workspaces');
  }
}

async function sayingTaken<T>(writing: Promise<T>): Promise<T> {
  try {
    return await writing;
  } catch (error) {
    throw error instanceof UniqueViolation ? handleTaken() : error;
  }
}
