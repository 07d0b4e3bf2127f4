import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { startTestApp, type Tenant, type TestApp } from '../../../test/app.js';

let app: TestApp;
let owner: Tenant;
let flowId: string;
const call = (method: 'GET' | 'POST' | 'PATCH' | 'DELETE', path: string, body?: unknown, who = owner) =>
  app.inject(method, `/api/accounts/${who.accountId}/workspaces/${who.workspaceId}${path}`, body, who.key);
const save = (more: object = {}) => call('POST', '/deployments/', { name: 'daily', flow_id: flowId, ...more });
const saved = async (more: object = {}) => (await save(more)).body;
const read = async (id: string) => (await call('GET', `/deployments/${id}`)).body;
const unknownId = '0192f0a0-0000-7000-8000-000000000001';

beforeAll(async () => {
  app = await startTestApp();
});
beforeEach(async () => {
  owner = await app.tenant();
  flowId = (await call('POST', '/flows/', { name: 'etl' })).body.id;
});
afterAll(() => app.close());

test('a deployment that is made has every key of the wire, and its defaults', async () => {
  const { status, body } = await save();
  expect(status).toBe(201);
  expect(body).toEqual({
    id: expect.any(String),
    created: expect.stringMatching(/\.\d{6}Z$/),
    updated: expect.any(String),
    name: 'daily',
    version: null,
    description: null,
    flow_id: flowId,
    paused: false,
    schedules: [],
    concurrency_limit: null,
    global_concurrency_limit: null,
    concurrency_options: null,
    job_variables: {},
    parameters: {},
    tags: [],
    labels: { 'prefect.flow.id': flowId },
    work_queue_name: null,
    work_queue_id: null,
    last_polled: null,
    parameter_openapi_schema: {},
    path: null,
    pull_steps: [],
    entrypoint: null,
    storage_document_id: null,
    infrastructure_document_id: null,
    created_by: { id: owner.userId, type: 'USER', display_value: 'Test User' },
    updated_by: { id: owner.userId, type: 'USER', display_value: 'Test User' },
    work_pool_name: null,
    status: 'NOT_READY',
    enforce_parameter_schema: true,
  });
});

test('the same flow and name is the same deployment: 200, brought up to date, schedules replaced', async () => {
  const first = await saved({
    tags: ['a'],
    description: 'one',
    job_variables: { image: 'x' },
    paused: true,
    schedules: [{ schedule: { cron: '0 8 * * *' } }],
  });
  const again = await save({
    tags: ['b', 'b'],
    schedules: [{ schedule: { interval: 3600 } }],
    version: '2',
  });
  expect(again.status).toBe(200);
  expect(again.body).toMatchObject({
    id: first.id,
    tags: ['b', 'b'],
    version: '2',
    description: 'one',
    paused: true,
    job_variables: { image: 'x' },
  });
  expect(again.body.schedules).toMatchObject([
    { schedule: { interval: 3600, timezone: 'UTC' }, active: true, slug: null, deployment_id: first.id },
  ]);
  expect((await saved({ job_variables: {} })).job_variables).toEqual({});
});

test('a deployment takes over the labels of its flow, and its own count more', async () => {
  const flow = (await call('POST', '/flows/', { name: 'labelled', labels: { team: 'x', tier: 1 } })).body;
  const { labels } = await saved({ flow_id: flow.id, labels: { tier: 2 } });
  expect(labels).toEqual({ team: 'x', tier: 2, 'prefect.flow.id': flow.id });
});

test('to deploy without a pool leaves the pool as it is; an update without one takes it away', async () => {
  await call('POST', '/work_pools/', { name: 'pool', type: 'process' });
  await save({ work_pool_name: 'pool' });
  const { id, work_pool_name } = await saved({ work_pool_name: null, work_queue_name: null });
  expect(work_pool_name).toBe('pool');
  await call('PATCH', `/deployments/${id}`, { work_pool_name: null, work_queue_name: 'other' });
  expect((await read(id)).work_pool_name).toBeNull();
});

