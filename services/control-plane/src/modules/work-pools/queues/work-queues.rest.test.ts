import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApp, type Tenant, type TestApp } from '../../../../test/app.js';

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
const fresh = (prefix: string) => `${prefix}-${randomUUID().slice(0, 8)}`;
const makePool = async (more: object = {}): Promise<string> =>
  (await call('POST', '/work_pools/', { name: fresh('pool'), type: 'process', ...more })).body.name;
const placesOf = async (pool: string): Promise<Record<string, number>> => {
  const { body } = await call('POST', `/work_pools/${pool}/queues/filter`, {});
  return Object.fromEntries(body.map((queue: { name: string; priority: number }) => [queue.name, queue.priority]));
};
const eventsOf = async (id: string) => {
  const text = 'select event, payload from event where resource_id = $1 order by received, id';
  return (await app.db.sql.query(text, [`prefect.work-queue.${id}`])).rows;
};
const past = (seconds: number) => new Date(Date.now() - seconds * 1000).toISOString();

/** A pool with a queue `q`, a deployment on it, and runs that are due. */
async function makeRuns(count: number, queue: object = {}) {
  const pool = await makePool();
  const { body: made } = await call('POST', `/work_pools/${pool}/queues`, { name: 'q', ...queue });
  const flow = (await call('POST', '/flows/', { name: pool })).body;
  const deployment = (
    await call('POST', '/deployments/', { name: 'd', flow_id: flow.id, work_pool_name: pool, work_queue_name: 'q' })
  ).body;
  const runs: { id: string; name: string }[] = [];
  for (let number = 0; number < count; number++) {
    const state = { type: 'SCHEDULED', state_details: { scheduled_time: past(10 - number) } };
    runs.push(
      (await call('POST', `/deployments/${deployment.id}/create_flow_run`, { name: `run ${number}`, state })).body,
    );
  }
  return { pool, queue: made, deployment, runs };
}

test('a queue that is made has every key of the wire', async () => {
  const pool = await makePool();
  const { status, body } = await call('POST', `/work_pools/${pool}/queues`, {
    name: 'b',
    concurrency_limit: 2,
    filter: null,
  });
  expect(status).toBe(201);
  expect(body).toEqual({
    id: expect.any(String),
    created: expect.any(String),
    updated: expect.any(String),
    name: 'b',
    description: '',
    is_paused: false,
    concurrency_limit: 2,
    priority: 2,
    work_pool_id: expect.any(String),
    filter: null,
    last_polled: null,
    work_pool_name: pool,
    status: 'NOT_READY',
    active_slots: 0,
  });
  expect((await call('GET', `/work_pools/${pool}/queues/b`)).body).toEqual(body);
  expect((await call('GET', `/work_queues/${body.id}`)).body).toEqual(body);
  expect((await call('POST', `/work_pools/${pool}/queues`, { name: 'b' })).status).toBe(409);
  for (const wrong of [
    { name: '' },
    { name: 'a/b' },
    { name: 'c', priority: 0 },
    { name: 'c', surprise: 1 },
    { name: 'c', filter: { tags: ['x'] } },
  ])
    expect((await call('POST', `/work_pools/${pool}/queues`, wrong)).status, JSON.stringify(wrong)).toBe(422);
  expect((await call('POST', '/work_pools/nowhere/queues', { name: 'b' })).body).toEqual({
    detail: 'Work pool "nowhere" not found.',
  });
});

test('priorities move on as far as they have to when queues come, move and go', async () => {
  const pool = await makePool();
  const queue = (name: string, more: object = {}) => call('POST', `/work_pools/${pool}/queues`, { name, ...more });
  const patch = (name: string, priority: number) => call('PATCH', `/work_pools/${pool}/queues/${name}`, { priority });
  await queue('b');
  await queue('c', { priority: 1 });
  expect(await placesOf(pool)).toEqual({ c: 1, default: 2, b: 3 });
  await queue('e', { priority: 10 });
  await queue('f');
  await queue('g', { priority: 10 });
  expect(await placesOf(pool)).toEqual({ c: 1, default: 2, b: 3, f: 4, g: 10, e: 11 });
  await patch('g', 1);
  expect(await placesOf(pool)).toEqual({ g: 1, c: 2, default: 3, b: 4, f: 5, e: 11 });
  await patch('g', 100);
  await call('DELETE', `/work_pools/${pool}/queues/c`);
  expect(await placesOf(pool)).toEqual({ default: 3, b: 4, f: 5, e: 11, g: 100 });
  await queue('h');
  expect(await placesOf(pool)).toMatchObject({ h: 1 });
});

