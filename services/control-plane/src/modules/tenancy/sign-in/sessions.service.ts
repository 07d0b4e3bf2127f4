import { Inject, Injectable } from '@nestjs/common';
import { newId } from '@headgate/contracts';
import { Config } from '../../../core/config/config.js';
import { Live, topics } from '../../../core/live/live.js';
import { cacheKeyOf } from '../identity/identity.service.js';
import { TenancyDb } from '../prisma.js';
import { digestOf, newSessionToken } from './secrets.js';
import { deleteSession, insertSession } from './sessions.queries.js';

/** `token` is the secret that the cookie carries; only its hash is stored. */
export type StartedSession = { id: string; token: string };

@Injectable()
export class SessionsService {
  constructor(
    @Inject(TenancyDb) private readonly db: TenancyDb,
    @Inject(Live) private readonly live: Live,
    @Inject(Config) private readonly config: Config,
  ) {}

  async start(userId: string, userAgent: string | undefined): Promise<StartedSession> {
    const token = newSessionToken();
    const expires = new Date(Date.now() + this.config.access.sessionSeconds * 1000);
    const id = newId();
    const row = { id, userId, hash: digestOf(token), expires, userAgent: userAgent?.slice(0, 300) ?? null };
    await this.db.run((prisma) => insertSession(prisma, row));
    return { id, token };
  }

  /** Ends the session behind a cookie; nothing happens when there is none. */
  async end(token: string): Promise<void> {
    const hash = digestOf(token);
    await this.db.run((prisma) => deleteSession(prisma, hash));
    this.live.publish(topics.access, cacheKeyOf('session', hash));
  }
}
