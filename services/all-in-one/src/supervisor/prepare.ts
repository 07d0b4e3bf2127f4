import { migrate } from '@headgate/prisma/migrate';
import pg from 'pg';
import { UserError } from '../user-error.js';

const versionMin = 150_000;
const connectMsMax = 10_000;

/** Checks the database and brings its tables up to date. Answers the names of the migrations that were applied. */
export async function prepare(databaseUrl: string): Promise<string[]> {
  const client = await connect(databaseUrl);
  try {
    await refuseOldServer(client);
    return await migrate(client);
  } catch (error) {
    throw error instanceof UserError ? error : explainMigration(error as Error);
  } finally {
    await client.end();
  }
}

async function connect(databaseUrl: string): Promise<pg.Client> {
  try {
    const client = new pg.Client({ connectionString: databaseUrl, connectionTimeoutMillis: connectMsMax });
    // A server that goes away while it is used is reported by the query that waits for it.
    client.on('error', () => undefined);
    await client.connect();
    return client;
  } catch (error) {
    const { code, message } = error as Error & { code?: string };
    const remedy =
      code === '3D000'
        ? 'Create the database, for example with createdb.'
        : 'Is the server of DATABASE_URL running, and are name and password right? Without the setting the bundled Postgres is used.';
    throw new UserError(`The database cannot be reached: ${message || code || String(error)}`, remedy);
  }
}

async function refuseOldServer(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ version: number; text: string }>(
    "select current_setting('server_version_num')::int as version, current_setting('server_version') as text",
  );
  const { version, text } = rows[0]!;
  if (version >= versionMin) return;
  throw new UserError(
    `The database is PostgreSQL ${text}; Headgate needs 15 or newer.`,
    'Set DATABASE_URL to a newer server, or leave it out to use the bundled one.',
  );
}

function explainMigration(error: Error): UserError {
  const { code } = (error.cause ?? error) as { code?: string };
  if (code === '42501')
    return new UserError(
      error.message,
      'Let the user of DATABASE_URL own the database, or grant it CREATE on the database and on the schema public.',
    );
  return new UserError(error.message, 'Nothing was changed. The release notes say how to move between versions.');
}
