import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Loops } from '../../src/core/loops/loops.js';
import { startTestApp, type Tenant, type TestApp } from '../app.js';
import { loadFixture } from '../growth/load-fixture.js';
import { rollupDifferences } from '../growth/rollup-differences.js';

/** Runs of thirty days in two workspaces, of which ten are kept. */

let app: TestApp;
let tenants: Tenant[];
beforeAll(async () => {
  app = await startTestApp({ HEADGATE_RETENTION_RUN_DAYS: '10' });
  tenants = [await app.tenant(), await app.tenant()];
  for (const { workspaceId } of tenants) await loadFixture(app.databaseUrl, { workspaceId, runs: 2_000, flows: 5 });
  // However long the tests take, nothing comes of age meanwhile.
  await app.db.sql.query(
    `update flow_run set end_time = now() where end_time >= now() - interval '10 days' and end_time < now() - interval '9 days'`,
  );
}, 300_000);
afterAll(() => app.close());

const pass = () => app.app.get(Loops).pass('expire-runs');
const idsOf = async (table: string, condition: string): Promise<string[]> =>
  (await app.db.sql.query(`select distinct id from ${table} where ${condition} order by id`)).rows.map((row) => row.id);
const old = `end_time < now() - interval '10 days'`;
const ofRuns = ['flow_run_by_state', 'flow_run_state', 'task_run', 'run_queue', 'run_active', 'log'];

/** By table, how many rows hang on runs of which this is true. */
async function belongings(condition: string): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const table of ofRuns) {
    const { rows } = await app.db.sql.query(
      `select count(*)::integer as count from ${table} where flow_run_id is not null and ${condition}`,
    );
    counts[table] = rows[0].count;
  }
  return counts;
}

test('where expiry fails nothing goes, and elsewhere all does', async () => {
  const [broken, sound] = tenants.map((tenant) => tenant.workspaceId);
  const oldOf = (workspace: string) => idsOf('flow_run', `workspace_id = '${workspace}' and ${old}`);
  const hanging = () => belongings(`workspace_id = '${broken}'`);
  const before = { runs: await oldOf(broken!), hanging: await hanging() };
  await app.db.sql.query(
    `create function cut_off() returns trigger language plpgsql as $$ begin raise exception 'cut off'; end $$;
     create trigger cut_off before delete on flow_run_by_state for each row when (old.workspace_id = '${broken}') execute function cut_off()`,
  );
  await expect(pass()).rejects.toThrow();
  await app.db.sql.query('drop function cut_off() cascade');
  expect({ runs: await oldOf(broken!), hanging: await hanging() }).toEqual(before);
  expect(await oldOf(sound!)).toEqual([]);
  expect(await rollupDifferences(app.db.sql)).toEqual([]);
}, 120_000);

test('what somebody is changing is passed over without a wait, and goes with the next pass', async () => {
  const [held] = await idsOf('flow_run', old);
  const rival = new pg.Client({ connectionString: app.databaseUrl });
  await rival.connect();
  await rival.query('begin');
  await rival.query('select from flow_run where id = $1 for update', [held]);
  const others = (await idsOf('flow_run', old)).length - 1;
  const young = await idsOf('flow_run', `(${old}) is not true`);
  const kept = await belongings(`flow_run_id in (select id from flow_run where (${old}) is not true)`);
  expect(others).toBeGreaterThan(1_000);
  expect(await pass()).toEqual({ expired: others });
  expect(await idsOf('flow_run', old)).toEqual([held]);
  await rival.query('rollback');
  await rival.end();
  expect(await pass()).toEqual({ expired: 1 });
  expect(await pass()).toEqual({ expired: 0 });
  // What is younger is all there, and of the others nothing is.
  expect(await idsOf('flow_run', 'true')).toEqual(young);
  expect(await belongings('true')).toEqual(kept);
  expect(await rollupDifferences(app.db.sql)).toEqual([]);
  await app.app.get(Loops).pass('fold-counts');
  expect(await rollupDifferences(app.db.sql)).toEqual([]);
}, 120_000);

test('hours and days in which nothing is left are forgotten, those that have runs are not', async () => {
  await app.app.get(Loops).pass('fold-counts');
  const oldHours = async () => {
    const { rows } = await app.db.sql.query(
      `select count(*)::integer as count from flow_run_tally where hour > '-infinity' and hour < now() - interval '11 days'`,
    );
    return rows[0].count as number;
  };
  expect(await oldHours()).toBeGreaterThan(1_000);
  await app.app.get(Loops).pass('keep-partitions');
  expect(await oldHours()).toBe(0);
  expect(await rollupDifferences(app.db.sql)).toEqual([]);
});

test('a run that ended long ago and has moved since is kept', async () => {
  const { workspaceId } = tenants[0]!;
  const [run] = await idsOf('flow_run', `state_type = 'COMPLETED' and workspace_id = '${workspaceId}'`);
  const age = (table: string, column: string) =>
    app.db.sql.query(
      `update ${table} set expected_start_time = expected_start_time - interval '40 days'
        where workspace_id = $1 and ${column} = $2`,
      [workspaceId, run],
    );
  await age('flow_run', 'id');
  await age('flow_run_by_state', 'flow_run_id');
  expect(await pass()).toEqual({ expired: 0 });
  // The other workspace may have a run of this id.
  await app.db.sql.query(
    `update flow_run set end_time = end_time - interval '40 days' where workspace_id = $1 and id = $2`,
    [workspaceId, run],
  );
  const again = { state: { type: 'SCHEDULED' }, force: true };
  await app.inject('POST', `/api/flow_runs/${run}/set_state`, again, tenants[0]!.key);
  expect(await pass()).toEqual({ expired: 0 });
  const { status } = await app.inject('GET', `/api/flow_runs/${run}`, undefined, tenants[0]!.key);
  expect(status).toBe(200);
});
