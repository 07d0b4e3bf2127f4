import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { clientVersionKnown } from '@headgate/contracts/rest/server-info';
import { WebSocket } from 'ws';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { closing } from '../../src/core/sockets/closing.js';
import { startTestApp, type Tenant, type TestApp } from '../app.js';
import { channelWorker, helloOf } from '../channel-worker.js';

/** Over sockets as over HTTP: keys that nobody knows yet are left out of what a newer client says, and refused of others. */
let app: TestApp;
let owner: Tenant;
let port: number;
beforeAll(async () => {
  app = await startTestApp();
  await app.app.listen(0, '127.0.0.1');
  ({ port } = app.app.getHttpServer().address() as AddressInfo);
  owner = await app.tenant();
  await app.inject('POST', '/api/work_pools/', { name: 'pool', type: 'process' }, owner.key);
});
afterAll(() => app.close());

const newer = 'prefect/3.10.0 (API 0.8.4)';
const known = `prefect/${clientVersionKnown} (API 0.8.4)`;
const tomorrow = { made_up_tomorrow: 1 };

/** With which code a socket that asks with this filter, and then says one word too many, is closed. */
async function asks(path: string, filter: object, agent: string): Promise<number> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/api${path}`, 'prefect', { headers: { 'user-agent': agent } });
  await once(socket, 'open');
  socket.send(JSON.stringify({ type: 'auth', token: owner.key }));
  await once(socket, 'message');
  socket.send(JSON.stringify({ type: 'filter', filter, backfill: false, ...tomorrow }));
  socket.send('one word too many');
  const [code] = (await once(socket, 'close')) as [number];
  return code;
}

test.each([
  ['/events/out', tomorrow],
  ['/events/out', { event: { prefix: ['a'], ...tomorrow }, ...tomorrow }],
  ['/events/out', { any_resource: [{ id: ['a'], ...tomorrow }] }],
  ['/logs/out', { level: { ge_: 20, ...tomorrow }, ...tomorrow }],
])('a filter on %s with keys of tomorrow is followed without them: %j', async (path, filter) => {
  expect(await asks(path, filter, newer)).toBe(closing.nothingExpected.code);
  expect(await asks(path, filter, known)).toBe(1002);
});

test('what is wrong in a known key is refused of a newer client, too', async () => {
  expect(await asks('/events/out', { ...tomorrow, id: { id: ['x'] } }, newer)).toBe(1002);
});

test('a worker of tomorrow says hello and beats on with keys of its own', async () => {
  const hello = helloOf(tomorrow);
  const worker = await channelWorker(port, owner, 'pool', { hello, agent: newer });
  await worker.hear('worker.ready.v1');
  worker.beat({ ...tomorrow, heartbeat_interval_seconds: 17 });
  await expect
    .poll(async () => (await app.inject('POST', '/api/work_pools/pool/workers/filter', {}, owner.key)).body, {
      timeout: 20_000,
    })
    .toMatchObject([{ heartbeat_interval_seconds: 17 }]);
  worker.say('cleanup.dance.v1', tomorrow);
  expect(await worker.closed).toBe('1002 protocol_error');
  const today = await channelWorker(port, owner, 'pool', { hello, agent: known });
  expect(await today.closed).toBe('1002 protocol_error');
});
