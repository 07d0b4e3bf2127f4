import path from 'node:path';
import pg from 'pg';
import { freePort } from '../ports.js';
import { startPostgres, type Postgres } from '../postgres/postgres.js';
import { startValkey, type Valkey } from '../valkey/valkey.js';
import { prepare } from './prepare.js';
import { refuseUnreachableRedis } from './redis.js';

export type Servers = { databaseUrl: string; redisUrl: string; stop(): Promise<void> };
type Given = { databaseUrl?: string | undefined; redisUrl?: string | undefined };

/** Database and Redis: those that the settings name, else the bundled ones in the data folder. */
export async function startServers(folder: string, given: Given): Promise<Servers> {
  let postgres: Postgres | null = null;
  let valkey: Valkey | null = null;
  const stop = async () => {
    await valkey?.stop();
    await postgres?.stop();
  };
  try {
    if (given.redisUrl) await refuseUnreachableRedis(given.redisUrl);
    else valkey = await startValkey({ port: await freePort(), log: path.join(folder, 'valkey.log') });
    if (!given.databaseUrl) postgres = await startPostgres({ folder: path.join(folder, 'postgres') });
    const databaseUrl = given.databaseUrl || (await ownDatabase(postgres!));
    await prepare(databaseUrl);
    return { databaseUrl, redisUrl: given.redisUrl || valkey!.url, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function ownDatabase(postgres: Postgres): Promise<string> {
  const client = new pg.Client({ connectionString: postgres.url() });
  // A server that goes away while it is used is reported by the query that waits for it.
  client.on('error', () => undefined);
  await client.connect();
  try {
    const { rowCount } = await client.query("select from pg_database where datname = 'headgate'");
    if (rowCount === 0) await client.query('create database headgate');
  } finally {
    await client.end();
  }
  return postgres.url('headgate');
}
