import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApp, type Tenant, type TestApp } from '../../../../test/app.js';
import { Loops } from '../../../core/loops/loops.js';

let app: TestApp;
let owner: Tenant;
let stranger: Tenant;
beforeAll(async () => {
  app = await startTestApp();
  [owner, stranger] = [await app.tenant(), await app.tenant()];
});
afterAll(() => app.close());

type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE';
const call = (method: Method, path: string, body?: unknown, headers: Record<string, string> = {}, key = owner.key) =>
  app.inject(method, `/api${path}`, body, key, headers);
const fresh = (prefix = 'pool') => `${prefix}-${randomUUID().slice(0, 8)}`;
const make = async (more: object = {}) =>
  (await call('POST', '/work_pools/', { name: fresh(), type: 'process', ...more })).body;
const eventsOf = async (id: string, kind = 'work-pool') => {
  const { rows } = await app.db.sql.query(
    'select event, related, payload, follows, id from event where resource_id = $1 order by received, id',
    [`prefect.${kind}.${id}`],
  );
  return rows;
};
const templateOf = (properties: object, more: object = {}) => ({
  job_configuration: { command: Object.keys(properties).map((name) => `{{ ${name} }}`) },
  variables: { properties, ...more },
});

test('a pool that is made has every key of the wire, and a default queue', async () => {
  const name = fresh();
  const { status, body } = await call('POST', '/work_pools/', { name });
  expect(status).toBe(201);
  expect(body).toEqual({
    id: expect.any(String),
    created: expect.any(String),
    updated: expect.any(String),
    name,
    description: null,
    type: 'prefect-agent',
    base_job_template: {},
    is_paused: false,
    concurrency_limit: null,
    status: null,
    default_queue_id: expect.any(String),
    storage_configuration: {
      bundle_upload_step: null,
      bundle_execution_step: null,
      default_result_storage_block_id: null,
    },
    active_slots: null,
  });
  const { body: queue } = await call('GET', `/work_pools/${name}/queues/default`);
  expect(queue).toMatchObject({
    id: body.default_queue_id,
    priority: 1,
    description: "The work pool's default queue.",
  });
  expect(await call('POST', '/work_pools/', { name })).toMatchObject({
    status: 409,
    body: { detail: 'A work pool with this name already exists.' },
  });
});

test('what a pool cannot be is refused', async () => {
  const refused = async (body: object) => (await call('POST', '/work_pools/', body)).status;
  for (const name of ['', ' "', 'a/b', 'a%b', 'a&b', 'a<b']) expect(await refused({ name }), name).toBe(422);
  expect((await call('POST', '/work_pools/', { name: ' "' })).body.exception_detail).toEqual([
    {
      type: 'value_error',
      loc: ['body', 'name'],
      msg: 'Value error, name cannot be an empty string',
      input: ' "',
      ctx: { error: {} },
    },
  ]);
  const wrong = [{ concurrency_limit: -1 }, { surprise: 1 }, { storage_configuration: { x: 1 } }, { is_paused: null }];
  for (const more of wrong) expect(await refused({ name: fresh(), ...more }), JSON.stringify(more)).toBe(422);
  expect(await call('POST', '/work_pools/', { name: 'PREFECT-mine' })).toMatchObject({
    status: 403,
    body: { detail: "Work pools starting with 'Prefect' are reserved for internal use." },
  });
});

test('a template declares what it uses, and its defaults fit its own schema', async () => {
  const saysOf = async (base_job_template: object) => {
    const { status, body } = await call('POST', '/work_pools/', { name: fresh(), base_job_template });
    return `${status} ${body.detail ?? body.exception_detail?.[0].msg ?? 'made'}`;
  };
  expect(await saysOf({ job_configuration: { a: 1 } })).toBe(
    '422 Value error, The `base_job_template` must contain both a `job_configuration` key and a `variables` key.',
  );
  const uses = {
    job_configuration: { c: ['{{ x }}', { d: '{{y.z}} {{ $ENV }}' }] },
    variables: { properties: { x: {} } },
  };
  expect(await saysOf(uses)).toContain('uses the following undeclared variable(s): y.z ,$ENV.');
  const defaults =
    "422 Validation failed for work pool's job variable defaults: Validation failed for field 'x'. Failure reason:";
  expect(await saysOf(templateOf({ x: { type: 'string', default: 1 } }))).toBe(
    `${defaults} 1 is not valid under any of the given schemas`,
  );
  expect(await saysOf(templateOf({ x: { type: 'string', default: null } }, { required: ['x'] }))).toBe(
    `${defaults} None is not of type 'string'`,
  );
  expect(
    await saysOf(templateOf({ x: { type: 'string', default: null }, y: { type: 'integer' } }, { required: ['y'] })),
  ).toBe('201 made');
  expect(await saysOf(templateOf({ x: { type: 'strin' } }))).toBe(
    "422 Invalid schema: 'strin' is not valid under any of the given schemas",
  );
});

