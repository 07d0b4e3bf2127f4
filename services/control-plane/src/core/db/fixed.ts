import type pg from 'pg';
import { fromDatabase } from '../errors/database-errors.js';

export type Sql = Pick<pg.Pool, 'query'>;

/**
 * One of the hottest statements: fixed text with a name, so that Postgres need not parse and plan it anew. It finds its
 * rows by their keys (see `keptPlans`). Parts of itself it compares by `(… in (select …)) is true`, which Postgres always
 * hashes: a join of hundreds with hundreds that it takes for single rows would try every pair. Answers the rows.
 * `HEADGATE_STATEMENT_NAMES=false` leaves the names out.
 */
export function fixed<Row>(name: string, text: string) {
  return async (sql: Sql, values: unknown[]): Promise<Row[]> => {
    try {
      const result = await sql.query(statementNames.enabled ? { name, text, values } : { text, values });
      return result.rows as Row[];
    } catch (error) {
      throw fromDatabase(error);
    }
  };
}

/** Those that every connection of the write path knows before it is used, by name. */
export const hotStatements = new Map<string, string>();

/** One that is on the way of every run: its first use on a connection must not be what somebody waits for (see `warmUp`). */
export function hot<Row>(name: string, text: string) {
  hotStatements.set(name, text);
  return fixed<Row>(name, text);
}

/** Set once at start-up. */
export const statementNames = { enabled: true };
