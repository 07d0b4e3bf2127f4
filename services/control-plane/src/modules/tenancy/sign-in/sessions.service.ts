import { Inject, Injectable } from '@nestjs/common';
import { newId } from '@headgate/contracts';
import { AccessChanges } from '../../../core/access/access-changes.js';
import { Config } from '../../../core/config/config.js';
import { cacheKeyOf } from '../identity/identity.service.js';
import { TenancyDb } from '../prisma.js';
import { digestOf, newSessionToken } from './secrets.js';
import { deleteSession, insertSession } from './sessions.queries.js';

/** `token` is the secret that the cookie carries; only its hash is stored. `expires` is later for each use. */
export type StartedSession = { id: string; token: string; expires: Date };

@Injectable()
export class SessionsService {
  constructor(
    @Inject(TenancyDb) private readonly db: TenancyDb,
    @Inject(AccessChanges) private readonly changes: AccessChanges,
    @Inject(Config) private readonly config: Config,
  ) {}

  async start(userId: string, userAgent: string | undefined): Promise<StartedSession> {
    const token = newSessionToken();
    const expires = new Date(Date.now() + this.config.access.sessionSeconds * 1000);
    const id = newId();
    const row = { id, userId, hash: digestOf(token), expires, userAgent: userAgent?.slice(0, 300) ?? null };
    await this.db.run((prisma) => insertSession(prisma, row));
    return { id, token, expires };
  }

  /** Ends the session behind a cookie; nothing happens when there is none. */
  async end(token: string): Promise<void> {
    const hash = digestOf(token);
    const id = await this.db.run((prisma) => deleteSession(prisma, hash));
    if (id) this.changes.publish({ credentialId: id, rememberedAs: cacheKeyOf('session', hash) });
  }
}
