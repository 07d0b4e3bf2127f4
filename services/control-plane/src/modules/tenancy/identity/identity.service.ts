import { Inject, Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { Config } from '../../../core/config/config.js';
import type { Actor } from '../../../core/access/ctx.js';
import { Identity, type WorkspaceAccess } from '../../../core/access/identity.js';
import { Live, topics } from '../../../core/live/live.js';
import { TenancyDb } from '../prisma.js';
import { effectiveRole, scopesOf } from '../roles.js';
import { csrfTokenOf, digestOf, isApiKey, isSessionToken, sameText } from '../sign-in/secrets.js';
import { AccessCache } from './access-cache.js';
import { findKeyOwner, findOldestMembership, findRolesIn, findSessionOwner } from './identity.queries.js';
import { LastUse } from './last-use.js';

type Known = { actor: Actor & { kind: 'user' }; id: string; until: number } | null;
const ttlMs = 30_000;

/**
 * Who is asking, and where they may go. Answers come from memory; what changes them is published on `access` with the
 * key of the answer, or null for all. A message that Redis loses is made good by the short life of the answers.
 */
@Injectable()
export class TenancyIdentity extends Identity implements OnModuleInit, OnModuleDestroy {
  private readonly credentials = new AccessCache<Known>(10_000, ttlMs);
  private readonly accesses = new AccessCache<WorkspaceAccess | null>(20_000, ttlMs);
  private readonly homes = new AccessCache<WorkspaceAccess | null>(10_000, ttlMs);
  private ends: (() => void)[] = [];

  constructor(
    @Inject(TenancyDb) private readonly db: TenancyDb,
    @Inject(Live) private readonly live: Live,
    @Inject(LastUse) private readonly lastUse: LastUse,
    @Inject(Config) private readonly config: Config,
  ) {
    super();
  }

  onModuleInit(): void {
    this.ends = [
      this.live.subscribe(topics.access, (payload) => this.forget(payload)),
      this.live.onGap(() => this.forget(null)),
    ];
  }

  onModuleDestroy(): void {
    this.ends.forEach((end) => end());
  }

  async byApiKey(key: string): Promise<Actor | null> {
    if (!isApiKey(key)) return null;
    const hash = digestOf(key);
    const known = await this.credentials.get(cacheKeyOf('key', hash), async () => {
      const row = await this.db.run((prisma) => findKeyOwner(prisma, hash));
      if (!row) return null;
      const until = row.expiration?.getTime() ?? Infinity;
      return {
        id: row.id,
        until,
        actor: { kind: 'user', userId: row.user.id, name: row.user.name, via: 'api-key', apiKeyId: row.id },
      };
    });
    return this.use('keys', known);
  }

  async bySession(token: string): Promise<Actor | null> {
    if (!isSessionToken(token)) return null;
    const hash = digestOf(token);
    const known = await this.credentials.get(cacheKeyOf('session', hash), async () => {
      const row = await this.db.run((prisma) => findSessionOwner(prisma, hash));
      if (!row) return null;
      return {
        id: row.id,
        until: row.expires.getTime(),
        actor: { kind: 'user', userId: row.user.id, name: row.user.name, via: 'session', sessionId: row.id },
      };
    });
    return this.use('sessions', known);
  }

  private use(kind: 'keys' | 'sessions', known: Known): Actor | null {
    if (!known || known.until <= Date.now()) return null;
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

  csrfMatches(actor: Actor, token: string | undefined): boolean {
    if (actor.kind !== 'user' || actor.via !== 'session' || !token) return false;
    return sameText(token, csrfTokenOf(actor.sessionId, this.config.access.secret));
  }

  private async findAccess(userId: string, workspaceId: string): Promise<WorkspaceAccess | null> {
    const found = await this.db.run((prisma) => findRolesIn(prisma, workspaceId, userId));
    const role = found && effectiveRole(found.accountRole, found.workspaceRole);
    return role ? { workspaceId, accountId: found.accountId, scopes: scopesOf(role) } : null;
  }

  private forget(payload: unknown): void {
    if (typeof payload === 'string') return this.credentials.forget(payload);
    for (const cache of [this.credentials, this.accesses, this.homes]) cache.clear();
  }
}

/** Under this key the credential is remembered, and forgotten when it is published on `access`. */
export const cacheKeyOf = (kind: 'key' | 'session', hash: Uint8Array): string =>
  `${kind}:${Buffer.from(hash).toString('base64')}`;
