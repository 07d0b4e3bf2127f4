import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { migrate, migrationsFolder } from '@headgate/prisma/migrate';
import { startPostgres, type Postgres } from '@headgate/all-in-one';
import os from 'node:os';
import pg from 'pg';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { ownFolder } from './support/folder.js';

const home = fs.mkdtempSync(path.join(os.tmpdir(), 'headgate-migrate-'));
let postgres: Postgres;

beforeAll(async () => {
  fs.chmodSync(home, 0o755);
  postgres = await startPostgres({ folder: path.join(home, 'postgres'), settings: { fsync: 'off' } });
});
afterAll(async () => {
  await postgres.stop('immediate');
  fs.rmSync(home, { recursive: true, force: true });
});

async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  onTestFinished(() => client.end());
  return client;
}

async function emptyDatabase(): Promise<string> {
  const name = `t_${randomBytes(6).toString('hex')}`;
  const admin = await connect(postgres.url());
  await admin.query(`create database ${name}`);
  return postgres.url(name);
}

/** A folder of migrations, by name. */
function migrations(all: Record<string, string>): string {
  const folder = ownFolder();
  for (const [name, text] of Object.entries(all)) put(folder, name, text);
  return folder;
}

function put(folder: string, name: string, text: string): void {
  fs.mkdirSync(path.join(folder, name), { recursive: true });
  fs.writeFileSync(path.join(folder, name, 'migration.sql'), text);
}

const tables = async (client: pg.Client): Promise<string[]> => {
  const { rows } = await client.query<{ tablename: string }>(
    "select tablename from pg_tables where schemaname = 'public' order by 1",
  );
  return rows.map((row) => row.tablename);
};

const two = {
  '1_first': 'create table first (id int)',
  '2_second': 'create table second (id int); create index on second (id)',
};

test('what is missing is applied in order, once', async () => {
  const client = await connect(await emptyDatabase());
  const folder = migrations(two);
  expect(await migrate(client, folder)).toEqual(['1_first', '2_second']);
  expect(await migrate(client, folder)).toEqual([]);
  expect(await tables(client)).toEqual(['_prisma_migrations', 'first', 'second']);
});

test('of four processes that migrate at once, one applies and the others wait for it', async () => {
  const url = await emptyDatabase();
  const folder = migrations(two);
  const clients = await Promise.all([1, 2, 3, 4].map(() => connect(url)));
  const applied = await Promise.all(clients.map((client) => migrate(client, folder)));
  expect(applied.map((names) => names.length).sort()).toEqual([0, 0, 0, 2]);
});

test('a migration that fails leaves nothing behind, and is applied when it is mended', async () => {
  const client = await connect(await emptyDatabase());
  const folder = migrations({ ...two, '3_third': 'create table third (id int); select no_such_function()' });
  await expect(migrate(client, folder)).rejects.toThrow(
    /^The migration 3_third failed: function no_such_function\(\) does not exist/,
  );
  expect(await tables(client)).toEqual(['_prisma_migrations', 'first', 'second']);
  put(folder, '3_third', 'create table third (id int)');
  expect(await migrate(client, folder)).toEqual(['3_third']);
});

test('a migration that was edited after it was applied is refused', async () => {
  const client = await connect(await emptyDatabase());
  const folder = migrations(two);
  await migrate(client, folder);
  put(folder, '2_second', 'create table other (id int)');
  await expect(migrate(client, folder)).rejects.toThrow('The migration 2_second was edited after it was applied.');
});

test('a database of a newer version is refused', async () => {
  const client = await connect(await emptyDatabase());
  const folder = migrations(two);
  await migrate(client, folder);
  fs.rmSync(path.join(folder, '2_second'), { recursive: true });
  await expect(migrate(client, folder)).rejects.toThrow(/2_second, which this version does not know/);
});

test('the lock is let go of after a failure', async () => {
  const url = await emptyDatabase();
  const [first, second] = [await connect(url), await connect(url)];
  await expect(migrate(first, migrations({ '1_wrong': 'nonsense' }))).rejects.toThrow('1_wrong failed');
  expect(await migrate(second, migrations(two))).toEqual(['1_first', '2_second']);
});

test('the tables of this version can be made in an empty database', async () => {
  const client = await connect(await emptyDatabase());
  expect((await migrate(client)).length).toBeGreaterThan(0);
  expect(await tables(client)).toContain('flow_run');
});

test('what was dated ahead before is kept as it is now, and the days that it kept from beginning begin', async () => {
  const [client, folder] = [await connect(await emptyDatabase()), ownFolder()];
  const change = '20261208100000_days_to_come';
  const earlier = fs.readdirSync(migrationsFolder).filter((name) => name < change);
  for (const name of earlier)
    fs.cpSync(path.join(migrationsFolder, name), path.join(folder, name), { recursive: true });
  await migrate(client, folder);
  const none = `'00000000-0000-0000-0000-000000000000'`;
  // The first half of the id is the time: now.
  const id = `(lpad(to_hex((extract(epoch from now()) * 1000)::bigint), 12, '0') || '70008000' || substr(md5(random()::text), 1, 12))::uuid`;
  const dates = `from (values (timestamptz '2100-01-01 11:00Z'), ('2100-01-02 12:00Z'), (now() - interval '20 days')) dates (date)`;
  await client.query(`
    insert into log (workspace_id, id, timestamp, level, name, message) select ${none}, ${id}, date, 20, 'n', 'm' ${dates};
    insert into event (workspace_id, occurred, id, event, resource_id, resource) select ${none}, date, ${id}, 'e', 'r', '{}' ${dates};
    insert into task_run_state (workspace_id, task_run_id, timestamp, id, type, name) select ${none}, ${none}, date, ${id}, 'RUNNING', 'R' ${dates}`);
  fs.cpSync(path.join(migrationsFolder, change), path.join(folder, change), { recursive: true });
  expect(await migrate(client, folder)).toEqual([change]);
  for (const [table, moment] of Object.entries({ log: 'timestamp', event: 'occurred', task_run_state: 'timestamp' })) {
    const { rows } = await client.query(
      `select (dated at time zone 'UTC')::text as dated, (${moment} at time zone 'UTC')::time::text as time, tableoid::regclass::text = '${table}_other' as rest,
              (${moment} at time zone 'UTC')::date - (now() at time zone 'UTC')::date as days from ${table} where dated is not null order by dated`,
    );
    expect([table, rows]).toEqual([
      table,
      [
        { dated: '2100-01-01 11:00:00', time: '11:00:00', rest: false, days: 1 },
        { dated: '2100-01-02 12:00:00', time: '12:00:00', rest: false, days: 1 },
      ],
    ]);
    expect((await client.query(`select dated from ${table}_other`)).rows).toEqual([{ dated: null }]);
  }
});
