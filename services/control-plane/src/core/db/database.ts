import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { Kysely } from 'kysely';
import type pg from 'pg';
import { Config } from '../config/config.js';
import type { Logger } from '../log/logger.js';
import { LOGGER } from '../log/log.module.js';
import { createKysely, createPool, keyedPlans } from './db.js';
import { statementNames } from './fixed.js';
import type { Database as Tables } from './schema.js';

/**
 * The two ways to Postgres, half of the connections each: `sql` for fixed statements, which are the write path, and `db`
 * (Kysely) for queries that are composed, so that no list, however slow, keeps a state report waiting.
 */
@Injectable()
export class Database implements OnApplicationShutdown {
  readonly sql: pg.Pool;
  readonly db: Kysely<Tables>;
  private readonly composed: pg.Pool;

  constructor(@Inject(Config) config: Config, @Inject(LOGGER) log: Logger) {
    statementNames.enabled = config.database.statementNames;
    const { url, poolSize } = config.database;
    const onError = (error: Error) => log.warn({ err: error }, 'database connection lost');
    this.sql = createPool(url, Math.ceil(poolSize / 2), onError, keyedPlans);
    this.composed = createPool(url, Math.floor(poolSize / 2), onError);
    this.db = createKysely(this.composed, config.database.statementNames);
  }

  /** Throws when the database does not answer. */
  async ping(): Promise<void> {
    await this.sql.query('select 1');
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all([this.sql.end(), this.composed.end()]);
  }
}
