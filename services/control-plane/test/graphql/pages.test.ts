import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApp, type Tenant, type TestApp } from '../app.js';

let app: TestApp;
let owner: Tenant;
beforeAll(async () => {
  app = await startTestApp();
  owner = await app.tenant();
});
afterAll(() => app.close());

const call = async (method: 'POST' | 'PATCH', path: string, body: unknown, who = owner) =>
  (await app.inject(method, `/api${path}`, body, who.key)).body;
const asked = async (query: string, variables: object = {}, who = owner) => {
  const { data, error } = await app.gql(
    query,
    { w: who.workspaceId, ...variables },
    { authorization: `Bearer ${who.key}` },
  );
  return data ?? error;
};
const newFlow = async (name: string, who = owner) => (await call('POST', '/flows/', { name }, who)).id as string;
const id = '01900000-0000-7000-8000-000000000000';

test('a span is counted to the minute, whether its hours are folded or not', async () => {
  const who = await app.tenant();
  const flow_id = await newFlow('spans', who);
  const at = (minutes: number) => new Date(Date.UTC(2026, 0, 5, 10, minutes)).toISOString();
  for (const minutes of [5, 50, 70, 119, 125]) {
    const state = { type: 'SCHEDULED', state_details: { scheduled_time: at(minutes) } };
    await call('POST', '/flow_runs/', { flow_id, state }, who);
  }
  const between = async (since: number, until: number) => {
    const { flowRunCounts } = await asked(
      'query ($w: ID!, $s: DateTime!, $u: DateTime!) { flowRunCounts(workspaceId: $w, since: $s, until: $u) { count } }',
      { s: at(since), u: at(until) },
      who,
    );
    return flowRunCounts.reduce((sum: number, each: { count: number }) => sum + each.count, 0);
  };
  const spans: [number, number, number][] = [
    [0, 60, 2],
    [10, 60, 1],
    [10, 55, 1],
    [10, 71, 2],
    [50, 125, 3],
    [50, 126, 4],
    [6, 119, 2],
    [60, 120, 2],
    [55, 58, 0],
  ];
  for (const [since, until, count] of spans)
    expect([since, until, await between(since, until)]).toEqual([since, until, count]);
});

test('numbers that JavaScript cannot hold come and go as they are', async () => {
  const flow_id = await newFlow('exact');
  const headers = { authorization: `Bearer ${owner.key}`, 'content-type': 'application/json' };
  const { id: deploymentId } = await call('POST', '/deployments/', { name: 'exact', flow_id });
  const query =
    'mutation ($w: ID!, $i: CreateFlowRunInput!) { createFlowRun(workspaceId: $w, input: $i) { id parameters } }';
  const body = `{"query":${JSON.stringify(query)},"variables":{"w":"${owner.workspaceId}","i":{"deploymentId":"${deploymentId}","parameters":{"n":98765432109876543210}}}}`;
  const answer = await app.app.inject({ method: 'POST', url: '/graphql', payload: body, headers });
  expect(answer.body).toContain('"parameters":{"n":98765432109876543210}');
});

test('a paused run tells what it waits for, and an ordinary one nothing', async () => {
  const flow_id = await newFlow('approval');
  const { id } = await call('POST', '/flow_runs/', { flow_id, state: { type: 'PENDING' } });
  await call('POST', `/flow_runs/${id}/set_state`, { state: { type: 'RUNNING' } });
  const query =
    'query ($w: ID!, $id: ID!) { flowRun(workspaceId: $w, id: $id) { pause { until wantsInput schema description } } }';
  expect((await asked(query, { id })).flowRun.pause).toBeNull();
  const until = new Date(Date.now() + 60_000).toISOString();
  await call('POST', `/flow_runs/${id}/set_state`, {
    state: {
      type: 'PAUSED',
      state_details: {
        pause_timeout: until,
        run_input_keyset: { schema: 'a-schema', response: 'a-response', description: 'a-description' },
      },
    },
  });
  await call('POST', `/flow_runs/${id}/input`, { key: 'a-schema', value: '{"type":"object","maximum":1}' });
  await call('POST', `/flow_runs/${id}/input`, { key: 'a-description', value: '"Say **yes**"' });
  const { pause } = (await asked(query, { id })).flowRun;
  expect(pause).toMatchObject({
    wantsInput: true,
    schema: { type: 'object', maximum: 1 },
    description: 'Say **yes**',
  });
  expect(Date.parse(pause.until)).toBe(Date.parse(until));
});

