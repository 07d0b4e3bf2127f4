import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { startTestApp, type Tenant, type TestApp } from '../../../../test/app.js';
import { Loops } from '../../../core/loops/loops.js';

let app: TestApp;
let owner: Tenant;
let flowId: string;
const call = (method: 'GET' | 'POST' | 'PATCH' | 'DELETE', path: string, body?: unknown, who = owner) =>
  app.inject(method, `/api/accounts/${who.accountId}/workspaces/${who.workspaceId}${path}`, body, who.key);
const deployed = async (more: object = {}) =>
  (await call('POST', '/deployments/', { name: 'daily', flow_id: flowId, ...more })).body as { id: string };
const run = (id: string, body: object = {}) => call('POST', `/deployments/${id}/create_flow_run`, body);
const schema = {
  type: 'object',
  properties: { n: { type: 'integer' }, s: { type: 'string', default: 'x' } },
  required: ['n'],
};

beforeAll(async () => {
  app = await startTestApp();
});
beforeEach(async () => {
  owner = await app.tenant();
  flowId = (await call('POST', '/flows/', { name: 'etl' })).body.id;
});
afterAll(() => app.close());

test('a run takes over what its deployment says, overlaid by what the request says', async () => {
  await call('POST', '/work_pools/', { name: 'pool', type: 'process' });
  const { id } = await deployed({
    parameters: { a: 1, b: 1 },
    tags: ['d'],
    labels: { team: 'x' },
    version: '7',
    work_pool_name: 'pool',
  });
  const { status, body } = await run(id, {
    parameters: { b: 2 },
    tags: ['r', 'd'],
    name: 'by hand',
    job_variables: { env: { A: '1' } },
  });
  expect(status).toBe(201);
  expect(body).toMatchObject({
    name: 'by hand',
    flow_id: flowId,
    deployment_id: id,
    deployment_version: '7',
    parameters: { a: 1, b: 2 },
    labels: { team: 'x', 'prefect.flow.id': flowId, 'prefect.deployment.id': id },
    work_pool_name: 'pool',
    work_queue_name: 'default',
    state_type: 'SCHEDULED',
    auto_scheduled: false,
    job_variables: { env: { A: '1' } },
    created_by: { id: owner.userId, type: 'USER', display_value: 'Test User' },
  });
  expect(body.tags.toSorted()).toEqual(['d', 'r']);
});

test('those who ask at the same time each get a run of their own deployment, and none of a foreign one', async () => {
  const [one, two] = [await deployed({ parameters: { of: 'one' } }), await deployed({ name: 'two' })];
  const other = await app.tenant();
  const flow = await call('POST', '/flows/', { name: 'etl' }, other);
  const foreign = await call(
    'POST',
    '/deployments/',
    { name: 'daily', flow_id: flow.body.id, parameters: { of: 'other' } },
    other,
  );
  const outcomes = await Promise.all(
    Array.from({ length: 40 }, async () => ({
      ones: await Promise.all([run(one.id, { parameters: { more: 1 } }), run(one.id)]),
      two: await run(two.id),
      foreign: await run(foreign.body.id),
      own: await call('POST', `/deployments/${foreign.body.id}/create_flow_run`, {}, other),
    })),
  );
  for (const { ones, two: second, foreign: refused, own } of outcomes) {
    expect(ones.map(({ body }) => [body.deployment_id, body.parameters])).toEqual([
      [one.id, { of: 'one', more: 1 }],
      [one.id, { of: 'one' }],
    ]);
    expect([second.body.deployment_id, second.body.parameters]).toEqual([two.id, {}]);
    expect([refused.status, refused.body.detail]).toEqual([404, 'Deployment not found']);
    expect([own.status, own.body.parameters]).toEqual([201, { of: 'other' }]);
  }
});

test('the same idempotency key is the same run', async () => {
  const { id } = await deployed();
  const [first, second] = [await run(id, { idempotency_key: 'k' }), await run(id, { idempotency_key: 'k' })];
  expect([first.status, second.status, second.body.id]).toEqual([201, 200, first.body.id]);
});

