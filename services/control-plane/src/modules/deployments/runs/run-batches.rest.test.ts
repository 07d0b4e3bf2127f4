import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApp, type Tenant, type TestApp } from '../../../../test/app.js';
import { rollupDifferences } from '../../../../test/growth/rollup-differences.js';

let app: TestApp;
let owner: Tenant;
let deployment: string;
const post = (path: string, body: unknown, key = owner.key) => app.inject('POST', `/api${path}`, body, key);
const make = (flow_runs: unknown, key?: string) =>
  post(`/headgate/deployments/${deployment}/flow_runs`, { flow_runs }, key);
const count = async () => (await post('/flow_runs/count', {})).body;

beforeAll(async () => {
  app = await startTestApp();
  owner = await app.tenant();
  const flow = (await post('/flows/', { name: 'etl' })).body.id;
  const parameter_openapi_schema = { type: 'object', properties: { n: { type: 'integer' } }, required: ['n'] };
  deployment = (await post('/deployments/', { name: 'daily', flow_id: flow, tags: ['d'], parameter_openapi_schema }))
    .body.id;
});
afterAll(() => app.close());

test('hundreds of runs are made in one request, each with its history, event, count and place in the queue', async () => {
  const { status, body } = await make(Array.from({ length: 500 }, (_, n) => ({ parameters: { n }, tags: [`n${n}`] })));
  expect(status).toBe(201);
  expect(new Set(body.flow_run_ids).size).toBe(500);
  expect(await count()).toBe(500);
  const run = (await app.inject('GET', `/api/flow_runs/${body.flow_run_ids[7]}`, undefined, owner.key)).body;
  expect(run).toMatchObject({
    parameters: { n: 7 },
    tags: ['n7', 'd'],
    state_type: 'SCHEDULED',
    deployment_id: deployment,
  });
  const { rows } = await app.db.sql.query({
    text: `select (select count(*) from run_queue where workspace_id = $1) as queued, (select count(*) from flow_run_state where workspace_id = $1) as states,
                  (select count(*) from event where workspace_id = $1 and event = 'prefect.flow-run.Scheduled') as events`,
    values: [owner.workspaceId],
  });
  expect(rows[0]).toEqual({ queued: 500, states: 500, events: 500 });
  expect(await rollupDifferences(app.db.sql)).toEqual([]);
});

test('a key that is taken gives the run that has it, also when it is taken twice in one request', async () => {
  const asked = ['a', 'b', 'a'].map((idempotency_key) => ({ parameters: { n: 1 }, idempotency_key }));
  const [first, second] = [(await make(asked)).body.flow_run_ids, (await make(asked)).body.flow_run_ids];
  expect(first[0]).toBe(first[2]);
  expect(second).toEqual(first);
});

test('one run that cannot be made is the end of all', async () => {
  const before = await count();
  expect((await make([{ parameters: { n: 1 } }, { parameters: { n: 'x' } }])).status).toBe(409);
  expect((await make([])).status).toBe(422);
  expect((await make(Array.from({ length: 1_001 }, () => ({ parameters: { n: 1 } })))).status).toBe(422);
  expect(await count()).toBe(before);
});

test('a short request cannot ask for much: what the deployment gives to each run counts', async () => {
  const { flow_id } = (await app.inject('GET', `/api/deployments/${deployment}`, undefined, owner.key)).body;
  const parameters = { text: 'x'.repeat(400_000) };
  const { id } = (await post('/deployments/', { name: 'large', flow_id, parameters })).body;
  const runs = (many: number) => ({ flow_runs: Array.from({ length: many }, () => ({})) });
  for (const path of [`/headgate/deployments/${id}/flow_runs`, `/deployments/${id}/create_flow_run/bulk`]) {
    const refused = await post(path, path.endsWith('bulk') ? runs(20).flow_runs : runs(20));
    expect([refused.status, refused.text]).toEqual([422, expect.stringContaining('at most 19 runs')]);
  }
  expect((await post(`/headgate/deployments/${id}/flow_runs`, runs(19))).status).toBe(201);
});

test('runs of a schedule whose parameters are large are all made', async () => {
  const { flow_id } = (await app.inject('GET', `/api/deployments/${deployment}`, undefined, owner.key)).body;
  const parameters = { text: 'x'.repeat(300_000) };
  const schedules = [
    { schedule: { interval: 60 }, active: true },
    { schedule: { interval: 120 }, active: true },
  ];
  const { id } = (await post('/deployments/', { name: 'scheduled', flow_id, parameters, schedules })).body;
  const { rows } = await app.db.sql.query(
    "select count(*)::int as n, count(distinct (deployment_id, expected_start_time, created_by->>'id'))::int as different from flow_run where workspace_id = $1 and deployment_id = $2",
    [owner.workspaceId, id],
  );
  expect(rows[0].n).toBeGreaterThan(20);
  expect(rows[0].different).toBe(rows[0].n);
});

test('a stranger finds no such deployment', async () => {
  const stranger = await app.tenant();
  expect((await make([{ parameters: { n: 1 } }], stranger.key)).status).toBe(404);
});