test('a template comes back with its variables in the order in which they were given', async () => {
  const given = templateOf({ namespace: { type: 'string' }, image: { type: 'string' }, cpu: { type: 'number' } });
  const { name } = await make({ base_job_template: given });
  const read = async () => JSON.stringify((await call('GET', `/work_pools/${name}`)).body.base_job_template);
  expect(await read()).toBe(JSON.stringify(given));
  const changed = templateOf({ image: { title: 'Image', type: 'string' }, env: { type: 'object' } });
  await call('PATCH', `/work_pools/${name}`, { base_job_template: changed });
  expect(await read()).toBe(JSON.stringify(changed));
});

test('a default that names a block stands for its data, which has to be there and to fit', async () => {
  const made = async (reference: unknown, type = 'object') => {
    const base_job_template = templateOf({ x: { type, default: { $ref: reference } } });
    return call('POST', '/work_pools/', { name: fresh(), base_job_template });
  };
  for (const id of [randomUUID(), 'nothing'])
    expect(await made({ block_document_id: id })).toMatchObject({ status: 404, body: { detail: 'Block not found.' } });
  expect((await made({})).status).toBe(201);
  const { body: type } = await call('GET', '/block_types/slug/local-file-system');
  const [schema] = (
    await call('POST', '/block_schemas/filter', { block_schemas: { block_type_id: { any_: [type.id] } } })
  ).body;
  const document = {
    name: fresh('block'),
    data: { basepath: '/data' },
    block_type_id: type.id,
    block_schema_id: schema.id,
  };
  const { body: block } = await call('POST', '/block_documents/', document);
  const reference = { block_document_id: block.id };
  expect((await made(reference)).status).toBe(201);
  expect((await made(reference, 'string')).body.detail).toContain(
    "{'basepath': '/data'} is not valid under any of the given schemas",
  );
  const foreign = { name: fresh(), base_job_template: templateOf({ x: { default: { $ref: reference } } }) };
  expect((await call('POST', '/work_pools/', foreign, {}, stranger.key)).status).toBe(404);
});

test('what a patch names is changed, what it does not name stays, null clears', async () => {
  const { name } = await make({ description: 'old', concurrency_limit: 3 });
  const patch = async (body: object) => (await call('PATCH', `/work_pools/${name}`, body)).status;
  const read = async () => (await call('GET', `/work_pools/${name}`)).body;
  expect(await patch({ description: 'new' })).toBe(204);
  expect(await read()).toMatchObject({ description: 'new', concurrency_limit: 3, active_slots: 0 });
  expect(await patch({ description: null, concurrency_limit: null })).toBe(204);
  expect(await read()).toMatchObject({ description: null, concurrency_limit: null, active_slots: null });
  const template = templateOf({ x: { type: 'string' } });
  expect(await patch({ base_job_template: template, storage_configuration: { bundle_upload_step: { a: 1 } } })).toBe(
    204,
  );
  expect(await read()).toMatchObject({
    base_job_template: template,
    storage_configuration: { bundle_upload_step: { a: 1 } },
  });
  for (const missing of ['is_paused', 'storage_configuration', 'base_job_template'])
    expect(await patch({ [missing]: null }), missing).toBe(409);
  expect(await patch({ name: 'other' })).toBe(422);
  expect(await patch({})).toBe(204);
  expect(await call('PATCH', '/work_pools/nowhere', { description: 'x' })).toMatchObject({
    status: 404,
    body: { detail: 'Work pool "nowhere" not found.' },
  });
});

