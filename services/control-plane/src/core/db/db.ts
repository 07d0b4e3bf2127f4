import { Kysely, PostgresDialect, sql, type Transaction } from 'kysely';
import pg from 'pg';
import { BoundedQuery } from './bounded-query.js';
import { FairPool } from './fair-pool.js';
import { partyOf } from './party.js';
import type { Database } from './schema.js';
import { parseJson } from '../json/exact-json.js';

export type Db = Kysely<Database> | Transaction<Database>;

/**
 * Times travel as ISO 8601 text with microseconds, in and out: a JavaScript Date would cut them to milliseconds.
 * Postgres writes `2026-11-21 00:00:00.123456+00` in a session whose time zone is UTC.
 */
export function isoTimestamp(text: string): string {
  const zone = text.indexOf('+', 19);
  return `${text.slice(0, 10)}T${text.slice(11, 19)}.${text.slice(20, zone).padEnd(6, '0')}Z`;
}

const types = new pg.TypeOverrides();
types.setTypeParser(1184, isoTimestamp);
types.setTypeParser(20, Number);
types.setTypeParser(114, parseJson);
types.setTypeParser(3802, parseJson);

/**
 * For statements with one sensible plan, whatever their values: Postgres makes it once per connection, and not anew for
 * each execution. Perhaps it does while the tables are all but empty, and would go on reading them whole as they grow:
 * such connections prefer indexes from the start.
 */
export const keptPlans =
  '-c enable_seqscan=off -c enable_hashjoin=off -c enable_mergejoin=off -c plan_cache_mode=force_generic_plan';

/**
 * The same for what is left of a transaction, where statements are given lists of keys: a plan that was made while a table
 * was small, and kept, looks through the whole list for each row of the table.
 */
export const keyedFromHere = (tx: Kysely<Database>): Promise<unknown> =>
  sql`select set_config('enable_seqscan', 'off', true), set_config('enable_hashjoin', 'off', true), set_config('enable_mergejoin', 'off', true)`.execute(
    tx,
  );

/**
 * How much longer than a statement may take in the server we wait for its answer. What has none then has nobody at the
 * other side: a network that went without a word may keep a connection looking alive for a quarter of an hour.
 */
const graceMs = 5_000;

type PoolOptions = {
  size: number;
  statementSeconds: number;
  settings?: string | undefined;
  /** What each connection does before its first use. */
  onConnect?: ((client: pg.ClientBase) => Promise<void>) | undefined;
};

export function createPool(
  url: string,
  { size, statementSeconds, settings = '', onConnect }: PoolOptions,
  onError: (error: Error) => void,
): FairPool {
  const statementMs = statementSeconds * 1000;
  const pool = new FairPool({
    connectionString: url,
    max: size,
    // Who comes when many do must not wait for a connection to be made.
    min: size,
    types,
    options: `-c timezone=UTC -c statement_timeout=${statementMs} ${settings}`,
    query_timeout: statementMs + graceMs,
    application_name: 'headgate',
    connectionTimeoutMillis: 5_000,
    // The pool waits for what it answers, which its types do not say.
    ...(onConnect && { onConnect: onConnect as (client: pg.ClientBase) => void }),
    keepAlive: true,
    // A server that has vanished without a word is noticed within seconds.
    keepAliveInitialDelayMillis: 10_000,
  });
  // A client says that its connection is gone, often twice, whoever has it: without a listener of its own that would end
  // the process. The pool repeats what an idle one says.
  pool.on('connect', (client) => client.on('error', onError));
  pool.on('error', () => undefined);
  return pool;
}

/** A name per statement text, so that Postgres parses and plans each once per connection; bounded. */
class StatementNames {
  private readonly names = new Map<string, string>();
  constructor(private readonly enabled: boolean) {}
  of(text: string): string | undefined {
    if (!this.enabled) return undefined;
    const known = this.names.get(text);
    if (known || this.names.size >= 500) return known;
    const name = `k${this.names.size}`;
    this.names.set(text, name);
    return name;
  }
}

/** A connection from its first statement on, because that says whose turn it is. */
class Turn {
  private client: Promise<pg.PoolClient> | undefined;
  private leave: () => void = () => undefined;
  /** Set when a statement got no answer at all: nothing that is said after it would. */
  private dead: Error | null = null;
  constructor(
    private readonly pool: FairPool,
    private readonly names: StatementNames,
  ) {}

  async query(text: string, values: unknown[]) {
    const client = await (this.client ??= this.begin(text, values));
    // By callback: what pg answers by promise stays alive until old garbage is collected, and the api stands still
    // while it is copied from place to place (docs/decisions/0010-growth.md).
    return new Promise((resolve, reject) => {
      if (this.dead) return reject(this.dead);
      const config = { name: this.names.of(text), text, values } as pg.QueryConfig;
      const done = (error: Error | null, result: pg.QueryResult) => {
        if (!error) return resolve(result);
        if (isUnanswered(error)) this.dead = error;
        reject(error);
      };
      client.query(new BoundedQuery(config, undefined, done));
    });
  }

  /** A transaction does not say yet whose it is: it may have to ask for more while it lasts, and is kept from nothing. */
  private async begin(text: string, values: unknown[]): Promise<pg.PoolClient> {
    const party = partyOf(text, values);
    await this.pool.gate.enter(party);
    this.leave = () => this.pool.gate.leave(party);
    return this.pool.connect();
  }

  /** Gives the connection back; pg is told of one that is broken. */
  async release(broken?: Error): Promise<void> {
    try {
      (await this.client)?.release(broken ?? this.dead ?? undefined);
    } catch {
      // There was none to be had, which its statement has said.
    } finally {
      this.leave();
    }
  }
}

const isUnanswered = ({ message }: Error): boolean => message === 'Query read timeout';

/** Kysely over the pool, with named statements. */
export function createKysely(pool: FairPool, statementNames: boolean): Kysely<Database> {
  const names = new StatementNames(statementNames);
  const named = {
    connect: () => Promise.resolve(new Turn(pool, names)),
    end: () => pool.end(),
  };
  return new Kysely<Database>({ dialect: new PostgresDialect({ pool: named as never }) });
}
