import { setTimeout as sleep } from 'node:timers/promises';
import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { Kysely } from 'kysely';
import type pg from 'pg';
import { Config } from '../config/config.js';
import { unavailable } from '../errors/app-error.js';
import type { Logger } from '../log/logger.js';
import { LOGGER } from '../log/log.module.js';
import type { FairPool } from './fair-pool.js';
import { createKysely, createPool, keptPlans } from './db.js';
import { hotStatements, statementNames } from './fixed.js';
import type { Database as Tables } from './schema.js';
import { warmUp } from './warm.js';

const pingMs = 1_500;

/**
 * The ways to Postgres: half of the connections are for `sql`, fixed statements, which are the write path, so that no list,
 * however slow, keeps a state report waiting. Queries that are composed (Kysely) go over `db`, and over `searches` when
 * their text leaves but one sensible plan.
 */
@Injectable()
export class Database implements OnApplicationShutdown {
  readonly sql: FairPool;
  /** For fixed statements that Postgres plans for their values: how much a range of time holds decides how it is read. */
  readonly ranges: FairPool;
  readonly db: Kysely<Tables>;
  readonly searches: Kysely<Tables>;
  private readonly composed: FairPool[];
  private pinging: Promise<unknown> | null = null;

  constructor(@Inject(Config) config: Config, @Inject(LOGGER) log: Logger) {
    statementNames.enabled = config.database.statementNames;
    const { url, poolSize, statementSeconds } = config.database;
    const onError = (error: Error) => log.warn({ err: error }, 'database connection lost');
    const pool = (size: number, settings?: string, onConnect?: typeof prepare) =>
      createPool(url, { size, statementSeconds, settings, onConnect }, onError);
    const prepare = async (client: pg.ClientBase) => {
      if (statementNames.enabled) await warmUp(client, hotStatements);
    };
    this.sql = pool(Math.ceil(poolSize / 2), keptPlans, prepare);
    const forSearches = Math.floor(poolSize / 5) || 1;
    const [composed, searches] = [pool(Math.floor(poolSize / 2) - forSearches), pool(forSearches, keptPlans)];
    this.composed = [composed, searches];
    this.ranges = composed;
    this.db = createKysely(composed, config.database.statementNames);
    this.searches = createKysely(searches, config.database.statementNames);
  }

  /** Makes all connections, so that nobody waits for one. Where there is no database yet, those who ask make them. */
  async connect(): Promise<void> {
    const pools = [this.sql, ...this.composed];
    await Promise.all(pools.map((pool) => pool.connectAll()));
  }

  /**
   * Throws when the database does not answer soon: who asks how it is does not wait for as long as a statement may take.
   * However often that is asked, one question is under way.
   */
  async ping(): Promise<void> {
    this.pinging ??= this.sql.query('select 1').finally(() => (this.pinging = null));
    const late = new AbortController();
    const noAnswer = sleep(pingMs, null, { ref: false, signal: late.signal }).then(() => {
      throw unavailable('The database does not answer.');
    });
    await Promise.race([this.pinging, noAnswer]).finally(() => late.abort());
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all([this.sql, ...this.composed].map((pool) => pool.end()));
  }
}