test('reserved pools can be paused and limited, and nothing else', async () => {
  const { id } = await make();
  const name = fresh('prefect');
  await app.db.sql.query('update work_pool set name = $2 where id = $1', [id, name]);
  const patch = async (body: object) => (await call('PATCH', `/work_pools/${name}`, body)).status;
  expect(await patch({ is_paused: true, concurrency_limit: 4 })).toBe(204);
  expect(await patch({ description: 'mine' })).toBe(403);
  expect((await call('DELETE', `/work_pools/${name}`)).status).toBe(403);
});

test('a pool is paused, not ready, or ready when somebody works for it', async () => {
  const { name, id } = await make();
  const status = async () => (await call('GET', `/work_pools/${name}`)).body.status;
  const beat = () => call('POST', `/work_pools/${name}/workers/heartbeat`, { name: 'hands' });
  expect(await status()).toBe('NOT_READY');
  await beat();
  expect(await status()).toBe('READY');
  await call('PATCH', `/work_pools/${name}`, { is_paused: true });
  expect(await status()).toBe('PAUSED');
  await beat();
  expect(await status()).toBe('PAUSED');
  await call('PATCH', `/work_pools/${name}`, { is_paused: false });
  expect(await status()).toBe('READY');
  await app.db.sql.query(
    "update worker set last_heartbeat_time = now() - interval '91 seconds' where work_pool_id = $1",
    [id],
  );
  await app.app.get(Loops).pass('mark-lost-workers');
  expect(await status()).toBe('NOT_READY');
  const events = await eventsOf(id);
  expect(events.map((each) => each.event.replace('prefect.work-pool.', ''))).toEqual([
    'created',
    'not-ready',
    'ready',
    'paused',
    'ready',
    'not-ready',
  ]);
  const [, ...told] = events;
  expect(told.map((each) => each.follows)).toEqual([null, ...told.slice(0, -1).map((each) => each.id)]);
});

test('events tell of a pool’s life: its queue, what changed, and the end of its queues', async () => {
  const block = randomUUID();
  const pool = await make({ storage_configuration: { default_result_storage_block_id: block }, type: 'docker' });
  const extra = (await call('POST', `/work_pools/${pool.name}/queues`, { name: 'extra' })).body;
  await call('PATCH', `/work_pools/${pool.name}`, { concurrency_limit: 2, description: null });
  await call('DELETE', `/work_pools/${pool.name}`);
  const events = await eventsOf(pool.id);
  const [created, , updated, deleted] = events;
  const actor = { 'prefect.resource.id': `prefect-cloud.actor.${owner.userId}`, 'prefect.resource.role': 'actor' };
  expect(created.related).toMatchObject([
    { 'prefect.resource.id': `prefect.work-queue.${pool.default_queue_id}`, 'prefect.resource.role': 'default-queue' },
    { 'prefect.resource.id': `prefect.block-document.${block}`, 'prefect.resource.role': 'result-storage' },
    actor,
  ]);
  expect(updated).toMatchObject({
    event: 'prefect.work-pool.updated',
    payload: { updated_fields: ['concurrency_limit'], updates: { concurrency_limit: { from: null, to: 2 } } },
  });
  expect(deleted.event).toBe('prefect.work-pool.deleted');
  for (const id of [extra.id, pool.default_queue_id]) {
    const ofQueue = await eventsOf(id, 'work-queue');
    expect(ofQueue.map((each) => each.event)).toEqual(['prefect.work-queue.created', 'prefect.work-queue.deleted']);
    expect(ofQueue[0].related).toMatchObject([
      { 'prefect.resource.id': `prefect.work-pool.${pool.id}`, 'prefect.work-pool.type': 'docker' },
      actor,
    ]);
  }
});

test('a change of where results go is told of with all its places, taken or not', async () => {
  const pool = await make();
  await call('PATCH', `/work_pools/${pool.name}`, { storage_configuration: { bundle_upload_step: { a: 1 } } });
  const untouched = { bundle_upload_step: null, bundle_execution_step: null, default_result_storage_block_id: null };
  const updated = (await eventsOf(pool.id)).at(-1);
  expect(updated.payload.updates).toEqual({
    storage_configuration: { from: untouched, to: { ...untouched, bundle_upload_step: { a: 1 } } },
  });
});

