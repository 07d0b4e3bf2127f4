import { randomInt } from 'node:crypto';
import { cloneDatabase, until } from '@headgate/testkit';
import type {} from '@headgate/testkit/global-setup';
import { connect, createServer, type AddressInfo } from 'node:net';
import pg from 'pg';
import { expect, inject, test, vi } from 'vitest';
import { fromDatabase } from '../errors/database-errors.js';
import { createPool } from './db.js';

test('who waits too long for a connection hears that the database is not to be had, and not that it asks too much', async () => {
  const database = await cloneDatabase(inject('adminUrl'), inject('template'));
  const other = new pg.Client(database.url);
  await other.connect();
  const lock = randomInt(2 ** 31 - 1);
  await other.query('select pg_advisory_lock($1)', [lock]);
  const pool = createPool(database.url, { size: 1, statementSeconds: 60 }, () => undefined);
  const stuck = pool.query(`select pg_advisory_lock(${lock})`);
  const waits = pool.query('select 1');
  const now = performance.now.bind(performance);
  const clock = vi.spyOn(performance, 'now').mockImplementation(() => now() + 20_000);
  await expect(waits).rejects.toMatchObject({ kind: 'unavailable', extras: { retryAfterSeconds: 2 } });
  clock.mockRestore();
  await other.query('select pg_advisory_unlock($1)', [lock]);
  await stuck;
  await pool.end();
  await other.end();
  await database.drop();
});

/** A way to a database that can be shut. */
async function openWay(to: URL) {
  const way = { isShut: false, knocks: 0, url: '', close: () => server.close() };
  const server = createServer((near) => {
    way.knocks++;
    near.on('error', () => undefined);
    if (way.isShut) return near.destroy();
    const far = connect(Number(to.port || 5432), to.hostname).on('error', () => undefined);
    near.pipe(far).pipe(near);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const through = new URL(to);
  through.hostname = '127.0.0.1';
  through.port = String((server.address() as AddressInfo).port);
  way.url = through.href;
  return way;
}

test('a database that lets nobody in is asked now and then, and whoever comes meanwhile is told at once to come again', async () => {
  const database = await cloneDatabase(inject('adminUrl'), inject('template'));
  const way = await openWay(new URL(database.url));
  way.isShut = true;
  const pool = createPool(way.url, { size: 5, statementSeconds: 60 }, () => undefined);
  const ends = performance.now() + 1_500;
  const answers: unknown[] = [];
  const ask = async () => {
    while (performance.now() < ends) {
      answers.push(await pool.query('select 1').catch(fromDatabase));
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  await Promise.all(Array.from({ length: 20 }, ask));
  for (const answer of answers) expect(answer).toMatchObject({ kind: 'unavailable', extras: { retryAfterSeconds: 2 } });
  expect(answers.length).toBeGreaterThan(way.knocks * 3);
  // The first of all connections, and then one after the other, each time later.
  expect(way.knocks).toBeLessThan(15);
  way.isShut = false;
  await until('it is let in', () => pool.query('select 1').then(Boolean, () => false));
  const all = await Promise.all(Array.from({ length: 5 }, () => pool.connect()));
  for (const client of all) client.release();
  await pool.end();
  way.close();
  await database.drop();
});
