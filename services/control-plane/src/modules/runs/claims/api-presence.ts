import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type pg from 'pg';
import { Config } from '../../../core/config/config.js';
import { Database } from '../../../core/db/database.js';
import { apiLock, noApiIsUp } from './claims.sql.js';

const tryAgainMs = 2_000;

/**
 * Whether any api process is up. Agents can only renew their claims through one: while none is, a claim that runs out
 * says nothing about its agent. Every api process holds a shared lock in the database, which ends with it, however it ends.
 */
@Injectable()
export class ApiPresence implements OnApplicationBootstrap, OnModuleDestroy {
  private client: pg.PoolClient | null = null;
  private timer: NodeJS.Timeout | undefined;
  private ended = false;

  constructor(
    @Inject(Config) private readonly config: Config,
    @Inject(Database) private readonly database: Database,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    if (this.config.process === 'api') await this.hold();
  }

  onModuleDestroy(): void {
    this.ended = true;
    clearTimeout(this.timer);
    this.letGo();
  }

  async isAnyApiUp(): Promise<boolean> {
    const [row] = await noApiIsUp(this.database.sql, [apiLock]);
    return row?.free !== true;
  }

  private async hold(): Promise<void> {
    try {
      const client = await this.database.sql.connect();
      this.client = client;
      client.once('end', () => this.client === client && this.holdLater());
      await client.query('select pg_advisory_lock_shared($1)', [apiLock]);
      if (this.ended) this.letGo();
    } catch {
      this.holdLater();
    }
  }

  private holdLater(): void {
    this.letGo();
    if (this.ended) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.hold(), tryAgainMs);
    this.timer.unref();
  }

  /** Gives the connection back to be closed: its place in the pool is free again. */
  private letGo(): void {
    const client = this.client;
    this.client = null;
    client?.release(true);
  }
}