test('with a pool go its queues and workers; deployments lose their queue', async () => {
  const { name } = await make();
  const flow = (await call('POST', '/flows/', { name })).body;
  const deployment = (await call('POST', '/deployments/', { name, flow_id: flow.id, work_pool_name: name })).body;
  await call('POST', `/work_pools/${name}/workers/heartbeat`, { name: 'hands' });
  expect((await call('DELETE', `/work_pools/${name}`)).status).toBe(204);
  expect((await call('GET', `/work_pools/${name}`)).status).toBe(404);
  expect((await call('DELETE', `/work_pools/${name}`)).status).toBe(404);
  const { body } = await call('GET', `/deployments/${deployment.id}`);
  expect(body).toMatchObject({ work_queue_id: null, work_pool_name: null });
});

test('pools are listed by name, filtered and counted', async () => {
  const names = [fresh('a'), fresh('b'), fresh('c')];
  const pools = [];
  for (const name of names.toReversed()) pools.unshift(await make({ name, type: `kind-${name}` }));
  const list = async (work_pools: unknown, more: object = {}) =>
    (await call('POST', '/work_pools/filter', { work_pools, ...more })).body.map((pool: { name: string }) => pool.name);
  expect(await list({ name: { any_: names } })).toEqual(names);
  expect(await list({ name: { any_: names } }, { limit: 1, offset: 1 })).toEqual([names[1]]);
  expect(await list({ id: { any_: [pools[0].id] } })).toEqual([names[0]]);
  expect(await list({ type: { any_: [`kind-${names[2]}`] } })).toEqual([names[2]]);
  expect(await list({ operator: 'or_', name: { any_: [names[0]] }, type: { any_: [`kind-${names[2]}`] } })).toEqual([
    names[0],
    names[2],
  ]);
  expect(await list({ name: { any_: [] } })).toEqual([]);
  expect((await call('POST', '/work_pools/count', { work_pools: { name: { any_: names } } })).body).toBe(3);
  expect((await call('POST', '/work_pools/filter', { work_pools: { surprise: 1 } })).status).toBe(422);
  expect((await call('POST', '/work_pools/filter', { limit: 201 })).body).toEqual({
    detail: 'Invalid limit: must be less than or equal to 200.',
  });
});

test('old clients are spared a field that they do not know', async () => {
  const { name } = await make();
  const fieldsFor = async (agent: string) => {
    const { body } = await call('GET', `/work_pools/${name}`, undefined, { 'user-agent': agent });
    const [listed] = (
      await call('POST', '/work_pools/filter', { work_pools: { name: { any_: [name] } } }, { 'user-agent': agent })
    ).body;
    expect(listed.storage_configuration).toEqual(body.storage_configuration);
    return Object.keys(body.storage_configuration);
  };
  const reduced = ['bundle_upload_step', 'bundle_execution_step'];
  for (const old of ['prefect/3.3.7 (API 0.8.4)', 'prefect/3.0.11 (API 0.8.4)', 'prefect/2.20.1 (API 0.8.4)'])
    expect(await fieldsFor(old)).toEqual(reduced);
  for (const able of ['prefect/3.3.8 (API 0.8.4)', 'prefect/3.8.8 (API 0.8.4)', 'curl/8'])
    expect(await fieldsFor(able)).toEqual([...reduced, 'default_result_storage_block_id']);
});

test('a stranger finds no pool, no queue and no worker', async () => {
  const { name } = await make();
  const tries: [Method, string, object?][] = [
    ['GET', ''],
    ['PATCH', '', { description: 'x' }],
    ['DELETE', ''],
    ['POST', '/concurrency_status', {}],
    ['POST', '/get_scheduled_flow_runs', {}],
    ['POST', '/queues', { name: 'x' }],
    ['POST', '/queues/filter', {}],
    ['GET', '/queues/default'],
    ['PATCH', '/queues/default', { description: 'x' }],
    ['DELETE', '/queues/default'],
    ['POST', '/workers/heartbeat', { name: 'x' }],
    ['POST', '/workers/filter', {}],
    ['DELETE', '/workers/x'],
  ];
  for (const [method, path, body] of tries)
    expect((await call(method, `/work_pools/${name}${path}`, body, {}, stranger.key)).status, path).toBe(404);
  const seen = await call('POST', '/work_pools/filter', { work_pools: { name: { any_: [name] } } }, {}, stranger.key);
  expect(seen.body).toEqual([]);
});
