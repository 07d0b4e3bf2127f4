import { Kysely, PostgresDialect, type Transaction } from 'kysely';
import pg from 'pg';
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
 * Postgres plans a named statement once per connection, perhaps while its tables are all but empty, and would go on reading
 * them whole as they grow. Connections with these settings prefer indexes from the start.
 */
export const keyedPlans = '-c enable_seqscan=off -c enable_hashjoin=off -c enable_mergejoin=off';

/** For statements with one sensible plan, whatever their values: Postgres does not make another for each execution. */
export const keptPlans = `${keyedPlans} -c plan_cache_mode=force_generic_plan`;

export function createPool(url: string, size: number, onError: (error: Error) => void, settings = ''): pg.Pool {
  const pool = new pg.Pool({
    connectionString: url,
    max: size,
    types,
    options: `-c timezone=UTC ${settings}`,
    application_name: 'headgate',
    connectionTimeoutMillis: 5_000,
    idleTimeoutMillis: 60_000,
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

/** Kysely over the pool, with named statements. */
export function createKysely(pool: pg.Pool, statementNames: boolean): Kysely<Database> {
  const names = new StatementNames(statementNames);
  const named = {
    async connect() {
      const client = await pool.connect();
      return {
        query: (text: string, values: unknown[]) =>
          // By callback: what pg answers by promise stays alive until old garbage is collected, and the api stands still
          // while it is copied from place to place (docs/decisions/0010-growth.md).
          new Promise((resolve, reject) => {
            client.query({ name: names.of(text), text, values } as pg.QueryConfig, (error, result) =>
              error ? reject(error) : resolve(result),
            );
          }),
        release: () => client.release(),
      };
    },
    end: () => pool.end(),
  };
  return new Kysely<Database>({ dialect: new PostgresDialect({ pool: named as never }) });
}
