import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Loops } from '../../src/core/loops/loops.js';
import {
  cancelledParents,
  expiredPauses,
  pastDue,
  stuckCancellations,
  takeExpiredClaims,
} from '../../src/modules/runs/loops/loops.sql.js';
import { expiredKinds, firstKind } from '../../src/modules/runs/loops/expired.sql.js';
import { siftEnded } from '../../src/modules/task-runs/loops/strays.sql.js';
import { startTestApp, type Tenant, type TestApp } from '../app.js';

/** However much of one workspace is due, and however long: of another's little all is seen to at once. */

let app: TestApp;
let noisy: Tenant;
let quiet: Tenant;
beforeAll(async () => {
  app = await startTestApp();
  noisy = await app.tenant();
  quiet = await app.tenant();
});
afterAll(() => app.close());

const ofQuiet = (rows: { workspace_id: string }[]) =>
  rows.filter(({ workspace_id }) => workspace_id === quiet.workspaceId).length;

async function deploymentOf({ key }: Tenant, more: object = {}): Promise<string> {
  const flow = await app.inject('POST', '/api/flows/', { name: randomUUID() }, key);
  const body = { name: 'd', flow_id: flow.body.id, ...more };
  return (await app.inject('POST', '/api/deployments/', body, key)).body.id;
}

async function makeRuns(tenant: Tenant, runs: number, hoursAgo: number): Promise<void> {
  const state = {
    type: 'SCHEDULED',
    state_details: { scheduled_time: new Date(Date.now() - hoursAgo * 3_600_000).toISOString() },
  };
  const path = `/api/headgate/deployments/${await deploymentOf(tenant)}/flow_runs`;
  const made = await app.inject(
    'POST',
    path,
    { flow_runs: Array.from({ length: runs }, () => ({ state })) },
    tenant.key,
  );
  expect(made.body.flow_run_ids).toHaveLength(runs);
}

test('late runs', async () => {
  await makeRuns(noisy, 300, 5);
  await makeRuns(quiet, 3, 1);
  expect(ofQuiet(await pastDue(app.db.sql, [15, 20, 100]))).toBe(3);
});

test('claims whose agents are gone', async () => {
  const claimed = (tenant: Tenant, claims: number, age: string) =>
    app.db.sql.query(
      `insert into run_claim (workspace_id, flow_run_id, claim_id, agent_id, agent_name, work_pool_id, lease_until)
       select $1, gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), 'gone', gen_random_uuid(), now() - $3::interval
         from generate_series(1, $2)`,
      [tenant.workspaceId, claims, age],
    );
  await claimed(noisy, 300, '5 hours');
  await claimed(quiet, 3, '1 hour');
  expect(ofQuiet(await takeExpiredClaims(app.db.sql, [20, 100]))).toBe(3);
  await app.db.sql.query('delete from run_claim');
});

test('cancelled parents', async () => {
  for (const [tenant, parents] of [
    [noisy, 300],
    [quiet, 3],
  ] as const)
    await app.db.sql.query(
      'insert into run_cleanup (workspace_id, flow_run_id) select $1, gen_random_uuid() from generate_series(1, $2)',
      [tenant.workspaceId, parents],
    );
  expect(ofQuiet(await cancelledParents(app.db.sql, [20]))).toBe(3);
  await app.db.sql.query('delete from run_cleanup');
});

test('ended runs whose task runs are looked at', async () => {
  for (const [tenant, runs, age] of [
    [noisy, 300, '5 hours'],
    [quiet, 3, '1 hour'],
  ] as const)
    await app.db.sql.query(
      'insert into run_ended (workspace_id, flow_run_id, due) select $1, gen_random_uuid(), now() - $3::interval from generate_series(1, $2)',
      [tenant.workspaceId, runs, age],
    );
  expect(await siftEnded(app.db.sql, [20, 100])).toEqual([{ looked: 20, left: [] }]);
  const { rows } = await app.db.sql.query('select workspace_id, count(*) from run_ended group by 1');
  expect(rows).toEqual([{ workspace_id: noisy.workspaceId, count: 283 }]);
  await app.db.sql.query('delete from run_ended');
});

test.each([
  ['pauses that run out', 'PAUSED', expiredPauses],
  ['cancellations that nobody carries out', 'CANCELLING', stuckCancellations],
])('%s', async (_, type, look) => {
  for (const [tenant, runs, age] of [
    [noisy, 300, '5 hours'],
    [quiet, 3, '1 hour'],
  ] as const)
    await app.db.sql.query(
      `with flow as (insert into flow (workspace_id, id, name) values ($1, gen_random_uuid(), gen_random_uuid()::text) returning id),
       run as (
         insert into flow_run (workspace_id, id, name, flow_id, state_type, state_name, state, expected_start_time)
         select $1, gen_random_uuid(), 'n', flow.id, $2, $2, '{}', now() from flow, generate_series(1, $3) returning *)
       insert into flow_run_by_state (workspace_id, state_type, state_name, expected_start_time, flow_run_id, until)
       select workspace_id, state_type, state_name, expected_start_time, id, now() - $4::interval from run`,
      [tenant.workspaceId, type, runs, age],
    );
  expect(ofQuiet(await look(app.db.sql, [20]))).toBe(3);
  for (const table of ['flow_run', 'flow_run_by_state'])
    await app.db.sql.query(`delete from ${table} where state_type = $1`, [type]);
});

