import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import { Config } from '../../../core/config/config.js';
import { LOGGER } from '../../../core/log/log.module.js';
import type { Logger } from '../../../core/log/logger.js';
import { TenancyDb } from '../prisma.js';
import { touchKeys, touchSessions } from './identity.queries.js';

const writeEveryMs = 60_000;
const gatherMs = 1_000;

/** Notes when keys and sessions were used, beside the requests: at most one write a minute for each, many in one statement. */
@Injectable()
export class LastUse implements OnModuleDestroy {
  private readonly written = { keys: new Map<string, number>(), sessions: new Map<string, number>() };
  private readonly waiting = { keys: new Set<string>(), sessions: new Set<string>() };
  private timer: NodeJS.Timeout | null = null;

  constructor(
    @Inject(TenancyDb) private readonly db: TenancyDb,
    @Inject(Config) private readonly config: Config,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  note(kind: 'keys' | 'sessions', id: string): void {
    const now = Date.now();
    if (now - (this.written[kind].get(id) ?? 0) < writeEveryMs) return;
    this.written[kind].set(id, now);
    this.waiting[kind].add(id);
    this.timer ??= setTimeout(() => void this.flush(), gatherMs).unref();
  }

  /** Writes what has been noted. A failure only makes the times older than they are. */
  async flush(): Promise<void> {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    const now = new Date();
    const notSince = new Date(now.getTime() - writeEveryMs + gatherMs);
    const expires = new Date(now.getTime() + this.config.access.sessionSeconds * 1000);
    const keys = drain(this.waiting.keys);
    const sessions = drain(this.waiting.sessions);
    this.forgetOld(now.getTime());
    try {
      if (keys.length > 0) await this.db.run((prisma) => touchKeys(prisma, keys, now, notSince));
      if (sessions.length > 0) await this.db.run((prisma) => touchSessions(prisma, sessions, now, notSince, expires));
    } catch (error) {
      this.log.warn({ err: error }, 'last use not written');
    }
  }

  private forgetOld(now: number): void {
    for (const times of Object.values(this.written)) {
      for (const [id, at] of times) if (now - at >= writeEveryMs) times.delete(id);
    }
  }

  onModuleDestroy(): Promise<void> {
    return this.flush();
  }
}

function drain(ids: Set<string>): string[] {
  const all = [...ids];
  ids.clear();
  return all;
}
