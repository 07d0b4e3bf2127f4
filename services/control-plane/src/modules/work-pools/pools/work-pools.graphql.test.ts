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

const ask = (query: string, variables: object = {}, who = owner) =>
  app.gql(query, { w: owner.workspaceId, ...variables }, { authorization: `Bearer ${who.key}` });
const call = async (method: 'GET' | 'POST', path: string, body?: unknown) =>
  (await app.inject(method, `/api${path}`, body, owner.key)).body;
const fresh = () => `pool-${randomUUID().slice(0, 8)}`;

const pool = `query ($w: ID!, $name: String!) { workPool(workspaceId: $w, name: $name) {
  name type status isPaused description concurrencyLimit activeSlots baseJobTemplate defaultQueueId
  workers { name status heartbeatIntervalSeconds }
  workQueues { name priority status isPaused concurrencyLimit activeSlots lastPolled slotHolders(first: 2) { name stateType secondsInState } } } }`;

const createPool = `mutation ($w: ID!, $input: CreateWorkPoolInput!) { createWorkPool(workspaceId: $w, input: $input) { name status isPaused } }`;
const updatePool = `mutation ($w: ID!, $name: String!, $input: UpdateWorkPoolInput!) { updateWorkPool(workspaceId: $w, name: $name, input: $input) { description concurrencyLimit } }`;
const pausePool = `mutation ($w: ID!, $name: String!, $paused: Boolean!) { setWorkPoolPaused(workspaceId: $w, name: $name, paused: $paused) { isPaused status } }`;
const deletePool = `mutation ($w: ID!, $name: String!) { deleteWorkPool(workspaceId: $w, name: $name) }`;
const createQueue = `mutation ($w: ID!, $pool: String!, $input: CreateWorkQueueInput!) { createWorkQueue(workspaceId: $w, workPoolName: $pool, input: $input) { name priority workPoolName } }`;
const updateQueue = `mutation ($w: ID!, $pool: String!, $name: String!, $input: UpdateWorkQueueInput!) { updateWorkQueue(workspaceId: $w, workPoolName: $pool, name: $name, input: $input) { name priority concurrencyLimit description } }`;
const pauseQueue = `mutation ($w: ID!, $pool: String!, $name: String!, $paused: Boolean!) { setWorkQueuePaused(workspaceId: $w, workPoolName: $pool, name: $name, paused: $paused) { isPaused status } }`;
const deleteQueue = `mutation ($w: ID!, $pool: String!, $name: String!) { deleteWorkQueue(workspaceId: $w, workPoolName: $pool, name: $name) }`;

test('a pool is made, changed, paused and deleted', async () => {
  const name = fresh();
  const input = { name, type: 'process', concurrencyLimit: 3, baseJobTemplate: {} };
  expect((await ask(createPool, { input })).data.createWorkPool).toEqual({
    name,
    status: 'NOT_READY',
    isPaused: false,
  });
  expect((await ask(createPool, { input })).error.extensions.code).toBe('conflict');
  expect((await ask(updatePool, { name, input: { description: 'x' } })).data.updateWorkPool).toEqual({
    description: 'x',
    concurrencyLimit: 3,
  });
  expect(
    (await ask(updatePool, { name, input: { concurrencyLimit: null } })).data.updateWorkPool.concurrencyLimit,
  ).toBeNull();
  expect((await ask(pausePool, { name, paused: true })).data.setWorkPoolPaused).toEqual({
    isPaused: true,
    status: 'PAUSED',
  });
  expect((await ask(pausePool, { name, paused: false })).data.setWorkPoolPaused.status).toBe('NOT_READY');
  expect((await ask(deletePool, { name })).data.deleteWorkPool).toBe(true);
  expect((await ask(pool, { name })).error.extensions.code).toBe('notFound');
});

test('what a pool cannot be is refused in a sentence', async () => {
  const refused = async (input: object) =>
    (await ask(createPool, { input: { name: fresh(), type: 'process', ...input } })).error;
  expect(await refused({ name: 'a/b' })).toMatchObject({
    message: 'name: must not contain / % & > <',
    extensions: { code: 'invalid' },
  });
  expect((await refused({ name: 'prefect-mine' })).extensions.code).toBe('forbidden');
  expect((await refused({ baseJobTemplate: { job_configuration: {} } })).message).toContain('must contain both');
  expect((await refused({ concurrencyLimit: -1 })).extensions.code).toBe('invalid');
});