test('a schema that is empty is that of an object without properties, and null is none', async () => {
  const { id, parameter_openapi_schema } = await saved({ parameter_openapi_schema: {} });
  expect(parameter_openapi_schema).toEqual({ type: 'object', properties: {} });
  await call('PATCH', `/deployments/${id}`, { parameter_openapi_schema: null });
  expect((await read(id)).parameter_openapi_schema).toBeNull();
  const { status, body } = await call('POST', `/deployments/${id}/create_flow_run`, { parameters: { any: 1 } });
  expect([status, body.parameters]).toEqual([201, { any: 1 }]);
});

test('of ten that deploy at the same time one makes it', async () => {
  const answers = await Promise.all(
    Array.from({ length: 10 }, () => save({ schedules: [{ schedule: { cron: '0 8 * * *' } }] })),
  );
  expect(answers.filter((answer) => answer.status === 201)).toHaveLength(1);
  expect((await read(answers[0]!.body.id)).schedules).toHaveLength(1);
});

test('a deployment is found by id, and by its names as they come in an address', async () => {
  const flow = (await call('POST', '/flows/', { name: "it's a flow" })).body;
  const made = await saved({ name: 'every däy', flow_id: flow.id });
  expect(
    (await call('GET', `/deployments/name/${encodeURIComponent(flow.name)}/${encodeURIComponent(made.name)}`)).body,
  ).toEqual(made);
  expect(await read(made.id)).toEqual(made);
  const missing = await call('GET', '/deployments/name/etl/nothing');
  expect([missing.status, missing.body]).toEqual([404, { detail: 'Deployment not found' }]);
});

test('a stranger finds nothing', async () => {
  const { id } = await saved();
  const stranger = await app.tenant();
  for (const [method, path, body] of [
    ['GET', '', undefined],
    ['PATCH', '', {}],
    ['DELETE', '', undefined],
    ['POST', '/create_flow_run', {}],
    ['POST', '/pause_deployment', undefined],
    ['GET', '/schedules', undefined],
  ] as const) {
    expect((await call(method, `/deployments/${id}${path}`, body, stranger)).status, `${method} ${path}`).toBe(404);
  }
  expect((await call('POST', '/deployments/', { name: 'x', flow_id: flowId }, stranger)).status).toBe(409);
});

test('a flow that is deleted, before or meanwhile, is told of as a conflict, never as a deployment that is not there', async () => {
  const answers = await Promise.all(
    Array.from({ length: 30 }, async (_, at) => {
      const flow = (await call('POST', '/flows/', { name: `deleted-${at}` })).body.id;
      const deploy = () => call('POST', '/deployments/', { name: 'd', flow_id: flow });
      if (at % 2) await deploy();
      const [answer] = await Promise.all([deploy(), call('DELETE', `/flows/${flow}`)]);
      return [answer, await deploy()];
    }),
  );
  for (const [meanwhile, after] of answers) {
    expect.soft([200, 201, 409], meanwhile!.text).toContain(meanwhile!.status);
    expect.soft(after!.status, after!.text).toBe(409);
  }
});

test('what a patch names is changed, what it does not name stays, null clears', async () => {
  const { id } = await saved({ description: 'one', version: '1', tags: ['a'], parameters: { n: 1 }, path: '/x' });
  expect((await call('PATCH', `/deployments/${id}`, { description: null, tags: ['b'] })).status).toBe(204);
  expect(await read(id)).toMatchObject({
    description: null,
    version: '1',
    tags: ['b'],
    parameters: { n: 1 },
    path: '/x',
  });
  expect((await call('PATCH', `/deployments/${id}`, { nonsense: 1 })).status).toBe(422);
  expect((await call('PATCH', `/deployments/${unknownId}`, {})).status).toBe(404);
});

