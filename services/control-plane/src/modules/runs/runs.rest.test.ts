import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApp, type Tenant, type TestApp } from '../../../test/app.js';
import { Loops } from '../../core/loops/loops.js';

let app: TestApp;
let owner: Tenant;
let stranger: Tenant;
const call = (method: 'GET' | 'POST' | 'PATCH' | 'DELETE', path: string, body?: unknown, who = owner, headers = {}) =>
  app.inject(method, `/api/accounts/${who.accountId}/workspaces/${who.workspaceId}${path}`, body, who.key, headers);
const flowId = async (who = owner) => (await call('POST', '/flows/', { name: 'a flow' }, who)).body.id as string;
const newRun = async (more: object = {}, who = owner) =>
  (await call('POST', '/flow_runs/', { flow_id: await flowId(who), ...more }, who)).body;
const move = (id: string, type: string, more: object = {}, headers = {}) =>
  call('POST', `/flow_runs/${id}/set_state`, { state: { type, ...more } }, owner, headers);

beforeAll(async () => {
  app = await startTestApp();
  [owner, stranger] = [await app.tenant(), await app.tenant()];
});
afterAll(() => app.close());

test('a run that is created answers 201 with every key of the wire, and its first state', async () => {
  const { status, body } = await call('POST', '/flow_runs/', {
    flow_id: await flowId(),
    state: { type: 'PENDING' },
    parameters: { a: 1 },
    tags: ['x', 'x'],
  });
  expect(status).toBe(201);
  expect(body).toMatchObject({
    state_type: 'PENDING',
    state_name: 'Pending',
    parameters: { a: 1 },
    tags: ['x', 'x'],
    run_count: 0,
    auto_scheduled: false,
  });
  expect(Object.keys(body.state.state_details)).toHaveLength(18);
  expect(body.name).toMatch(/^[a-z-]+$/);
});

test('a run takes over the labels of its flow; its own win', async () => {
  const { id: flow_id } = (await call('POST', '/flows/', { name: 'labelled', labels: { team: 'data', tier: 1 } })).body;
  const { id, labels } = await newRun({ flow_id, labels: { tier: 2 } });
  expect(labels).toEqual({ team: 'data', tier: 2, 'prefect.flow.id': flow_id });
  expect((await call('GET', `/flow_runs/${id}`)).body.labels).toEqual(labels);
});

test('a run with a block that is not there is a conflict', async () => {
  const body = { flow_id: await flowId(), infrastructure_document_id: crypto.randomUUID() };
  expect((await call('POST', '/flow_runs/', body)).status).toBe(409);
});

test('a run with a deployment of somebody else, or of nobody, is a conflict, and a deployment of its own is none', async () => {
  const deploymentOf = async (who: Tenant) =>
    (await call('POST', '/deployments/', { name: 'd', flow_id: await flowId(who) }, who)).body.id as string;
  const flow_id = await flowId();
  for (const deployment_id of [await deploymentOf(stranger), crypto.randomUUID()]) {
    expect((await call('POST', '/flow_runs/', { flow_id, deployment_id })).status).toBe(409);
    const found = await call('POST', '/flow_runs/count', { flow_runs: { deployment_id: { any_: [deployment_id] } } });
    expect(found.body).toBe(0);
  }
  const deployment_id = await deploymentOf(owner);
  expect((await newRun({ flow_id, deployment_id })).deployment_id).toBe(deployment_id);
});

test('details that nobody named have the defaults of the wire; a null that was sent stays null', async () => {
  const { id, state } = await newRun({ state: { type: 'SCHEDULED' } });
  const { flow_run_id, scheduled_time, ...others } = state.state_details;
  expect([flow_run_id, scheduled_time]).toEqual([id, expect.any(String)]);
  const { deferred, untrackable_result, pause_reschedule, ...rest } = others;
  expect([deferred, untrackable_result, pause_reschedule]).toEqual([false, false, false]);
  expect(new Set(Object.values(rest))).toEqual(new Set([null]));

  await move(id, 'PENDING', { state_details: { deferred: null } });
  const read = (await call('GET', `/flow_runs/${id}`)).body.state;
  expect(read.state_details).toMatchObject({ deferred: null, untrackable_result: false });
});

