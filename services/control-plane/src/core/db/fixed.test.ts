import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApp, type TestApp } from '../../../test/app.js';
import { fixed } from './fixed.js';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());

test('a statement that was planned over a small table does not read it whole when it has grown', async () => {
  const find = fixed('test.find', 'select t.word from unnest($1::integer[]) as wanted (id) join grown t using (id)');
  const client = await app.db.sql.connect();
  try {
    await client.query('create table grown (id integer primary key, word text)');
    await client.query(`insert into grown values (0, 'word 0')`);
    await client.query('analyze grown');
    // After five times Postgres keeps the plan.
    for (let times = 0; times < 10; times++) expect(await find(client as never, [[0]])).toHaveLength(1);
    await client.query(`insert into grown select n, 'word ' || n from generate_series(1, 20000) n`);
    expect(await find(client as never, [[7]])).toEqual([{ word: 'word 7' }]);
    const { rows } = await client.query(`explain execute "test.find"('{7}')`);
    expect(rows.map((row) => row['QUERY PLAN']).join('\n')).toContain('Index Scan using grown_pkey');
  } finally {
    client.release();
  }
});
