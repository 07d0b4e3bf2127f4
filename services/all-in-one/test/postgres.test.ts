import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { startPostgres } from '@headgate/all-in-one';
import type pg from 'pg';
import { expect, onTestFinished, test } from 'vitest';
import { isAlive } from '../src/processes.js';
import { ownFolder } from './support/folder.js';
import { otherProcess } from './support/other-process.js';
import { query } from './support/query.js';
import { until } from './support/until.js';

type Said = { pid: number; port: number; adopted: boolean; url: string };

async function start(folder: string) {
  const postgres = await startPostgres({ folder });
  onTestFinished(() => postgres.stop('immediate'));
  return postgres;
}

const put = 'create table kept as select 42 as value';
const get = 'select value from kept';

test('what was written is there after a stop and a start', async () => {
  const folder = path.join(ownFolder(), 'postgres');
  const first = await startPostgres({ folder });
  await query(first.url(), put);
  await first.stop();
  expect(isAlive(first.pid)).toBe(false);
  const second = await start(folder);
  expect(second.adopted).toBe(false);
  expect(await query(second.url(), get)).toEqual([{ value: 42 }]);
});

test('a kill -9 of the process that has it stops the database, and the next start finds the data whole', async () => {
  const folder = path.join(ownFolder(), 'postgres');
  const holder = await otherProcess<Said>('hold-postgres.mjs', {}, folder);
  await query(holder.said.url, put);
  await holder.end('SIGKILL');
  const postgres = await start(folder);
  expect(await query(postgres.url(), get)).toEqual([{ value: 42 }]);
});

test.skipIf(process.platform !== 'linux')('a database whose guard was killed too is adopted where it is', async () => {
  const folder = path.join(ownFolder(), 'postgres');
  const holder = await otherProcess<Said>('hold-postgres.mjs', {}, folder);
  await query(holder.said.url, put);
  for (const guard of guardsOf(folder)) process.kill(guard, 'SIGKILL');
  await holder.end('SIGKILL');
  const postgres = await start(folder);
  expect(postgres).toMatchObject({ adopted: true, pid: holder.said.pid, port: holder.said.port });
  expect(await query(postgres.url(), get)).toEqual([{ value: 42 }]);
});

/** The shells that watch over the database of a folder. */
function guardsOf(folder: string): number[] {
  const pids = fs
    .readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 0);
  return pids.filter((pid) => {
    try {
      const words = fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
      return words[0] === 'sh' && words.includes(folder);
    } catch {
      return false;
    }
  });
}

test('a database that crashes is started again on its port', async () => {
  const postgres = await start(path.join(ownFolder(), 'postgres'));
  await query(postgres.url(), put);
  const crashed = postgres.pid;
  process.kill(crashed, 'SIGKILL');
  const answer = await until('the database answers again', () => query(postgres.url(), get).catch(() => null));
  expect(answer).toEqual([{ value: 42 }]);
  expect(postgres.pid).not.toBe(crashed);
});

test('what was once written of the log is written again, also after quiet times: nobody waits for a new segment', async () => {
  const folder = path.join(ownFolder(), 'postgres');
  const postgres = await startPostgres({ folder, settings: { fsync: 'off' } });
  onTestFinished(() => postgres.stop('immediate'));
  const ask = <T extends pg.QueryResultRow>(text: string) => query<T>(postgres.url(), text);
  const write = (segments: number) =>
    ask(
      Array.from({ length: segments }, () => `select pg_logical_emit_message(false, '', ''), pg_switch_wal()`).join(
        ';',
      ),
    );
  const made = async () => {
    const [row] = await ask<{ made: number }>(
      `select sum(writes)::int as made from pg_stat_io where object = 'wal' and context = 'init'`,
    );
    return row!.made;
  };
  await write(8);
  await ask('checkpoint');
  const before = await made();
  expect(before).toBeGreaterThan(5);
  // So many that Postgres no longer expects that much is written between two of them.
  for (let times = 0; times < 16; times++) {
    await write(1);
    await ask('checkpoint');
  }
  await write(8);
  expect(await made()).toBe(before);
});

test('a left-over process file that names another program does not block the start', async () => {
  const folder = path.join(ownFolder(), 'postgres');
  await (await startPostgres({ folder })).stop();
  fs.writeFileSync(path.join(folder, 'postmaster.pid'), `${process.pid}\n${folder}\n1\n5432\n\n\n\nready\n`);
  const postgres = await start(folder);
  expect(postgres.adopted).toBe(false);
});

test('a set-up that was killed half-way is made anew', async () => {
  const folder = path.join(ownFolder(), 'postgres');
  for (const half of [folder, `${folder}.new`]) {
    fs.mkdirSync(half);
    fs.writeFileSync(path.join(half, 'half-made'), '');
  }
  const postgres = await start(folder);
  expect(await query(postgres.url(), 'select 1 as one')).toEqual([{ one: 1 }]);
});

test('data of another major version is refused, and stays as it is', async () => {
  const folder = path.join(ownFolder(), 'postgres');
  fs.mkdirSync(folder);
  fs.writeFileSync(path.join(folder, 'PG_VERSION'), '9\n');
  await expect(startPostgres({ folder })).rejects.toThrow(/was written by PostgreSQL 9/);
  expect(fs.readdirSync(folder)).toEqual(['PG_VERSION']);
});

test.skipIf(process.getuid?.() !== 0)(
  'as root, a folder that the database account cannot enter is refused with a remedy',
  async () => {
    const closed = path.join(ownFolder(), 'closed');
    fs.mkdirSync(closed, { mode: 0o700 });
    const refused = startPostgres({ folder: path.join(closed, 'postgres') });
    await expect(refused).rejects.toMatchObject({
      name: 'UserError',
      remedy: expect.stringContaining('HEADGATE_DATA_DIR'),
    });
  },
);

test('the password of the database is readable by its owner alone', async () => {
  const folder = path.join(ownFolder(), 'postgres');
  await start(folder);
  expect(fs.statSync(`${folder}.secret`).mode & 0o777).toBe(0o600);
  expect(execFileSync('ls', [path.dirname(folder)], { encoding: 'utf8' })).not.toContain('password');
});
