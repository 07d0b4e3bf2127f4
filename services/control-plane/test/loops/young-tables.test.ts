import { afterAll, beforeAll, expect, test } from 'vitest';
import { hotStatements } from '../../src/core/db/fixed.js';
import { Loops } from '../../src/core/loops/loops.js';
import { startTestApp, type TestApp } from '../app.js';

/** A new installation, whose plans were made and kept while its tables were empty. */
let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
  // Of a table that is never looked at by itself, so that no minute passes meanwhile.
  for (const table of ['flow_run', 'task_run'])
    await app.db.sql.query(`alter table ${table} set (autovacuum_enabled = false)`);
});
afterAll(() => app.close());

const pass = async () => (await app.app.get(Loops).pass('analyze-young-tables'))['analyzed'];

type Plan = { 'Index Name'?: string; 'Relation Name'?: string; 'Index Cond'?: string; Plans?: Plan[] };
const parts = (plan: Plan): Plan[] => [plan, ...(plan.Plans ?? []).flatMap(parts)];

/** Every look of the write path at one of the grown tables, by index, on a connection that knew the statements from the start. */
async function looks(): Promise<{ statement: string; index: string; by: string | undefined }[]> {
  const client = await app.db.sql.connect();
  try {
    const found = [];
    for (const [statement, text] of hotStatements) {
      const parameters = Math.max(0, ...[...text.matchAll(/\$(\d+)/g)].map(([, n]) => Number(n)));
      const nothing = Array.from({ length: parameters }, () => 'null').join(', ');
      const { rows } = await client.query(`explain (format json) execute "${statement}"${nothing && `(${nothing})`}`);
      for (const part of parts(rows[0]['QUERY PLAN'][0].Plan)) {
        const index = part['Index Name'];
        if (index && /^(flow_run|task_run)_(?!by|queue|state)/.test(index))
          found.push({ statement, index, by: part['Index Cond'] });
      }
    }
    return found;
  } finally {
    client.release();
  }
}

test('tables that grow are looked at, and what is kept of plans is made anew: rows are found by their keys', async () => {
  const { workspaceId } = await app.tenant();
  const rows = 3_000;
  await app.db.sql.query(
    `with flow as (insert into flow (workspace_id, id, name) values ($1, gen_random_uuid(), 'grown') returning id),
       run as (insert into flow_run (workspace_id, id, name, flow_id, expected_start_time) select $1, gen_random_uuid(), 'run', id, now() from flow, generate_series(1, $2) returning id)
     insert into task_run (workspace_id, id, flow_run_id, name, task_key, dynamic_key, expected_start_time)
     select $1, gen_random_uuid(), id, 'task', 'task', '0', now() from run`,
    [workspaceId, rows],
  );
  // Postgres tells of its rows a moment later, table by table.
  await expect
    .poll(async () => {
      await pass();
      const { rows: seen } = await app.db.sql.query(
        `select relname from pg_class where relname in ('flow_run', 'task_run') and reltuples >= $1`,
        [rows],
      );
      return seen.length;
    })
    .toBe(2);
  const found = await looks();
  expect(found.length).toBeGreaterThan(5);
  // One row for one row: all of a key, and no other index, whatever it also holds of a workspace.
  expect(
    found.filter(({ index, by }) => !by || !/^(flow_run|task_run)_(pkey|natural|background)$/.test(index)),
  ).toEqual([]);
  // What was looked at is not looked at again while it does not grow.
  await expect.poll(pass).toBe(0);
});