test('parameters that do not fit are a conflict that says why', async () => {
  const { id } = await deployed({ parameter_openapi_schema: schema });
  const wrong = await run(id, { parameters: { n: 'x' } });
  expect([wrong.status, wrong.body]).toEqual([
    409,
    {
      detail: "Error creating flow run: Validation failed for field 'n'. Failure reason: 'x' is not of type 'integer'",
    },
  ]);
  expect((await run(id)).body.detail).toBe(
    "Error creating flow run: Validation failed. Failure reason: 'n' is a required property",
  );
  expect((await run(id, { enforce_parameter_schema: false })).status).toBe(201);
  expect((await run(id, { parameters: { n: { __prefect_kind: 'json', value: '5' } } })).body.parameters).toEqual({
    n: 5,
  });
  const broken = await run(id, { parameters: { n: { __prefect_kind: 'workspace_variable', variable_name: 'size' } } });
  expect([broken.status, broken.body.detail]).toEqual([
    400,
    "Error hydrating flow run parameters: Variable 'size' not found in workspace.",
  ]);
});

test('a queue of the pool may be named, and is made', async () => {
  const { id } = await deployed();
  expect((await run(id, { work_queue_name: 'fast' })).status).toBe(400);
  await call('POST', '/work_pools/', { name: 'pool', type: 'process' });
  await call('PATCH', `/deployments/${id}`, { work_pool_name: 'pool' });
  expect((await run(id, { work_queue_name: 'fast' })).body).toMatchObject({
    work_queue_name: 'fast',
    work_pool_name: 'pool',
  });
});

test('the job variables of a run that waits may become others, as long as they fit the pool of its deployment', async () => {
  const variables = {
    type: 'object',
    properties: { image: { type: 'string' }, cpu: { type: 'integer' } },
    required: ['image'],
  };
  const base_job_template = { job_configuration: { image: '{{ image }}', cpu: '{{ cpu }}' }, variables };
  await call('POST', '/work_pools/', { name: 'pool', type: 'docker', base_job_template });
  const { id } = await deployed({ work_pool_name: 'pool', job_variables: { image: 'x' } });
  const made = (await run(id)).body.id;
  const change = (job_variables: object, who = owner) => call('PATCH', `/flow_runs/${made}`, { job_variables }, who);
  const wrong = await change({ image: 5 });
  expect([wrong.status, wrong.body.detail]).toEqual([
    422,
    "Error updating flow run: Validation failed for field 'image'. Failure reason: 5 is not of type 'string'",
  ]);
  expect((await change({ cpu: 2 }, await app.tenant())).status).toBe(404);
  expect((await change({ cpu: 2 })).status).toBe(204);
  expect((await call('GET', `/flow_runs/${made}`)).body.job_variables).toEqual({ cpu: 2 });

  await call('POST', `/flow_runs/${made}/set_state`, { state: { type: 'PENDING' } });
  const late = await change({ cpu: 3 });
  expect([late.status, late.body.detail]).toEqual([
    400,
    'Job variables for a flow run in state PENDING cannot be updated',
  ]);
});

test('the job variables of a run without a deployment cannot become others', async () => {
  const state = { type: 'SCHEDULED' };
  const { id } = (await call('POST', '/flow_runs/', { flow_id: flowId, state })).body;
  const { status, body } = await call('PATCH', `/flow_runs/${id}`, { job_variables: {} });
  expect([status, body.detail]).toEqual([400, 'A deployment for the flow run could not be found']);
});

test('a run asks for no block that is not there, and for no queue that cannot be', async () => {
  const unknown = '00000000-0000-4000-8000-000000000000';
  const { id } = await deployed();
  expect((await run(id, { infrastructure_document_id: unknown })).status).toBe(409);
  const unpooled = await run(id, { work_queue_name: 'q' });
  expect([unpooled.status, unpooled.body.detail]).toEqual([400, expect.stringContaining(`deployment ${id} is not`)]);
  await call('POST', '/work_pools/', { name: 'p', type: 'process' });
  await call('PATCH', `/deployments/${id}`, { work_pool_name: 'p' });
  expect((await run(id, { work_queue_name: 'a/b' })).status).toBe(422);
  expect((await call('PATCH', `/deployments/${id}`, { work_queue_name: 'a/b' })).status).toBe(422);
});

test('the old names of a retry policy count where the new ones say nothing', async () => {
  const { id } = await deployed();
  const { empirical_policy } = (await run(id, { empirical_policy: { max_retries: 2, retry_delay_seconds: 7 } })).body;
  expect(empirical_policy).toMatchObject({ retries: 2, retry_delay: 7 });
});