test('a task run has its states, lines, artifacts and flow run, and is nothing to a stranger', async () => {
  const flow_id = await newFlow('tasks');
  const run = await call('POST', '/flow_runs/', { flow_id, state: { type: 'PENDING' } });
  const one = { task_key: 'one', flow_run_id: run.id, task_inputs: { x: [{ input_type: 'parameter', name: 'y' }] } };
  const task = await call('POST', '/task_runs/', {
    ...one,
    dynamic_key: '0',
    name: 'one-0',
    state: { type: 'PENDING' },
  });
  await call('POST', `/task_runs/${task.id}/set_state`, { state: { type: 'RUNNING' }, force: true });
  await call('POST', '/artifacts/', { type: 'markdown', data: '# Hi', flow_run_id: run.id, task_run_id: task.id });
  await call('POST', '/artifacts/', { type: 'markdown', data: '# Other', flow_run_id: run.id });
  const line = { name: 'x', level: 20, timestamp: '2026-01-01T00:00:00Z', flow_run_id: run.id };
  await call('POST', '/logs/', [
    { ...line, message: 'mine', task_run_id: task.id },
    { ...line, message: 'other' },
  ]);
  const query = `query ($w: ID!, $id: ID!) { taskRun(workspaceId: $w, id: $id) { name inputs flowRun { id flow { name } }
    states { type } artifacts { data } logs(first: 50) { nodes { message } } } }`;
  expect((await asked(query, { id: task.id })).taskRun).toEqual({
    name: 'one-0',
    inputs: one.task_inputs,
    flowRun: { id: run.id, flow: { name: 'tasks' } },
    states: [{ type: 'PENDING' }, { type: 'RUNNING' }],
    artifacts: [{ data: '# Hi' }],
    logs: { nodes: [{ message: 'mine' }] },
  });
  const stranger = await app.tenant();
  expect((await asked(query, { id: task.id }, stranger)).extensions.code).toBe('notFound');
});

test('the next run of a flow is yet to come: one that is late is none', async () => {
  const flow_id = await newFlow('punctual');
  const deployment = await call('POST', '/deployments/', { name: 'daily', flow_id });
  const due = (scheduled_time: string) =>
    call('POST', `/deployments/${deployment.id}/create_flow_run`, {
      state: { type: 'SCHEDULED', state_details: { scheduled_time } },
    });
  const query = 'query ($w: ID!, $id: ID!) { flow(workspaceId: $w, id: $id) { nextRun { id } } }';
  await due('2026-01-01T00:00:00Z');
  expect((await asked(query, { id: flow_id })).flow.nextRun).toBeNull();
  const next = await due('2099-01-01T00:00:00Z');
  expect((await asked(query, { id: flow_id })).flow.nextRun).toEqual({ id: next.id });
});

const question = 'query ($w: ID!) { flows(workspaceId: $w, first: 200) { nodes { id name tags created } } }';

test('long answers to questions of our own pages are compressed, and their length tells little', async () => {
  const who = await app.tenant();
  for (let at = 0; at < 30; at += 1) await newFlow(`flow-${at}`, who);
  const send = (headers: object, query = question) =>
    app.app.inject({
      method: 'POST',
      url: '/graphql',
      payload: { query, variables: { w: who.workspaceId } },
      headers: { authorization: `Bearer ${who.key}`, 'accept-encoding': 'gzip, br', ...headers },
    });
  const ours = { 'sec-fetch-site': 'same-origin' };
  const plain = await send({});
  expect(plain.headers['content-encoding']).toBeUndefined();
  const lengths = new Set<number>();
  for (let times = 0; times < 12; times += 1) {
    const { headers, rawPayload } = await send(ours);
    expect(headers['content-encoding']).toBe('gzip');
    expect(gunzipSync(rawPayload).toString()).toBe(plain.body);
    expect(rawPayload.length).toBeLessThan(plain.body.length / 2);
    lengths.add(rawPayload.length);
  }
  expect(lengths.size).toBeGreaterThan(3);
  const change = `mutation ($w: ID!) { ${Array.from({ length: 8 }, (_, at) => `k${at}: createApiKey(name: "${'a'.repeat(60)}") { key apiKey { id name created maskedKey } }`).join(' ')} }`;
  expect((await send(ours, change)).headers['content-encoding']).toBeUndefined();
  expect((await send(ours, '{ __typename }')).headers['content-encoding']).toBeUndefined();
  expect((await send({ ...ours, 'accept-encoding': 'identity' })).headers['content-encoding']).toBeUndefined();
  for (const site of ['cross-site', 'same-site', 'none'])
    expect((await send({ 'sec-fetch-site': site })).headers['content-encoding']).toBeUndefined();
});

test('ids of nothing are nothing', async () => {
  const query = 'query ($w: ID!, $id: ID!) { taskRun(workspaceId: $w, id: $id) { name } }';
  expect((await asked(query, { id })).extensions.code).toBe('notFound');
});