test('the same idempotency key gives the run that is there, with 200', async () => {
  const [first, second] = [
    await newRun({ idempotency_key: 'once' }),
    await call('POST', '/flow_runs/', { flow_id: await flowId(), idempotency_key: 'once' }),
  ];
  expect([second.status, second.body.id]).toEqual([200, first.id]);
});

test('of twenty creators with one key one creates', async () => {
  const flow_id = await flowId();
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => call('POST', '/flow_runs/', { flow_id, idempotency_key: 'rivals' })),
  );
  expect(answers.filter((answer) => answer.status === 201)).toHaveLength(1);
  expect(new Set(answers.map((answer) => answer.body.id)).size).toBe(1);
});

test('a run of a flow that is not in the workspace is a conflict', async () => {
  expect((await call('POST', '/flow_runs/', { flow_id: await flowId(stranger) })).status).toBe(409);
});

test('a life from Pending to Completed keeps its history, counts and times', async () => {
  const { id } = await newRun({ state: { type: 'PENDING' } });
  expect((await move(id, 'RUNNING')).body).toMatchObject({ status: 'ACCEPT', state: { type: 'RUNNING' } });
  expect((await move(id, 'COMPLETED')).status).toBe(201);
  const { body } = await call('GET', `/flow_runs/${id}`);
  expect(body).toMatchObject({ state_type: 'COMPLETED', run_count: 1 });
  expect(body.end_time >= body.start_time).toBe(true);
  const states = (await call('GET', `/flow_run_states/?flow_run_id=${id}`)).body;
  expect(states.map((state: { name: string }) => state.name)).toEqual(['Pending', 'Running', 'Completed']);
  const { events } = (
    await call('POST', '/events/filter', { filter: { resource: { id: [`prefect.flow-run.${id}`] }, order: 'ASC' } })
  ).body;
  expect(events.map((event: { id: string }) => event.id)).toEqual(states.map((state: { id: string }) => state.id));
  expect(events[1].follows).toBe(states[0].id);
});

test('of twenty rivals that take a run one gets it', async () => {
  const { id } = await newRun({ state: { type: 'SCHEDULED' } });
  const answers = await Promise.all(Array.from({ length: 20 }, () => move(id, 'PENDING')));
  expect(answers.filter((answer) => answer.body.status === 'ACCEPT')).toHaveLength(1);
  expect(answers.filter((answer) => answer.body.status === 'ABORT')).toHaveLength(19);
});

test('set_state on a run that is not there is 404 in the other envelope', async () => {
  const answer = await move('01900000-0000-7000-8000-000000000000', 'RUNNING');
  expect([answer.status, Object.keys(answer.body)]).toEqual([404, ['exception_message']]);
});

test("a path id that is no UUID is not found, an unknown key is 422 in the wire's envelope, too large a limit says so", async () => {
  expect(await call('GET', '/flow_runs/nope')).toMatchObject({ status: 404, body: { detail: 'Not Found' } });
  expect(await call('POST', '/flow_runs/', { flow_id: await flowId(), nope: 1 })).toMatchObject({
    status: 422,
    body: { exception_message: 'Invalid request received.', exception_detail: [{ type: 'extra_forbidden' }] },
  });
  expect((await call('POST', '/flow_runs/filter', { limit: 201 })).body).toEqual({
    detail: 'Invalid limit: must be less than or equal to 200.',
  });
  expect((await call('POST', '/flow_runs/', 'not json')).status).toBe(422);
});