test('a queue is made, moved, paused and deleted', async () => {
  const name = fresh();
  await ask(createPool, { input: { name, type: 'process' } });
  const made = await ask(createQueue, { pool: name, input: { name: 'urgent', priority: 1 } });
  expect(made.data.createWorkQueue).toEqual({ name: 'urgent', priority: 1, workPoolName: name });
  const moved = await ask(updateQueue, {
    pool: name,
    name: 'urgent',
    input: { name: 'calm', priority: 7, concurrencyLimit: 2 },
  });
  expect(moved.data.updateWorkQueue).toEqual({ name: 'calm', priority: 7, concurrencyLimit: 2, description: '' });
  const cleared = await ask(updateQueue, { pool: name, name: 'calm', input: { concurrencyLimit: null } });
  expect(cleared.data.updateWorkQueue).toMatchObject({ priority: 7, concurrencyLimit: null });
  const paused = await ask(pauseQueue, { pool: name, name: 'calm', paused: true });
  expect(paused.data.setWorkQueuePaused).toEqual({ isPaused: true, status: 'PAUSED' });
  expect((await ask(deleteQueue, { pool: name, name: 'calm' })).data.deleteWorkQueue).toBe(true);
  expect((await ask(deleteQueue, { pool: name, name: 'calm' })).error.extensions.code).toBe('notFound');
  expect((await ask(deleteQueue, { pool: name, name: 'default' })).error.extensions.code).toBe('conflict');
});

test('queues, workers and the runs that hold slots are read with their pool', async () => {
  const name = fresh();
  await call('POST', '/work_pools/', { name, type: 'process', concurrency_limit: 5 });
  await call('POST', `/work_pools/${name}/queues`, { name: 'first', priority: 1 });
  await call('POST', `/work_pools/${name}/workers/heartbeat`, { name: 'hands', heartbeat_interval_seconds: 15 });
  const flow = await call('POST', '/flows/', { name });
  const deployment = await call('POST', '/deployments/', { name, flow_id: flow.id, work_pool_name: name });
  for (const run of ['a', 'b', 'c']) {
    const { id } = await call('POST', `/deployments/${deployment.id}/create_flow_run`, { name: run });
    await call('POST', `/flow_runs/${id}/set_state`, { state: { type: 'PENDING' } });
  }
  const { data } = await ask(pool, { name });
  expect(data.workPool).toMatchObject({
    status: 'READY',
    concurrencyLimit: 5,
    activeSlots: 3,
    workers: [{ name: 'hands', status: 'ONLINE', heartbeatIntervalSeconds: 15 }],
    workQueues: [
      { name: 'first', priority: 1, activeSlots: 0, slotHolders: [] },
      { name: 'default', priority: 2, activeSlots: 3, concurrencyLimit: null },
    ],
  });
  const holders = data.workPool.workQueues[1].slotHolders;
  expect(holders).toHaveLength(2);
  expect(holders[0]).toMatchObject({ stateType: 'PENDING', secondsInState: expect.any(Number) });
});

test('a stranger sees and changes nothing', async () => {
  const name = fresh();
  await ask(createPool, { input: { name, type: 'process' } });
  const queries: [string, object][] = [
    [pool, { name }],
    [updatePool, { name, input: { description: 'x' } }],
    [pausePool, { name, paused: true }],
    [deletePool, { name }],
    [createQueue, { pool: name, input: { name: 'x' } }],
    [updateQueue, { pool: name, name: 'default', input: { description: 'x' } }],
    [deleteQueue, { pool: name, name: 'default' }],
  ];
  for (const [query, variables] of queries) {
    expect((await ask(query, variables, stranger)).error.extensions.code).toBe('notFound');
    const own = await ask(query, { ...variables, w: stranger.workspaceId }, stranger);
    expect(own.error.extensions.code).toBe('notFound');
  }
});