test('a pool is needed, a queue is made, and both nulls take the deployment off', async () => {
  const missing = await save({ work_pool_name: 'nowhere' });
  expect([missing.status, missing.body]).toEqual([404, { detail: 'Work pool "nowhere" not found.' }]);
  await call('POST', '/work_pools/', { name: 'pool', type: 'process' });
  const made = await saved({ work_pool_name: 'pool' });
  expect(made).toMatchObject({ work_pool_name: 'pool', work_queue_name: 'default' });
  expect(await saved({ work_pool_name: 'pool', work_queue_name: 'fast' })).toMatchObject({ work_queue_name: 'fast' });
  expect((await call('GET', '/work_pools/pool/queues/fast')).status).toBe(200);
  await call('PATCH', `/deployments/${made.id}`, { work_pool_name: null, work_queue_name: null });
  expect(await read(made.id)).toMatchObject({ work_pool_name: null, work_queue_name: null, work_queue_id: null });
});

test('job variables have to fit the template of the pool', async () => {
  const template = {
    job_configuration: { image: '{{ image }}', cpu: '{{ cpu }}' },
    variables: {
      type: 'object',
      properties: { image: { type: 'string' }, cpu: { type: 'integer', default: 1 } },
      required: ['image'],
    },
  };
  await call('POST', '/work_pools/', { name: 'pool', type: 'docker', base_job_template: template });
  const wrong = await save({ work_pool_name: 'pool', job_variables: { image: 5 } });
  expect(wrong.status).toBe(422);
  expect(wrong.body.detail).toMatch(/^Error creating deployment: Validation failed for field 'image'/);
  expect((await save({ work_pool_name: 'pool', job_variables: { image: 'x' } })).status).toBe(201);
  const { id } = (await save({ work_pool_name: 'pool', job_variables: { image: 'x' } })).body;
  expect((await call('PATCH', `/deployments/${id}`, { job_variables: { image: 'x', cpu: 'many' } })).status).toBe(422);
});

test('the form of a deployment stays in its order, and so do the parameters of its runs', async () => {
  const properties = { region: { type: 'string', default: 'eu' }, n: { type: 'integer' }, at: { type: 'string' } };
  const parameter_openapi_schema = { type: 'object', properties, required: [] };
  const parameters = { region: 'us', n: 1 };
  const job_variables = { image: 'x', env: { B: '1', A: '2' } };
  const { id } = await saved({ parameter_openapi_schema, parameters, job_variables });
  const read = await call('GET', `/deployments/${id}`);
  for (const [key, value] of Object.entries({ parameter_openapi_schema, parameters, job_variables }))
    expect(JSON.stringify(read.body[key])).toBe(JSON.stringify(value));

  const more = { parameters: { at: 'noon' }, job_variables };
  const run = (await call('POST', `/deployments/${id}/create_flow_run`, more)).body;
  const kept = (await call('GET', `/flow_runs/${run.id}`)).body;
  expect(JSON.stringify(kept.parameters)).toBe('{"region":"us","n":1,"at":"noon"}');
  expect(JSON.stringify(kept.job_variables)).toBe(JSON.stringify(job_variables));
});

