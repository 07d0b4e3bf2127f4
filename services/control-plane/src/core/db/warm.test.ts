import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApp, type TestApp } from '../../../test/app.js';
import { hotStatements } from './fixed.js';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());

test('a new connection has the plans of the write path before somebody waits for them', async () => {
  const client = await app.db.sql.connect();
  try {
    const { rows } = await client.query(
      `select name, generic_plans::integer, custom_plans::integer from pg_prepared_statements where name = any($1)`,
      [[...hotStatements.keys()]],
    );
    expect(rows).toHaveLength(hotStatements.size);
    for (const { name, generic_plans, custom_plans } of rows) {
      expect({ name, isPlanned: generic_plans > 0, custom_plans }).toEqual({ name, isPlanned: true, custom_plans: 0 });
    }
  } finally {
    client.release();
  }
});

test('what a pool may have is made at once and stays', async () => {
  await app.db.connect();
  expect(app.db.sql.totalCount).toBe(app.db.sql.options.max);
});
