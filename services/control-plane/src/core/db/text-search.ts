import { sql } from 'kysely';
import { AppError } from '../errors/app-error.js';
import type { Db } from './db.js';
import type { Database } from './database.js';

/** What looks through texts costs as much as they are long, and nobody knows beforehand how long they are. */
const searchSeconds = 10;
export const searchMsMax = searchSeconds * 1_000;

export class SearchTooLong extends AppError {
  constructor(cause?: unknown) {
    super(
      'invalid',
      `This search took longer than ${searchSeconds} seconds and was stopped. Please look through a shorter span of time, or for fewer words; or try again when the server has less to do.`,
      { cause },
    );
  }
}

const isStopped = (error: unknown): boolean => (error as { code?: string }).code === '57014';

/**
 * Reads for a workspace. What looks for words (`query`) in texts does so over a connection on which statements are stopped
 * after some seconds, and says so. `msMax`: what is left of them, where one search is many statements.
 */
export async function lookingFor<T>(
  query: string | null | undefined,
  { db }: Database,
  workspaceId: string,
  read: (db: Db) => Promise<T>,
  msMax = searchMsMax,
): Promise<T> {
  if (!query) return read(db);
  if (msMax < 1) throw new SearchTooLong();
  return db.connection().execute(async (own) => {
    // The first statement says whose turn it is.
    await sql`select set_config('statement_timeout', ${String(Math.ceil(msMax))}, false), ${workspaceId}::uuid`.execute(
      own,
    );
    try {
      return await read(own);
    } catch (error) {
      throw isStopped(error) ? new SearchTooLong(error) : error;
    } finally {
      await sql`reset statement_timeout`.execute(own);
    }
  });
}