test('of queues that are made at once no two get the same priority', async () => {
  const pool = await makePool();
  const made = Array.from({ length: 12 }, (_, number) =>
    call('POST', `/work_pools/${pool}/queues`, { name: `q${number}`, ...(number % 3 === 0 && { priority: 2 }) }),
  );
  for (const { status } of await Promise.all(made)) expect(status).toBe(201);
  const places = Object.values(await placesOf(pool));
  expect(new Set(places).size).toBe(13);
});

test('what a patch names is changed; a queue is paused, and ready again if it was polled a short time ago', async () => {
  const pool = await makePool();
  const { body: queue } = await call('POST', `/work_pools/${pool}/queues`, { name: 'q' });
  const patch = async (body: object) => (await call('PATCH', `/work_pools/${pool}/queues/q`, body)).status;
  const read = async () => (await call('GET', `/work_queues/${queue.id}`)).body;
  expect(await patch({ is_paused: true })).toBe(204);
  expect(await patch({ is_paused: true })).toBe(204);
  expect(await read()).toMatchObject({ is_paused: true, status: 'PAUSED' });
  expect(await patch({ is_paused: false })).toBe(204);
  expect(await read()).toMatchObject({ is_paused: false, status: 'NOT_READY' });
  await patch({ is_paused: true, concurrency_limit: 3, description: 'text' });
  await patch({ is_paused: false, last_polled: past(20) });
  expect(await read()).toMatchObject({ status: 'READY', concurrency_limit: 3, description: 'text' });
  await patch({ concurrency_limit: null });
  expect(await read()).toMatchObject({ concurrency_limit: null, active_slots: null });
  expect(await patch({ is_paused: null })).toBe(422);
  expect(await patch({ surprise: 1 })).toBe(422);
  for (const field of ['description', 'priority']) expect(await patch({ [field]: null }), field).toBe(409);
  expect(await patch({ name: 'default' })).toBe(409);
  expect(await patch({ filter: null })).toBe(204);
  const events = await eventsOf(queue.id);
  expect(events.map((each) => each.event.replace('prefect.work-queue.', ''))).toEqual([
    'created',
    'paused',
    'not-ready',
    'updated',
    'paused',
    'ready',
    'updated',
  ]);
  expect(events[3].payload).toEqual({
    updated_fields: ['description', 'concurrency_limit'],
    updates: { description: { from: '', to: 'text' }, concurrency_limit: { from: null, to: 3 } },
  });
});

test('the default queue of a pool stays, by whichever address it is deleted', async () => {
  const pool = await makePool();
  const { body: queue } = await call('GET', `/work_pools/${pool}/queues/default`);
  expect((await call('DELETE', `/work_pools/${pool}/queues/default`)).status).toBe(409);
  expect((await call('DELETE', `/work_queues/${queue.id}`)).status).toBe(409);
  expect((await call('GET', `/work_queues/${queue.id}`)).status).toBe(200);
});

test('with a queue its deployments and runs lose their place', async () => {
  const { pool, queue, deployment, runs } = await makeRuns(1);
  const place = async () => {
    const { work_queue_id, work_queue_name, work_pool_id, work_pool_name } = (
      await call('GET', `/flow_runs/${runs[0]!.id}`)
    ).body;
    return [work_queue_id, work_queue_name, work_pool_id, work_pool_name];
  };
  const query = 'query q($w: ID!, $id: ID!) { flowRun(workspaceId: $w, id: $id) { workQueueName workPoolName } }';
  const shown = async () => {
    const variables = { w: owner.workspaceId, id: runs[0]!.id };
    return (await app.gql(query, variables, { authorization: `Bearer ${owner.key}` })).data.flowRun;
  };
  expect(await place()).toEqual([queue.id, 'q', queue.work_pool_id, pool]);
  expect(await shown()).toEqual({ workQueueName: 'q', workPoolName: pool });
  expect((await call('GET', `/deployments/${deployment.id}/work_queue_check`)).body).toMatchObject([
    { id: queue.id, name: 'q' },
  ]);
  expect((await call('DELETE', `/work_queues/${queue.id}`)).status).toBe(204);
  expect((await call('GET', `/deployments/${deployment.id}`)).body).toMatchObject({ work_queue_id: null });
  expect((await call('GET', `/deployments/${deployment.id}/work_queue_check`)).body).toEqual([]);
  expect(await place()).toEqual([null, null, null, null]);
  expect(await shown()).toEqual({ workQueueName: null, workPoolName: null });
  expect(await call('GET', `/deployments/${randomUUID()}/work_queue_check`)).toMatchObject({
    status: 404,
    body: { detail: 'Deployment not found' },
  });
});

