import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { newId } from '@headgate/contracts';
import { until } from '@headgate/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { startTestApp, type Tenant, type TestApp } from '../../../test/app.js';

/** Less than is sent, so that most of it has to wait. */
const eventsPerSecond = 100;
const sent = 500;

let app: TestApp;
let owner: Tenant;
beforeAll(async () => {
  app = await startTestApp({ HEADGATE_LIMIT_EVENTS: String(eventsPerSecond) });
  owner = await app.tenant();
  await app.app.listen(0, '127.0.0.1');
});
afterAll(() => app.close());

async function open(tenant = owner): Promise<WebSocket> {
  const { port } = app.app.getHttpServer().address() as AddressInfo;
  const place = `/api/accounts/${tenant.accountId}/workspaces/${tenant.workspaceId}/events/in`;
  const socket = new WebSocket(`ws://127.0.0.1:${port}${place}`, {
    headers: { authorization: `bearer ${tenant.key}` },
  });
  await once(socket, 'open');
  return socket;
}

function send(socket: WebSocket, name: string, count = sent): void {
  for (let at = 0; at < count; at++)
    socket.send(
      JSON.stringify({
        id: newId(),
        occurred: new Date().toISOString(),
        event: name,
        resource: { 'prefect.resource.id': `thing.${at}` },
      }),
    );
}

async function stored(name: string, tenant = owner): Promise<number> {
  const { body } = await app.inject('POST', '/api/events/filter', { filter: { event: { name: [name] } } }, tenant.key);
  return body.total;
}

test('what was sent before a goodbye is stored, also when it has to wait for the budget', async () => {
  const socket = await open();
  send(socket, 'said.before-goodbye');
  socket.close();
  await until('all are stored', async () => (await stored('said.before-goodbye')) === sent);
});

test('a pong comes when the budget has let all through that was sent before', async () => {
  const socket = await open();
  send(socket, 'said.before-ping', 300);
  const pong = once(socket, 'pong');
  socket.ping();
  await pong;
  expect(await stored('said.before-ping')).toBe(300);
  socket.close();
});

test('those who send over sockets do not make others wait longer by asking again and again', async () => {
  const socket = await open();
  send(socket, 'said.often');
  await until('the budget is used up', async () => (await stored('said.often')) > 0);
  const refusal = async () => {
    // On a slow machine the budget may have filled again since the last look.
    send(socket, 'said.often', eventsPerSecond);
    const event = {
      id: newId(),
      occurred: new Date().toISOString(),
      event: 'a',
      resource: { 'prefect.resource.id': 'x' },
    };
    const { status, headers } = await app.inject('POST', '/api/events', [event], owner.key);
    return status === 429 ? Number(headers['retry-after']) : null;
  };
  expect(await until('a refusal', refusal)).toBeLessThanOrEqual(2);
  socket.close();
});