test('many runs are made at once, each for itself', async () => {
  const { id } = await deployed({ parameter_openapi_schema: schema });
  const { status, body } = await call('POST', `/deployments/${id}/create_flow_run/bulk`, [
    { parameters: { n: 1 } },
    {},
    { parameters: { n: 2 } },
  ]);
  expect(status).toBe(200);
  expect(body.results.map((each: { status: string }) => each.status)).toEqual(['CREATED', 'FAILED', 'CREATED']);
  expect(body.results[1]).toEqual({
    flow_run_id: null,
    status: 'FAILED',
    error: expect.stringContaining("'n' is a required property"),
  });
  expect(
    (
      await call(
        'POST',
        `/deployments/${id}/create_flow_run/bulk`,
        Array.from({ length: 101 }, () => ({})),
      )
    ).status,
  ).toBe(400);
});

test('who serves deployments gets what is due, first things first, with its state', async () => {
  const { id } = await deployed();
  const at = (scheduled_time: string) => run(id, { state: { type: 'SCHEDULED', state_details: { scheduled_time } } });
  const later = (await at('2026-01-02T00:00:00Z')).body;
  const sooner = (await at('2026-01-01 00:00:00+00:00')).body;
  const { id: latest } = (await at('2099-01-01T00:00:00Z')).body;
  const due = (
    await call('POST', '/deployments/get_scheduled_flow_runs', {
      deployment_ids: [id],
      scheduled_before: '2027-01-01T00:00:00Z',
      limit: null,
    })
  ).body;
  expect(due.map((each: { id: string }) => each.id)).toEqual([sooner.id, later.id]);
  const all = (await call('POST', '/deployments/get_scheduled_flow_runs', { deployment_ids: [id] })).body;
  expect(all.map((each: { id: string }) => each.id)).toEqual([sooner.id, later.id, latest]);
  expect(due[0].state).toMatchObject({ type: 'SCHEDULED' });
  expect(
    (
      await call('POST', '/deployments/get_scheduled_flow_runs', {
        deployment_ids: [id],
        scheduled_before: '2099-06-01 00:00:00+00:00',
        limit: 1,
      })
    ).body,
  ).toHaveLength(1);
  expect(
    (await call('POST', '/deployments/get_scheduled_flow_runs', { deployment_ids: [id] }, await app.tenant())).body,
  ).toEqual([]);
});

test('a poll makes a deployment ready, once; a minute without one makes it not ready', async () => {
  const { id } = await deployed();
  const poll = (who = owner) => call('POST', '/deployments/get_scheduled_flow_runs', { deployment_ids: [id] }, who);
  const read = async () => (await call('GET', `/deployments/${id}`)).body;
  await poll(await app.tenant());
  expect(await read()).toMatchObject({ status: 'NOT_READY', last_polled: null });
  await Promise.all([poll(), poll(), poll()]);
  const ready = await read();
  expect(ready).toMatchObject({ status: 'READY', last_polled: expect.any(String) });
  await poll();
  expect((await read()).last_polled).toBe(ready.last_polled);
  await app.db.sql.query(`update deployment set last_polled = now() - interval '61 seconds' where id = $1`, [id]);
  expect(await app.app.get(Loops).pass('mark-unpolled-deployments')).toEqual({ unpolled: 1 });
  expect(await app.app.get(Loops).pass('mark-unpolled-deployments')).toEqual({ unpolled: 0 });
  expect(await read()).toMatchObject({ status: 'NOT_READY' });
  const { events } = (
    await call('POST', '/events/filter', { filter: { resource: { id: [`prefect.deployment.${id}`] }, order: 'ASC' } })
  ).body;
  expect(events.map((event: { event: string }) => event.event)).toEqual([
    'prefect.deployment.created',
    'prefect.deployment.ready',
    'prefect.deployment.not-ready',
  ]);
  const flow = { 'prefect.resource.id': `prefect.flow.${flowId}`, 'prefect.resource.role': 'flow' };
  const [created, ...others] = events;
  expect(created.related).toMatchObject([flow, { 'prefect.resource.role': 'actor' }]);
  // That somebody polls, or no longer does, is nobody's act.
  for (const event of others) expect(event.related).toMatchObject([flow]);
});
