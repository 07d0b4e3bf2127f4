import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { freePort, startPostgres, startValkey } from '@headgate/all-in-one';

/** Database and Redis of a test run. `adminUrl` may create databases. */
export type TestServers = { adminUrl: string; redisUrl: string; stop(): Promise<void> };

/** Losing the tests' data costs nothing: so nothing waits for the disk. */
const careless = { fsync: 'off', full_page_writes: 'off', synchronous_commit: 'off', max_connections: 200 };

/** The servers that the environment names (TEST_DATABASE_URL or DATABASE_URL, REDIS_URL), else bundled ones of its own. */
export async function startTestServers(env: NodeJS.ProcessEnv = process.env): Promise<TestServers> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'headgate-test-'));
  fs.chmodSync(folder, 0o755);
  const given = { database: env['TEST_DATABASE_URL'] || env['DATABASE_URL'], redis: env['REDIS_URL'] };
  const postgres = given.database
    ? null
    : await startPostgres({ folder: path.join(folder, 'postgres'), settings: careless });
  const valkey = given.redis
    ? null
    : await startValkey({ port: await freePort(), log: path.join(folder, 'valkey.log') });
  return {
    adminUrl: given.database ?? postgres!.url(),
    redisUrl: given.redis ?? valkey!.url,
    stop: async () => {
      await valkey?.stop();
      await postgres?.stop('immediate');
      fs.rmSync(folder, { recursive: true, force: true });
    },
  };
}
