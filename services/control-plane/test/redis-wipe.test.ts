import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { startTestServers, until, type TestServers } from '@headgate/testkit';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { WebSocket } from 'ws';
import { startTestApp, type Tenant, type TestApp } from './app.js';

let servers: TestServers;
let app: TestApp;
let owner: Tenant;
let port: number;
beforeAll(async () => {
  // Of its own: other files of this run are not cut off.
  servers = await startTestServers({ TEST_DATABASE_URL: inject('adminUrl') });
  app = await startTestApp({ REDIS_URL: servers.redisUrl });
  owner = await app.tenant();
  await app.app.listen(0, '127.0.0.1');
  ({ port } = app.app.getHttpServer().address() as AddressInfo);
});
afterAll(async () => {
  await app.close();
  await servers.stop();
});

const call = (path: string, body: unknown) => app.inject('POST', `/api${path}`, body, owner.key);

/** Everything that Redis holds is gone, and every listener is cut off. */
async function wipeRedis() {
  const redis = new Redis(servers.redisUrl);
  await redis.flushall();
  await redis.call('CLIENT', 'KILL', 'TYPE', 'pubsub');
  redis.disconnect();
}

test('wiping Redis in the middle of work loses nothing: waiting agents get their run, readers their events', async () => {
  await call('/work_pools/', { name: 'p', type: 'process' });
  const flow = (await call('/flows/', { name: 'f' })).body;
  const deployment = (await call('/deployments/', { name: 'd', flow_id: flow.id, work_pool_name: 'p' })).body;
  const reader = new WebSocket(`ws://127.0.0.1:${port}/api/events/out`, 'prefect');
  const got: string[] = [];
  reader.on('message', (data: Buffer) => got.push(data.toString()));
  await once(reader, 'open');
  reader.send(JSON.stringify({ type: 'auth', token: owner.key }));
  await until('auth_success', () => got.length > 0);
  reader.send(JSON.stringify({ type: 'filter', filter: { event: { prefix: ['prefect.flow-run.'] } } }));
  const agent = { agent_name: 'a', agent_id: randomUUID(), wait_seconds: 25 };
  const waiting = call('/headgate/work_pools/p/claim', agent);
  await wipeRedis();
  const run = (await call(`/deployments/${deployment.id}/create_flow_run`, {})).body;
  expect((await waiting).body.runs[0].flow_run.id).toBe(run.id);
  await wipeRedis();
  expect((await call(`/flow_runs/${run.id}/set_state`, { state: { type: 'RUNNING' } })).body.status).toBe('ACCEPT');
  expect((await call(`/flow_runs/${run.id}/set_state`, { state: { type: 'COMPLETED' } })).body.status).toBe('ACCEPT');
  const names = () =>
    got.flatMap((frame) =>
      frame.includes(run.id) ? (/"event":"prefect\.flow-run\.(\w+)"/.exec(frame)?.[1] ?? []) : [],
    );
  await until('all events', () => new Set(names()).size >= 4);
  expect([...new Set(names())].sort()).toEqual(['Completed', 'Pending', 'Running', 'Scheduled']);
  reader.close();
});
