import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { Kysely } from 'kysely';
import type pg from 'pg';
import { Config } from '../config/config.js';
import type { Logger } from '../log/logger.js';
import { LOGGER } from '../log/log.module.js';
import { createKysely, createPool } from './db.js';
import { statementNames } from './fixed.js';
import type { Database as Tables } from './schema.js';

/** The two ways to Postgres: `db` (Kysely) for queries that are composed, `sql` (the pool) for fixed statements. */
@Injectable()
export class Database implements OnApplicationShutdown {
  readonly sql: pg.Pool;
  readonly db: Kysely<Tables>;

  constructor(@Inject(Config) config: Config, @Inject(LOGGER) log: Logger) {
    statementNames.enabled = config.database.statementNames;
    this.sql = createPool(config.database.url, config.database.poolSize, (error) =>
      log.warn({ err: error }, 'database connection lost'),
    );
    this.db = createKysely(this.sql, config.database.statementNames);
  }

  /** Throws when the database does not answer. */
  async ping(): Promise<void> {
    await this.sql.query('select 1');
  }

  async onApplicationShutdown(): Promise<void> {
    await this.sql.end();
  }
}