test('expired runs: each look begins after the state where the one before ended', async () => {
  await app.db.sql.query(
    `update flow_run set state_type = 'COMPLETED', state_name = 'Completed', end_time = now() - interval '400 days'`,
  );
  await app.db.sql.query(
    `update flow_run_by_state set state_type = 'COMPLETED', state_name = 'Completed', expected_start_time = now() - interval '400 days'`,
  );
  const seen = new Set<string>();
  let after = firstKind;
  for (let looks = 0; looks < 2; looks++) {
    const kinds = await expiredKinds(app.db.sql, [90, 1, after.workspace_id, after.state_type, after.state_name]);
    for (const kind of kinds) seen.add(kind.workspace_id);
    after = kinds.at(-1)!;
  }
  expect([...seen].sort()).toEqual([noisy.workspaceId, quiet.workspaceId].sort());
});

test('schedules: one that fires all the time makes its share of runs in a pass, and another workspace gets its own', async () => {
  const schedules = (seconds: number, count: number) => ({
    schedules: Array.from({ length: count }, () => ({ schedule: { interval: seconds }, active: true })),
  });
  await deploymentOf(noisy, schedules(1, 45));
  await deploymentOf(quiet, schedules(3_600, 1));
  const runsOf = async ({ workspaceId }: Tenant): Promise<number> => {
    const { rows } = await app.db.sql.query(
      'select count(*)::int as n from flow_run where workspace_id = $1 and auto_scheduled',
      [workspaceId],
    );
    return rows[0].n;
  };
  await app.db.sql.query('delete from flow_run where auto_scheduled');
  const dueSince = (tenant: Tenant, age: string) =>
    app.db.sql.query('update deployment_schedule set next_pass = now() - $2::interval where workspace_id = $1', [
      tenant.workspaceId,
      age,
    ]);
  await dueSince(noisy, '2 hours');
  await dueSince(quiet, '1 hour');
  await app.app.get(Loops).pass('schedule-runs');
  expect(await runsOf(quiet)).toBeGreaterThan(0);
  expect(await runsOf(noisy)).toBe(2_000);
  for (let pass = 0; pass < 2; pass++) await app.app.get(Loops).pass('schedule-runs');
  // And what came due while these passes lasted.
  expect(await runsOf(noisy)).toBeGreaterThanOrEqual(4_500);
});

test('schedules: many workspaces of one account make one share of runs in a pass, and each has its turn', async () => {
  await app.db.sql.query('delete from deployment_schedule');
  /** A deployment whose schedules have made nothing yet. */
  const schedule = async ({ accountId, key }: Tenant, workspaceId: string, seconds: number, count: number) => {
    const post = async (path: string, body: object) =>
      (await app.inject('POST', `/api/accounts/${accountId}/workspaces/${workspaceId}${path}`, body, key)).body;
    const flow = await post('/flows/', { name: randomUUID() });
    const schedules = Array.from({ length: count }, () => ({ schedule: { interval: seconds }, active: false }));
    await post('/deployments/', { name: 'd', flow_id: flow.id, schedules });
  };
  const ids: string[] = [];
  for (let n = 0; n < 25; n++) {
    const body = { name: `w${n}`, handle: `w${n}` };
    ids.push((await app.inject('POST', `/api/accounts/${noisy.accountId}/workspaces/`, body, noisy.key)).body.id);
    await schedule(noisy, ids[n]!, n === 0 ? 3_600 : 1, n === 0 ? 1 : 25);
  }
  await schedule(quiet, quiet.workspaceId, 3_600, 1);
  await app.db.sql.query('delete from flow_run where auto_scheduled');
  await app.db.sql.query("update deployment_schedule set active = true, next_pass = now() - interval '2 hours'");
  await app.db.sql.query('update deployment_schedule set next_pass = now() where workspace_id = any($1)', [
    [ids[0], quiet.workspaceId],
  ]);
  const runsOf = async (...workspaces: string[]): Promise<number> => {
    const { rows } = await app.db.sql.query(
      'select count(*)::int as n from flow_run where workspace_id = any($1) and auto_scheduled',
      [workspaces],
    );
    return rows[0].n;
  };
  await app.app.get(Loops).pass('schedule-runs');
  expect(await runsOf(quiet.workspaceId)).toBeGreaterThan(0);
  // A batch makes a share at most, less what has begun meanwhile; who has less than a share then has another.
  expect(await runsOf(...ids)).toBeLessThan(2 * 2_000);
  for (let passes = 1; (await runsOf(ids[0]!)) === 0; passes++) {
    expect(passes).toBeLessThan(40);
    await app.app.get(Loops).pass('schedule-runs');
  }
});
