import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApp, type Tenant, type TestApp } from '../../../test/app.js';
import { rollupDifferences } from '../../../test/growth/rollup-differences.js';
import { foldCounts } from '../runs/loops/loops.sql.js';

let app: TestApp;
let owner: Tenant;
const post = async (path: string, body: unknown) => (await app.inject('POST', `/api${path}`, body, owner.key)).body;
const figures = async (key = owner.key) => (await app.inject('GET', '/api/headgate/dashboard', undefined, key)).body;
const fold = async () => (await foldCounts(app.db.sql, [1_000]))[0]!.folded;

async function runThrough(flow: string, types: string[]): Promise<string> {
  const run = await post('/flow_runs/', { flow_id: flow, state: { type: 'PENDING' } });
  for (const type of types) await post(`/flow_runs/${run.id}/set_state`, { state: { type } });
  return run.id;
}

beforeAll(async () => {
  app = await startTestApp();
  owner = await app.tenant();
  const flow = (await post('/flows/', { name: 'work' })).id;
  for (const end of ['COMPLETED', 'COMPLETED', 'FAILED', 'CRASHED']) await runThrough(flow, ['RUNNING', end]);
  await runThrough(flow, ['RUNNING']);
  await post('/flow_runs/', { flow_id: flow, state: { type: 'PENDING' } });
  const gone = await runThrough(flow, ['RUNNING', 'COMPLETED']);
  await app.inject('DELETE', `/api/flow_runs/${gone}`, undefined, owner.key);
});
afterAll(() => app.close());

const states = { COMPLETED: 2, FAILED: 1, CRASHED: 1, RUNNING: 1, PENDING: 1 };

test('one request answers all figures of a workspace, before the changes are folded and after', async () => {
  const before = await figures();
  expect(before).toMatchObject({ states, active: { RUNNING: 1, PENDING: 1 } });
  expect(before.last_day).toHaveLength(24);
  expect(before.last_day.at(-1)).toMatchObject({ seconds: 3600, states });
  expect(before.last_week).toHaveLength(28);
  expect(before.last_week.at(-1)).toMatchObject({ seconds: 21600, states });
  expect(before.lateness).toMatchObject({ late_runs: 0, oldest_expected: null });
  expect(before.lateness.average_delay_seconds).toBeGreaterThan(0);
  expect(before.recent_failures.map((run: { state_name: string }) => run.state_name).sort()).toEqual([
    'Crashed',
    'Failed',
  ]);
  expect(await fold()).toBeGreaterThan(0);
  const { lateness, ...after } = await figures();
  const { lateness: was, recent_failures: _, ...same } = before;
  expect(after).toMatchObject(same);
  expect(lateness.average_delay_seconds).toBeCloseTo(was.average_delay_seconds, 6);
});

test('a second fold finds nothing to do, and of several at once none counts twice', async () => {
  await post('/flow_runs/', { flow_id: (await post('/flows/', { name: 'work' })).id, state: { type: 'PENDING' } });
  await Promise.all([fold(), fold(), fold()]);
  expect(await fold()).toBe(0);
  expect(await rollupDifferences(app.db.sql)).toEqual([]);
});

test('the same figures come by GraphQL', async () => {
  const query = `query($id: ID!) { dashboard(workspaceId: $id) {
    states { stateType count } lastDay { since seconds states { count } } lastWeek { since } active { stateType count }
    lateness { lateRuns oldestExpected averageDelaySeconds } recentFailures { id stateType } } }`;
  const { data } = await app.gql(query, { id: owner.workspaceId }, { authorization: `Bearer ${owner.key}` });
  expect(data.dashboard.states).toContainEqual({ stateType: 'COMPLETED', count: 2 });
  expect(data.dashboard.active).toContainEqual({ stateType: 'PENDING', count: 2 });
  expect(data.dashboard.recentFailures).toHaveLength(2);
});

test('a run that waits too long is late until it begins', async () => {
  const flow = (await post('/flows/', { name: 'work' })).id;
  const scheduled_time = new Date(Date.now() - 60_000).toISOString();
  const run = await post('/flow_runs/', {
    flow_id: flow,
    state: { type: 'SCHEDULED', name: 'Late', state_details: { scheduled_time } },
  });
  expect((await figures()).lateness).toMatchObject({ late_runs: 1, oldest_expected: run.expected_start_time });
  for (const type of ['PENDING', 'RUNNING']) await post(`/flow_runs/${run.id}/set_state`, { state: { type } });
  const { lateness } = await figures();
  expect(lateness.late_runs).toBe(0);
  expect(lateness.average_delay_seconds).toBeGreaterThan(5);
  expect(await rollupDifferences(app.db.sql)).toEqual([]);
});

test('the figures of one workspace say nothing of another', async () => {
  const stranger = await app.tenant();
  expect(await figures(stranger.key)).toMatchObject({ states: {}, active: {}, recent_failures: [] });
  const path = `/api/accounts/${owner.accountId}/workspaces/${owner.workspaceId}/headgate/dashboard`;
  expect((await app.inject('GET', path, undefined, stranger.key)).status).toBe(404);
});
