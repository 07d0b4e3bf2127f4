import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApp, type Tenant, type TestApp } from './app.js';

let app: TestApp;
let owner: Tenant;
const call = (method: 'GET' | 'POST' | 'DELETE', path: string, body?: unknown) =>
  app.inject(method, `/api/accounts/${owner.accountId}/workspaces/${owner.workspaceId}${path}`, body, owner.key);

beforeAll(async () => {
  app = await startTestApp();
  owner = await app.tenant();
  await call('POST', '/work_pools/', { name: 'pool', type: 'process' });
});
afterAll(() => app.close());

const doors: Record<string, [path: string, body: (name: string) => object]> = {
  'a flow': ['/flows/', (name) => ({ name })],
  'a work pool': ['/work_pools/', (name) => ({ name, type: 'process' })],
  'a work queue': ['/work_pools/pool/queues', (name) => ({ name })],
  'a queue of agents': ['/work_queues/', (name) => ({ name })],
  'a worker': ['/work_pools/pool/workers/heartbeat', (name) => ({ name })],
  'a limit': ['/v2/concurrency_limits/', (name) => ({ name, limit: 1 })],
  'a limit of a tag': ['/concurrency_limits/', (tag) => ({ tag, concurrency_limit: 1 })],
  'a variable': ['/variables/', (name) => ({ name, value: 1 })],
  'an artifact': ['/artifacts/', (key) => ({ key, data: 'x' })],
  'a kind of blocks': ['/block_types/', (name) => ({ name, slug: name })],
};

test.each(Object.entries(doors))(
  '%s is not called by what clients take for a step in a path',
  async (_, [path, body]) => {
    for (const name of ['.', '..']) expect((await call('POST', path, body(name))).status).toBe(422);
  },
);

test('points elsewhere in a name are none', async () => {
  expect((await call('POST', '/work_pools/', { name: '...', type: 'process' })).status).toBe(201);
  expect((await call('POST', '/flows/', { name: '.a.b..' })).status).toBe(201);
});

test('a deployment makes no queue and no limit of such a name either', async () => {
  const flow = await call('POST', '/flows/', { name: 'etl' });
  const deploy = (more: object) => call('POST', '/deployments/', { name: 'daily', flow_id: flow.body.id, ...more });
  expect((await deploy({ work_pool_name: 'pool', work_queue_name: '..' })).status).toBe(422);
  expect((await deploy({ name: '..' })).status).toBe(422);
});
