import { randomInt } from 'node:crypto';
import { cloneDatabase } from '@headgate/testkit';
import type {} from '@headgate/testkit/global-setup';
import pg from 'pg';
import { expect, inject, test, vi } from 'vitest';
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