test('parameters of a deployment that insists have to fit the schema, as far as they are given', async () => {
  const parameter_openapi_schema = {
    type: 'object',
    properties: { n: { type: 'integer' }, s: { type: 'string' } },
    required: ['n', 's'],
  };
  const insisting = { parameter_openapi_schema, enforce_parameter_schema: true };
  const { id } = await saved({ ...insisting, parameters: { n: 5 } });
  const wrong = await save({ ...insisting, parameters: { n: 'x' } });
  expect([wrong.status, wrong.body.exception_detail]).toEqual([
    422,
    [
      {
        type: 'value_error',
        loc: ['body'],
        msg: "Value error, Validation failed for field 'n'. Failure reason: 'x' is not of type 'integer'",
        input: expect.objectContaining({ parameters: { n: 'x' } }),
        ctx: { error: {} },
      },
    ],
  ]);
  expect((await save({ ...insisting, parameters: { n: 'x' }, enforce_parameter_schema: false })).status).toBe(200);
  const late = await call('PATCH', `/deployments/${id}`, { enforce_parameter_schema: true });
  expect([late.status, late.body.detail]).toEqual([409, expect.stringContaining("Validation failed for field 'n'")]);
  const fits = { parameters: { n: 1 }, enforce_parameter_schema: true };
  expect((await call('PATCH', `/deployments/${id}`, fits)).status).toBe(204);
  const other = { type: 'object', properties: { n: { type: 'string' } } };
  expect((await call('PATCH', `/deployments/${id}`, { parameter_openapi_schema: other })).status).toBe(409);
  expect((await call('PATCH', `/deployments/${id}`, { parameter_openapi_schema: { type: 'x' } })).status).toBe(422);
  const broken = await call('PATCH', `/deployments/${id}`, {
    parameters: { n: { __prefect_kind: 'json', value: '{' } },
  });
  expect([broken.status, broken.body.detail]).toEqual([
    400,
    expect.stringMatching(/^Error hydrating deployment parameters: Invalid JSON/),
  ]);
});

test('a concurrency limit of its own comes, changes and goes with the deployment', async () => {
  const { id, global_concurrency_limit: limit } = await saved({
    concurrency_limit: 2,
    concurrency_options: { collision_strategy: 'CANCEL_NEW' },
  });
  expect(limit).toMatchObject({
    name: `deployment:${id}`,
    limit: 2,
    active: true,
    active_slots: 0,
    slot_decay_per_second: 0,
  });
  expect(await read(id)).toMatchObject({
    concurrency_limit: null,
    concurrency_options: { collision_strategy: 'CANCEL_NEW', grace_period_seconds: null },
  });
  await call('PATCH', `/deployments/${id}`, { concurrency_limit: 5 });
  expect((await read(id)).global_concurrency_limit).toMatchObject({ id: limit.id, limit: 5 });
  await call('PATCH', `/deployments/${id}`, { concurrency_limit: null });
  expect((await read(id)).global_concurrency_limit).toBeNull();
  expect((await call('POST', '/v2/concurrency_limits/filter', {})).body).toEqual([]);
  for (const without of [{ concurrency_limit: null }, { global_concurrency_limit_id: null }]) {
    await save({ concurrency_limit: 3 });
    expect((await saved(without)).global_concurrency_limit).toBeNull();
    expect((await call('POST', '/v2/concurrency_limits/filter', {})).body).toEqual([]);
  }
});

test('a shared limit is linked, and survives the deployment', async () => {
  const limit = (await call('POST', '/v2/concurrency_limits/', { name: 'db', limit: 3 })).body;
  const { id } = await saved({ global_concurrency_limit_id: limit.id });
  expect((await read(id)).global_concurrency_limit).toMatchObject({ id: limit.id, name: 'db' });
  const both = await save({ global_concurrency_limit_id: limit.id, concurrency_limit: 1 });
  expect([both.status, both.body.exception_detail]).toMatchObject([422, [{ type: 'value_error', loc: ['body'] }]]);
  const unknown = await save({ global_concurrency_limit_id: unknownId });
  expect([unknown.status, unknown.body]).toEqual([404, { detail: 'Concurrency limit not found' }]);
  await call('PATCH', `/deployments/${id}`, { global_concurrency_limit_id: null });
  expect((await read(id)).global_concurrency_limit).toBeNull();
  await save({ global_concurrency_limit_id: limit.id });
  await call('DELETE', `/deployments/${id}`);
  expect((await call('GET', `/v2/concurrency_limits/db`)).status).toBe(200);
});

