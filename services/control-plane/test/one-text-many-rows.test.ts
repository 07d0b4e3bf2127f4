import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { startTestApp, type Tenant, type TestApp } from './app.js';
import { doorsOf, type Ask } from './graphql/doors.js';

/** What stands once in a request may be written for many rows: refused before the first of them, whatever the door. */
let app: TestApp;
let owner: Tenant;
let flow: string;
let door: Ask;
const path = () => `/api/accounts/${owner.accountId}/workspaces/${owner.workspaceId}`;
const post = (to: string, body: unknown) => app.inject('POST', `${path()}${to}`, body, owner.key);
const many = <T>(count: number, item: T): T[] => Array.from({ length: count }, () => item);
const made = async (to: string, body: object) => (await post(to, body)).body.id as string;

beforeAll(async () => {
  app = await startTestApp();
  await app.app.listen(0, '127.0.0.1');
  door = doorsOf(app).http;
});
afterAll(() => app.close());
beforeEach(async () => {
  owner = await app.tenant();
  flow = await made('/flows/', { name: 'copied' });
});

async function newRuns(count: number): Promise<string[]> {
  const deployment = await made('/deployments/', { name: 'few', flow_id: flow });
  const { body } = await post(`/headgate/deployments/${deployment}/flow_runs`, { flow_runs: many(count, {}) });
  return body.flow_run_ids;
}
const bulk = (ids: string[], state: object) =>
  post('/flow_runs/bulk_set_state', { flow_runs: { id: { any_: ids } }, state, force: true });
const written = async () => {
  const { rows } = await app.db.sql.query(
    'select (select count(*) from flow_run where workspace_id = $1)::int as runs, (select count(*) from flow_run_state where workspace_id = $1)::int as states',
    [owner.workspaceId],
  );
  return rows[0] as { runs: number; states: number };
};
const bound =
  /is written for each, and one request may have 8 million characters written: at most \d+ .*runs at once \(got \d+\)\. Nothing was changed\./;

type Asks = () => Promise<() => Promise<string>>;
const doors: Record<string, Asks> = {
  'data of a state for many runs': async () => {
    const ids = await newRuns(50);
    return async () => (await bulk(ids, { type: 'FAILED', data: { x: 'y'.repeat(900_000) } })).text;
  },
  'many small values of a state for many runs': async () => {
    const ids = await newRuns(50);
    return async () => (await bulk(ids, { type: 'FAILED', data: { x: many(90_000, 1) } })).text;
  },
  'a message for many runs': async () => {
    const ids = await newRuns(2);
    return async () => (await bulk(ids, { type: 'COMPLETED', message: 'y'.repeat(4_500_000) })).text;
  },
  'parameters of a deployment for many runs, all or none': async () => {
    const id = await made('/deployments/', { name: 'a', flow_id: flow, parameters: { x: 'y'.repeat(500_000) } });
    return async () => (await post(`/headgate/deployments/${id}/flow_runs`, { flow_runs: many(17, {}) })).text;
  },
  'parameters of a deployment for many runs, each for itself': async () => {
    const id = await made('/deployments/', { name: 'a', flow_id: flow, parameters: { x: 'y'.repeat(500_000) } });
    return async () => (await post(`/deployments/${id}/create_flow_run/bulk`, many(17, {}))).text;
  },
  'one variable of GraphQL for many runs, all or none': async () => {
    const id = await made('/deployments/', { name: 'a', flow_id: flow });
    const runs = many(300, '{parameters: $p}').join();
    const query = `mutation($p: JSON) { createFlowRuns(workspaceId: "${owner.workspaceId}", deploymentId: "${id}", runs: [${runs}]) }`;
    return async () => (await door(query, { p: { x: 'y'.repeat(90_000) } }, owner.key)).errors![0]!.message;
  },
  'one variable of GraphQL for many runs, each for itself': async () => {
    const id = await made('/deployments/', { name: 'a', flow_id: flow });
    const runs = many(95, '$r').join();
    const query = `mutation($r: RunOfDeploymentInput!) { createEachFlowRun(workspaceId: "${owner.workspaceId}", deploymentId: "${id}", runs: [${runs}]) { error } }`;
    const r = { parameters: { x: 'y'.repeat(90_000) } };
    return async () => (await door(query, { r }, owner.key)).errors![0]!.message;
  },
};

test.each(Object.entries(doors))('%s is refused in words, and nothing is written', async (_what, prepare) => {
  const ask = await prepare();
  const before = await written();
  expect(await ask()).toMatch(bound);
  expect(await written()).toEqual(before);
});

test('as many as the bound allows get the text, and are answered', async () => {
  const ids = await newRuns(8);
  const { status, body } = await bulk(ids, { type: 'FAILED', data: { x: 'y'.repeat(900_000) } });
  expect(status).toBe(200);
  expect(body.results.map((each: { status: string }) => each.status)).toEqual(many(8, 'ACCEPT'));
  expect(body.results[7].state.data.x).toHaveLength(900_000);
});

test('runs that hold more than an answer may be are changed all the same, and each is told what became of it', async () => {
  const ids = await newRuns(12);
  for (const id of ids)
    await post(`/flow_runs/${id}/set_state`, {
      state: { type: 'COMPLETED', data: { x: 'y'.repeat(4_000_000) } },
      force: true,
    });
  const refused = await post('/flow_runs/bulk_set_state', {
    flow_runs: { id: { any_: ids } },
    state: { type: 'CANCELLING' },
  });
  expect(refused.status).toBe(200);
  expect(refused.body.results.map((each: { status: string }) => each.status)).toEqual(many(12, 'ABORT'));
  expect(refused.body.results.filter((each: { state: unknown }) => each.state !== null)).toHaveLength(3);
  const failed = await bulk(ids, { type: 'FAILED' });
  expect(failed.body.results.map((each: { status: string }) => each.status)).toEqual(many(12, 'ACCEPT'));
  const { body } = await post('/flow_runs/bulk_delete', { flow_runs: { id: { any_: ids } } });
  expect(body.deleted).toHaveLength(12);
}, 120_000);