test('queues without a pool of their own are in the agents’ pool, which is made for the first of them', async () => {
  const tenant = await app.tenant();
  const ask = (method: Method, path: string, body?: unknown) => call(method, path, body, {}, tenant.key);
  expect((await ask('GET', '/work_pools/default-agent-pool')).status).toBe(404);
  const first = await ask('POST', '/work_queues/', { name: 'default' });
  expect(first).toMatchObject({ status: 201, body: { work_pool_name: 'default-agent-pool', priority: 1 } });
  expect((await ask('POST', '/work_queues/', { name: 'default' })).body).toEqual({
    detail: 'A work queue with this name already exists.',
  });
  const { body: queue } = await ask('POST', '/work_queues/', { name: 'mine', priority: 1 });
  expect(await ask('GET', '/work_queues/name/mine')).toMatchObject({ status: 200, body: { id: queue.id } });
  expect((await ask('GET', '/work_pools/default-agent-pool')).body).toMatchObject({
    type: 'prefect-agent',
    status: null,
  });
  expect((await ask('PATCH', `/work_queues/${queue.id}`, { priority: 5, description: 'x' })).status).toBe(204);
  expect((await ask('GET', `/work_queues/${queue.id}`)).body).toMatchObject({ priority: 5, description: 'x' });
  expect((await ask('DELETE', `/work_queues/${queue.id}`)).status).toBe(204);
  expect((await ask('DELETE', `/work_queues/${queue.id}`)).body).toEqual({ detail: 'work queue not found' });
});

test('a queue is found by its name alone wherever it is, while there is no agents’ pool', async () => {
  const tenant = await app.tenant();
  const ask = (method: Method, path: string, body?: unknown) => call(method, path, body, {}, tenant.key);
  await ask('POST', '/work_pools/', { name: 'somewhere' });
  await ask('POST', '/work_pools/somewhere/queues', { name: 'lone' });
  expect((await ask('GET', '/work_queues/name/lone')).body).toMatchObject({ work_pool_name: 'somewhere' });
  await ask('POST', '/work_queues/', { name: 'other' });
  expect(await ask('GET', '/work_queues/name/lone')).toMatchObject({
    status: 404,
    body: { detail: 'work queue not found' },
  });
});

test('queues are listed by priority in their pool, and by name in the workspace', async () => {
  const [one, two] = [await makePool(), await makePool()];
  const mark = fresh('x');
  for (const [pool, name] of [
    [one, 'c'],
    [one, 'a'],
    [two, 'b'],
  ] as const)
    await call('POST', `/work_pools/${pool}/queues`, { name: `${mark}-${name}`, priority: name === 'a' ? 9 : 8 });
  const list = async (path: string, body: object) =>
    (await call('POST', path, body)).body.map((queue: { name: string }) => queue.name.replace(`${mark}-`, ''));
  expect(await list(`/work_pools/${one}/queues/filter`, {})).toEqual(['default', 'c', 'a']);
  expect(await list(`/work_pools/${one}/queues/filter`, { limit: 1, offset: 1 })).toEqual(['c']);
  const work_queues = { name: { startswith_: [mark.toUpperCase()] } };
  expect(await list('/work_queues/filter', { work_queues })).toEqual(['a', 'b', 'c']);
  expect(await list(`/work_pools/${two}/queues/filter`, { work_queues })).toEqual(['b']);
  expect(
    await list('/work_queues/filter', { work_queues: { name: { any_: [`${mark}-a`], startswith_: ['z'] } } }),
  ).toEqual([]);
});

test('a queue that is not there, or a stranger’s, is not there by any address', async () => {
  const { queue, deployment } = await makeRuns(0);
  const tries: [Method, string, object?][] = [
    ['GET', ''],
    ['PATCH', '', { description: 'x' }],
    ['DELETE', ''],
    ['GET', '/status'],
    ['POST', '/get_runs', {}],
    ['POST', '/concurrency_status', {}],
  ];
  for (const [method, path, body] of tries) {
    expect((await call(method, `/work_queues/${queue.id}${path}`, body, {}, stranger.key)).status, path).toBe(404);
    expect((await call(method, `/work_queues/${randomUUID()}${path}`, body)).status, path).toBe(404);
    expect((await call(method, `/work_queues/not-an-id${path}`, body)).body, path).toEqual({ detail: 'Not Found' });
  }
  expect(
    (await call('GET', `/deployments/${deployment.id}/work_queue_check`, undefined, {}, stranger.key)).status,
  ).toBe(404);
  expect((await call('POST', '/work_queues/filter', {}, {}, stranger.key)).body).toEqual([]);
  expect((await call('GET', '/work_queues/name/q', undefined, {}, stranger.key)).status).toBe(404);
});
