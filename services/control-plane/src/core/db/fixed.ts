import type pg from 'pg';
import { fromDatabase } from '../errors/database-errors.js';

export type Sql = Pick<pg.Pool, 'query'>;

/**
 * One of the hottest statements: fixed text with a name, so that Postgres need not parse and plan it anew. It finds its
 * rows by their keys (see `keyedPlans`). Parts of itself it compares by `(… in (select …)) is true`, which Postgres always
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

/** Set once at start-up. */
export const statementNames = { enabled: true };
