import { Inject, Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { Config } from '../../../core/config/config.js';
import { AccessChanges, type AccessChange } from '../../../core/access/access-changes.js';
import { cookieOf, type Cookies } from '../../../core/access/cookies.js';
import type { Actor } from '../../../core/access/ctx.js';
import { Identity, type Standing, type StandingQuestion, type WorkspaceAccess } from '../../../core/access/identity.js';
import { isOwnedBy } from '../../../core/fair/owners.js';
import { AnswerCache } from '../../../core/batch/answer-cache.js';
import { limitsOf } from '../limits/limits.js';
import { TenancyDb } from '../prisma.js';
import { effectiveRole, scopesOf } from '../roles.js';
import { csrfTokenOf, digestOf, isApiKey, isSessionToken, sameText } from '../sign-in/secrets.js';
import { endOf, findKeyOwner, findOldestMembership, findRolesIn, findSessionOwner } from './identity.queries.js';
import { LastUse } from './last-use.js';
import { standingOf } from './standing.js';

type Known = { actor: Actor & { kind: 'user' }; id: string } | null;
const ttlMs = 30_000;

/**
 * Who is asking, and where they may go. Answers come from memory; an `AccessChange` says which of them have
 * become old. A message that Redis loses is made good by the short life of the answers.
 */
@Injectable()
export class TenancyIdentity extends Identity implements OnModuleInit, OnModuleDestroy {
  private readonly credentials = new AnswerCache<Known>(10_000, ttlMs);
  private readonly accesses = new AnswerCache<WorkspaceAccess | null>(20_000, ttlMs);
  private readonly homes = new AnswerCache<WorkspaceAccess | null>(10_000, ttlMs);
  private stopListening: () => void = () => undefined;

  constructor(
    @Inject(TenancyDb) private readonly db: TenancyDb,
    @Inject(AccessChanges) private readonly changes: AccessChanges,
    @Inject(LastUse) private readonly lastUse: LastUse,
    @Inject(Config) private readonly config: Config,
  ) {
    super();
  }

  onModuleInit(): void {
    this.stopListening = this.changes.subscribe((change) => this.forget(change));
  }

  onModuleDestroy(): void {
    this.stopListening();
  }

  async byApiKey(key: string): Promise<Actor | null> {
    if (!isApiKey(key)) return null;
    const hash = digestOf(key);
    const known = await this.credentials.get(cacheKeyOf('key', hash), async () => {
      const row = await this.db.run((prisma) => findKeyOwner(prisma, hash));
      if (!row) return null;
      return {
        id: row.id,
        actor: {
          kind: 'user',
          userId: row.user.id,
          name: row.user.name,
          until: row.expiration?.getTime() ?? Infinity,
          via: 'api-key',
          apiKeyId: row.id,
          apiKeyName: row.name,
        },
      };
    });
    return this.use('keys', known);
  }

  sessionTokenOf(cookies: Cookies): string | undefined {
    return cookieOf(cookies, 'headgate_session', this.config.access.secureCookies);
  }

  async bySession(token: string): Promise<Actor | null> {
    if (!isSessionToken(token)) return null;
    const hash = digestOf(token);
    const known = await this.credentials.get(cacheKeyOf('session', hash), async () => {
      const row = await this.db.run((prisma) => findSessionOwner(prisma, hash));
      if (!row) return null;
      const until = endOf(row, this.config.access.sessionSecondsMax);
      const { id, name } = row.user;
      return { id: row.id, actor: { kind: 'user', userId: id, name, until, via: 'session', sessionId: row.id } };
    });
    return this.use('sessions', known);
  }

  private use(kind: 'keys' | 'sessions', known: Known): Actor | null {
    if (!known || known.actor.until <= Date.now()) return null;
    this.lastUse.note(kind, known.id);
    return known.actor;
  }

  async accessTo(actor: Actor, workspaceId: string, accountId: string | null): Promise<WorkspaceAccess | null> {
    if (actor.kind !== 'user') return null;
    const access = await this.accesses.get(`${actor.userId}:${workspaceId}`, () =>
      this.findAccess(actor.userId, workspaceId),
    );
    return access && (accountId === null || access.accountId === accountId) ? access : null;
  }

  async homeOf(actor: Actor): Promise<WorkspaceAccess | null> {
    if (actor.kind !== 'user') return null;
    return this.homes.get(actor.userId, async () => {
      const oldest = await this.db.run((prisma) => findOldestMembership(prisma, actor.userId));
      return oldest ? this.findAccess(actor.userId, oldest.workspaceId) : null;
    });
  }

  standingOf(questions: readonly StandingQuestion[]): Promise<ReadonlyMap<string, Standing>> {
    return this.db.run((prisma) => standingOf(prisma, questions, this.config.access.sessionSecondsMax));
  }

  csrfMatches(actor: Actor, token: string | undefined): boolean {
    if (actor.kind !== 'user' || actor.via !== 'session' || !token) return false;
    return sameText(token, csrfTokenOf(actor.sessionId, this.config.access.secret));
  }

  private async findAccess(userId: string, workspaceId: string): Promise<WorkspaceAccess | null> {
    const found = await this.db.run((prisma) => findRolesIn(prisma, workspaceId, userId));
    const role = found && effectiveRole(found.accountRole, found.workspaceRole);
    if (!role) return null;
    isOwnedBy(workspaceId, found.accountId);
    const limits = limitsOf(found.own, found.percentage, this.config.limits.budgets);
    return { workspaceId, accountId: found.accountId, scopes: scopesOf(role), limits };
  }

  private forget(change: AccessChange): void {
    if (change !== null && 'rememberedAs' in change) return this.credentials.forget(change.rememberedAs);
    const concerned = concernedBy(change);
    this.accesses.forgetWhere(concerned);
    this.homes.forgetWhere(concerned);
    if (change === null || 'userId' in change)
      this.credentials.forgetWhere((_, known) => change === null || known?.actor.userId === change.userId);
  }
}

/**
 * Whether a change concerns what is remembered of a user, or of a user in a workspace. That there is no access is
 * remembered without a workspace or an account, and forgotten with any change of one.
 */
function concernedBy(change: AccessChange): (key: string, access: WorkspaceAccess | null | undefined) => boolean {
  if (change === null) return () => true;
  return (key, access) => {
    if ('userId' in change) return key.startsWith(change.userId);
    if (!access) return true;
    if ('workspaceId' in change) return access.workspaceId === change.workspaceId;
    return 'accountId' in change && access.accountId === change.accountId;
  };
}

/** Under this key the credential is remembered, and forgotten when it is published on `access`. */
export const cacheKeyOf = (kind: 'key' | 'session', hash: Uint8Array): string =>
  `${kind}:${Buffer.from(hash).toString('base64')}`;