test('a stranger is told that the run is not there, and changes nothing', async () => {
  const { id } = await newRun({ state: { type: 'PENDING' } });
  for (const [method, path, body] of [
    ['GET', '', undefined],
    ['PATCH', '', { name: 'x' }],
    ['DELETE', '', undefined],
    ['POST', '/set_state', { state: { type: 'RUNNING' } }],
  ] as const) {
    expect((await call(method, `/flow_runs/${id}${path}`, body, stranger)).status).toBe(404);
  }
  const foreign = await app.inject(
    'GET',
    `/api/accounts/${owner.accountId}/workspaces/${owner.workspaceId}/flow_runs/${id}`,
    undefined,
    stranger.key,
  );
  expect(foreign.status).toBe(404);
  expect((await call('GET', `/flow_runs/${id}`)).body).toMatchObject({ state_type: 'PENDING' });
});

test('the unscoped address means the home workspace of the key', async () => {
  const { id } = await newRun();
  expect((await app.inject('GET', `/api/flow_runs/${id}`, undefined, owner.key)).body.id).toBe(id);
  expect((await app.inject('GET', `/api/flow_runs/${id}`, undefined, stranger.key)).status).toBe(404);
});

test('filters of several kinds combine as "has one that matches"; an empty any_ matches nothing; null is absent', async () => {
  const { id } = await newRun({ tags: ['filtered'], name: 'findable-run' });
  const find = async (body: object) =>
    (await call('POST', '/flow_runs/filter', body)).body.map((run: { id: string }) => run.id);
  expect(
    await find({
      flow_runs: { tags: { all_: ['filtered'] } },
      flows: { name: { any_: ['a flow'] } },
      limit: null,
      sort: null,
      deployments: null,
    }),
  ).toEqual([id]);
  expect(await find({ flow_runs: { name: { like_: 'FINDABLE' } }, flows: { name: { any_: ['another'] } } })).toEqual(
    [],
  );
  expect(await find({ flow_runs: { id: { any_: [] } } })).toEqual([]);
  expect((await call('POST', '/flow_runs/count', { flow_runs: { id: { any_: [id] } } })).body).toBe(1);
});

test('a paused run resumes with input that fits the schema it waits for', async () => {
  const { id } = await newRun({ state: { type: 'PENDING' } });
  await move(id, 'RUNNING');
  await move(id, 'PAUSED', {
    state_details: {
      pause_key: '1',
      pause_timeout: Date.now() / 1000 + 60,
      run_input_keyset: {
        schema: 'paused-1-schema',
        response: 'paused-1-response',
        description: 'paused-1-description',
      },
    },
  });
  await call('POST', `/flow_runs/${id}/input`, {
    key: 'paused-1-schema',
    value: JSON.stringify({ type: 'object', properties: { n: { type: 'integer' } }, required: ['n'] }),
  });
  const refused = await call('POST', `/flow_runs/${id}/resume`, { run_input: {} });
  expect(refused.body).toMatchObject({
    status: 'REJECT',
    details: { type: 'abort_details', reason: "Reason: Validation failed. Failure reason: 'n' is a required property" },
  });
  const accepted = await call('POST', `/flow_runs/${id}/resume`, { run_input: { n: 3 } });
  expect([accepted.status, accepted.body.state.type]).toEqual([201, 'RUNNING']);
  expect((await call('GET', `/flow_runs/${id}/input/paused-1-response`)).text).toBe('{"n":3}');
  expect((await call('POST', `/flow_runs/${id}/resume`, {})).body).toMatchObject({
    status: 'ABORT',
    details: { reason: 'Cannot resume a flow run that is not paused.' },
  });
});

