import path from 'node:path';
import { migrate } from '@headgate/prisma/migrate';
import pg from 'pg';
import { freePort } from '../ports.js';
import { startPostgres, type Postgres } from '../postgres/postgres.js';
import { UserError } from '../user-error.js';
import { startValkey, type Valkey } from '../valkey/valkey.js';

export type Servers = { databaseUrl: string; redisUrl: string; stop(): Promise<void> };

const versionMin = 150_000;

/** Database and Redis: those that the settings name, else the bundled ones in the data folder. */
export async function startServers(
  folder: string,
  given: { databaseUrl?: string | undefined; redisUrl?: string | undefined },
): Promise<Servers> {
  const postgres = given.databaseUrl ? null : await startPostgres({ folder: path.join(folder, 'postgres') });
  const databaseUrl = given.databaseUrl ?? (await ownDatabase(postgres!));
  const valkey = given.redisUrl
    ? null
    : await startValkey({ port: await freePort(), log: path.join(folder, 'valkey.log') });
  await prepare(databaseUrl);
  return { databaseUrl, redisUrl: given.redisUrl ?? valkey!.url, stop: () => stop(postgres, valkey) };
}

async function stop(postgres: Postgres | null, valkey: Valkey | null): Promise<void> {
  await valkey?.stop();
  await postgres?.stop();
}

async function ownDatabase(postgres: Postgres): Promise<string> {
  const client = new pg.Client({ connectionString: postgres.url() });
  await client.connect();
  const { rowCount } = await client.query("select from pg_database where datname = 'headgate'");
  if (rowCount === 0) await client.query('create database headgate');
  await client.end();
  return postgres.url('headgate');
}

/** Checks the database and brings its tables up to date. */
export async function prepare(databaseUrl: string): Promise<string[]> {
  const client = new pg.Client({ connectionString: databaseUrl, connectionTimeoutMillis: 10_000 });
  try {
    await client.connect();
  } catch (error) {
    throw new UserError(
      `The database cannot be reached: ${(error as Error).message || String(error)}`,
      'Is the server of DATABASE_URL running, and are name and password right?',
    );
  }
  try {
    const { rows } = await client.query<{ version: number; text: string }>(
      "select current_setting('server_version_num')::int as version, current_setting('server_version') as text",
    );
    if (rows[0]!.version < versionMin)
      throw new UserError(
        `The database is PostgreSQL ${rows[0]!.text}; Headgate needs 15 or newer.`,
        'Set DATABASE_URL to a newer server, or leave it out to use the bundled one.',
      );
    return await migrate(client);
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError(
      (error as Error).message,
      'Nothing was changed. The release notes say how to move between versions.',
    );
  } finally {
    await client.end();
  }
}
