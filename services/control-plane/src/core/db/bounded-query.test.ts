import type {} from '@headgate/testkit/global-setup';
import { afterAll, expect, inject, test } from 'vitest';
import { createKysely, createPool } from './db.js';
import { sql } from 'kysely';

const pool = createPool(inject('adminUrl'), { size: 1, statementSeconds: 40 }, () => undefined);
const kysely = createKysely(pool, true);
afterAll(() => pool.end());

const megabytes = (many: number) =>
  sql<{ text: string }>`select repeat('x', 1000000) as text from generate_series(1, ${many}::int)`;
const ways: [string, (many: number) => Promise<{ rows: unknown[] }>][] = [
  [
    'a fixed statement',
    (many) => pool.query("select repeat('x', 1000000) as text from generate_series(1, $1::int)", [many]),
  ],
  ['a composed one', (many) => megabytes(many).execute(kysely)],
  ['one of a transaction', (many) => kysely.transaction().execute((tx) => megabytes(many).execute(tx))],
];

test.each(ways)('what %s answers has an end, with words, and the connection goes on', async (_, ask) => {
  await expect(ask(40)).rejects.toMatchObject({ kind: 'invalid', message: expect.stringMatching(/larger than 32 MB/) });
  expect((await ask(30)).rows).toHaveLength(30);
});