test('a flow or a block that is not there is a conflict', async () => {
  expect((await save({ flow_id: unknownId })).body.detail).toMatch(/^Data integrity conflict/);
  expect((await save({ infrastructure_document_id: unknownId })).status).toBe(409);
});

test('with a deployment go its waiting runs; the others stay and remember its id', async () => {
  const { id } = await saved();
  const waiting = (await call('POST', `/deployments/${id}/create_flow_run`, {})).body;
  const started = (await call('POST', `/deployments/${id}/create_flow_run`, {})).body;
  await call('POST', `/flow_runs/${started.id}/set_state`, { state: { type: 'PENDING' } });
  expect((await call('DELETE', `/deployments/${id}`)).status).toBe(204);
  expect((await call('GET', `/flow_runs/${waiting.id}`)).status).toBe(404);
  expect((await call('GET', `/flow_runs/${started.id}`)).body).toMatchObject({
    state_type: 'PENDING',
    deployment_id: id,
  });
  expect((await call('DELETE', `/deployments/${id}`)).status).toBe(404);
});

test('deployments are listed, counted, paged and deleted by filters of several kinds', async () => {
  const other = (await call('POST', '/flows/', { name: 'report' })).body;
  await saved({ name: 'b', tags: ['prod'] });
  const a = await saved({ name: 'a', flow_id: other.id, paused: true });
  const names = async (body: object) =>
    (await call('POST', '/deployments/filter', body)).body.map((each: { name: string }) => each.name);
  expect(await names({})).toEqual(['a', 'b']);
  expect(await names({ sort: 'NAME_DESC', limit: 1 })).toEqual(['b']);
  expect(await names({ deployments: { tags: { all_: ['prod'] } } })).toEqual(['b']);
  expect(await names({ deployments: { paused: { eq_: true } } })).toEqual(['a']);
  expect(await names({ flows: { name: { any_: ['report'] } } })).toEqual(['a']);
  expect(await names({ deployments: { flow_or_deployment_name: { like_: 'REP' } } })).toEqual(['a']);
  expect((await call('POST', '/deployments/count', { flows: { id: { any_: [other.id] } } })).body).toBe(1);
  expect((await call('POST', '/deployments/paginate', { limit: 1 })).body).toMatchObject({
    count: 2,
    pages: 2,
    page: 1,
    results: [{ name: 'a' }],
  });
  expect((await call('POST', '/deployments/bulk_delete', { deployments: { name: { any_: ['a'] } } })).body).toEqual({
    deleted: [a.id],
  });
  expect(await names({})).toEqual(['b']);
});

test('events tell of a deployment’s life, with its flow, queue, pool and limit', async () => {
  await call('POST', '/work_pools/', { name: 'pool', type: 'process' });
  const { id } = await saved({ work_pool_name: 'pool', concurrency_limit: 1 });
  await call('PATCH', `/deployments/${id}`, { description: 'new' });
  await call('PATCH', `/deployments/${id}`, { description: 'new' });
  await call('DELETE', `/deployments/${id}`);
  const { events } = (
    await call('POST', '/events/filter', { filter: { resource: { id: [`prefect.deployment.${id}`] }, order: 'ASC' } })
  ).body;
  expect(events.map((event: { event: string }) => event.event)).toEqual([
    'prefect.deployment.created',
    'prefect.deployment.updated',
    'prefect.deployment.deleted',
  ]);
  expect(
    events[0].related.map((each: Record<string, string>) => [
      each['prefect.resource.role'],
      each['prefect.resource.name'],
    ]),
  ).toEqual([
    ['flow', 'etl'],
    ['work-queue', 'default'],
    ['work-pool', 'pool'],
    ['concurrency-limit', `deployment:${id}`],
    ['actor', 'Test User'],
  ]);
  expect(events[1].payload).toEqual({
    updated_fields: ['description'],
    updates: { description: { from: null, to: 'new' } },
  });
});