test.each([
  ['of several who answer a paused run at once one is accepted, and it is their answer that the run finds', false],
  ['of several who resume a suspended run at once one is accepted', true],
])('%s', async (_, pause_reschedule) => {
  const flow_id = await flowId();
  const deployment = (await call('POST', '/deployments/', { name: crypto.randomUUID(), flow_id })).body;
  const { id } = await newRun({ flow_id, deployment_id: deployment.id, state: { type: 'PENDING' } });
  await move(id, 'RUNNING');
  const run_input_keyset = { schema: 'schema', response: 'response' };
  await move(id, 'PAUSED', { state_details: { pause_key: '1', pause_reschedule, run_input_keyset } });
  await call('POST', `/flow_runs/${id}/input`, { key: 'schema', value: '{"type":"object"}' });
  const answers = await Promise.all(
    Array.from({ length: 8 }, async (_each, n) => ({
      n,
      ...(await call('POST', `/flow_runs/${id}/resume`, { run_input: { n } })).body,
    })),
  );
  const [accepted, ...others] = answers.filter(({ status }) => status === 'ACCEPT');
  expect(others).toEqual([]);
  expect((await call('GET', `/flow_runs/${id}/input/response`)).text).toBe(JSON.stringify({ n: accepted.n }));
  const states = (await call('GET', `/flow_run_states/?flow_run_id=${id}`)).body as { type: string }[];
  expect(states.map(({ type }) => type).slice(-2)).toEqual(['PAUSED', pause_reschedule ? 'SCHEDULED' : 'RUNNING']);
});

test('a body of more than 5 MiB is refused with 413', async () => {
  expect((await call('POST', '/flow_runs/filter', { x: 'a'.repeat(5 * 1024 * 1024 + 1) })).status).toBe(413);
});

test('what is past its time is marked late, once', async () => {
  const due = new Date(Date.now() - 60_000).toISOString();
  const { id } = await newRun({ state: { type: 'SCHEDULED', state_details: { scheduled_time: due } } });
  const loops = app.app.get(Loops);
  await loops.pass('mark-late-runs');
  expect((await call('GET', `/flow_runs/${id}`)).body).toMatchObject({ state_type: 'SCHEDULED', state_name: 'Late' });
  expect(await loops.pass('mark-late-runs')).toEqual({ late: 0 });
});

test('cancelling a parent cancels its subflows and task runs', async () => {
  const parent = await newRun({ state: { type: 'PENDING' } });
  await move(parent.id, 'RUNNING');
  const dummy = (
    await call('POST', '/task_runs/', {
      name: 'sub',
      flow_run_id: parent.id,
      task_key: 'sub',
      dynamic_key: '0',
      state: { type: 'PENDING' },
    })
  ).body;
  const child = await newRun({ parent_task_run_id: dummy.id, state: { type: 'PENDING' } });
  await move(child.id, 'RUNNING');
  expect((await call('GET', `/task_runs/${dummy.id}`)).body).toMatchObject({
    state_type: 'RUNNING',
    run_count: 1,
    state: { state_details: { child_flow_run_id: child.id } },
  });
  await call('POST', `/flow_runs/${parent.id}/set_state`, { state: { type: 'CANCELLED' }, force: true });
  await app.app.get(Loops).pass('finish-cancellations');
  expect((await call('GET', `/flow_runs/${child.id}`)).body.state_type).toBe('CANCELLED');
  expect((await call('GET', `/task_runs/${dummy.id}`)).body.state_type).toBe('CANCELLED');
});

test('the counts of a span follow the states', async () => {
  const who = await app.tenant();
  const { id } = await newRun({ state: { type: 'PENDING' } }, who);
  await newRun({ state: { type: 'PENDING' } }, who);
  await call('POST', `/flow_runs/${id}/set_state`, { state: { type: 'COMPLETED' } }, who);
  const counts = async () => {
    const { body } = await app.inject(
      'POST',
      '/graphql',
      {
        query:
          'query($w: ID!) { flowRunCounts(workspaceId: $w, since: "2020-01-01T00:00:00Z", until: "2100-01-01T00:00:00Z") { stateType count } }',
        variables: { w: who.workspaceId },
      },
      who.key,
    );
    return body.data.flowRunCounts;
  };
  const right = [
    { stateType: 'COMPLETED', count: 1 },
    { stateType: 'PENDING', count: 1 },
  ];
  expect(await counts()).toEqual(right);
  await app.app.get(Loops).pass('fold-counts');
  expect(await counts()).toEqual(right);
});
