import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { newId } from '@headgate/contracts';
import { until } from '@headgate/testkit';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { startTestApp, type Tenant, type TestApp } from '../../../test/app.js';
import { followRuns, graphqlSocket } from '../../../test/open-doors.js';
import { Metrics } from '../health/metrics.js';
import { LOGGER } from '../log/log.module.js';
import type { Logger } from '../log/logger.js';

const limits = {
  HEADGATE_SOCKETS_PER_KEY: '8',
  HEADGATE_SOCKETS_PER_USER: '12',
  HEADGATE_SOCKETS_PER_ADDRESS: '40',
  HEADGATE_SOCKETS_UNKNOWN_PER_ADDRESS: '10',
  HEADGATE_SOCKETS_MEMORY_MB: '16',
  HEADGATE_SOCKETS_PING_SECONDS: '2',
};
let app: TestApp;
let owner: Tenant;
let port: number;
const open: WebSocket[] = [];
const children: ChildProcess[] = [];
beforeAll(async () => {
  Object.assign(process.env, limits);
  app = await startTestApp();
  await app.app.listen(0, '127.0.0.1');
  ({ port } = app.app.getHttpServer().address() as AddressInfo);
});
afterEach(async () => {
  for (const child of children.splice(0)) child.kill();
  for (const socket of open.splice(0)) socket.terminate();
  await until('all have left', async () => (await openSockets()) === 0);
});
afterAll(() => app.close());

const openSockets = async () => (await app.app.get(Metrics).sockets.get()).values[0]?.value ?? 0;
const gauge = async () => Number(/^headgate_sockets (\d+)/m.exec(await app.app.get(Metrics).registry.metrics())?.[1]);

function socketTo(path: string, { key, protocol }: { key?: string; protocol?: string } = {}) {
  const headers = key ? { authorization: `bearer ${key}` } : {};
  const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, protocol ?? [], { headers });
  open.push(socket);
  const heard: any[] = [];
  socket.on('message', (data: Buffer) => heard.push(JSON.parse(data.toString())));
  socket.on('error', () => undefined);
  const closed = new Promise<[number, string]>((resolve) =>
    socket.once('close', (code, reason) => resolve([code, String(reason)])),
  );
  const opened = once(socket, 'open');
  opened.catch(() => undefined);
  const refused = once(socket, 'unexpected-response').then(
    ([, response]) => (response as { statusCode: number }).statusCode,
  );
  refused.catch(() => undefined);
  const say = (message: object) => socket.send(JSON.stringify(message));
  return { socket, heard, closed, opened, refused, say };
}
async function signedIn(path: string, key = owner.key) {
  const opened = socketTo(path, { protocol: 'prefect' });
  await opened.opened;
  opened.say({ type: 'auth', token: key });
  await until(
    'auth_success or the end',
    () => opened.heard.length > 0 || opened.socket.readyState >= WebSocket.CLOSING,
  );
  return opened;
}
async function newTenant() {
  owner = await app.tenant();
  return owner;
}
/** The first line of the answer to these bytes. */
async function answerTo(head: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.write(head);
  const [answer] = (await once(socket, 'data')) as [Buffer];
  socket.destroy();
  return answer.toString().split('\r\n', 1)[0]!;
}
const upgradeTo = (path: string) =>
  `GET ${path} HTTP/1.1\r\nhost: x\r\nconnection: Upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\n` +
  'sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\nsec-websocket-protocol: prefect\r\n\r\n';
const event = (name: string, payload: object = {}) => ({
  id: newId(),
  occurred: new Date().toISOString(),
  event: name,
  resource: { 'prefect.resource.id': 'x' },
  payload,
});

test.each(['/api/nothing', '/api/events/in/x', '/graphql/x', '/', '/ready', '/graphqlx'])(
  'at %s there is no websocket, and who asks for one is answered',
  async (path) => {
    const answer = await answerTo(upgradeTo(path));
    expect(answer).toMatch(path.startsWith('/api/') ? /^HTTP\/1.1 404 / : /^HTTP\/1.1 [24]\d\d /);
  },
);

/** The whole answer to these bytes. */
async function wholeAnswerTo(head: string) {
  const socket = connect(port, '127.0.0.1');
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  socket.write(head);
  await once(socket, 'close');
  const [top, body] = Buffer.concat(chunks).toString().split('\r\n\r\n') as [string, string];
  const [first, ...lines] = top.split('\r\n') as [string, ...string[]];
  const headers = Object.fromEntries(lines.map((line) => line.toLowerCase().split(': ')));
  return { status: Number(first.split(' ')[1]), headers, body: JSON.parse(body), bytes: Buffer.byteLength(body) };
}

test('who is refused a websocket is told why, in the words and headers of other refusals', async () => {
  await newTenant();
  const bare = (path: string, more = '') => upgradeTo(path).replace('sec-websocket-protocol: prefect\r\n', more);
  const told = {
    404: await wholeAnswerTo(upgradeTo('/api/nothing')),
    403: await wholeAnswerTo(bare('/api/events/in')),
  };
  for (const [status, { headers, ...answer }] of Object.entries(told)) {
    expect(answer.status).toBe(Number(status));
    expect(headers).toMatchObject({ 'content-type': 'application/json', 'content-length': String(answer.bytes) });
  }
  expect(told[404].body).toEqual({ detail: 'Not Found' });
  expect(told[403].body.detail).toMatch(/^Unauthorized: no API key\./);
  const wrong = await wholeAnswerTo(bare('/api/events/in', 'authorization: bearer pnu_wrong\r\n'));
  expect([wrong.status, wrong.body.detail]).toEqual([403, expect.stringMatching(/^Unauthorized: the API key is not/)]);
  await Promise.all(Array.from({ length: 8 }, () => signedIn('/api/logs/out')));
  const full = await wholeAnswerTo(bare('/api/events/in', `authorization: bearer ${owner.key}\r\n`));
  expect([full.status, full.body.detail]).toEqual([429, expect.stringMatching(/^Too many open sockets: /)]);
  expect(full.headers).toMatchObject({ 'retry-after': '5' });
});

test.each(['-'.repeat(36), 'a'.repeat(36), '00000000-0000-0000-0000-00000000000g', 'x', '%00'])(
  'an address that names its workspace %s leads nowhere, not home',
  async (id) => {
    await newTenant();
    for (const path of [`/api/accounts/${owner.accountId}/workspaces/${id}`, `/api/accounts/${id}/workspaces/${id}`])
      expect(await socketTo(`${path}/events/in`, { key: owner.key }).refused).toBe(404);
  },
);

test('who says too much before signing in is refused, and cut off when they go on', async () => {
  const { socket, opened, closed } = socketTo('/api/logs/out', { protocol: 'prefect' });
  await opened;
  socket.send(JSON.stringify({ type: 'auth', token: 'x'.repeat(20_000) }));
  expect(await closed).toEqual([1008, 'Too much was sent before signing in.']);
});

test.each([60_000, 200_000])('who greets and asks for %i bytes in one go is let in and heard', async (bytes) => {
  await newTenant();
  const { socket, opened, heard, closed } = socketTo('/api/events/out', { protocol: 'prefect' });
  await opened;
  const connection = (socket as unknown as { _socket: Socket })._socket;
  connection.cork();
  socket.send(JSON.stringify({ type: 'auth', token: owner.key }));
  const filter = { event: { name: ['wanted', 'x'.repeat(bytes)] } };
  socket.send(JSON.stringify({ type: 'filter', filter }));
  connection.uncork();
  const resource = { 'prefect.resource.id': 'x' };
  const event = { id: newId(), occurred: new Date().toISOString(), event: 'wanted', resource };
  expect((await app.inject('POST', '/api/events', [event], owner.key)).status).toBe(204);
  await Promise.race([until('the event', () => heard.some(({ type }) => type === 'event')), closed]);
  expect(heard).toMatchObject([{ type: 'auth_success' }, { type: 'event', event: { event: 'wanted' } }]);
});

test('who greets with a wrong key and goes on is sent away, and nothing of it is kept', async () => {
  const { socket, opened, closed } = socketTo('/api/events/in', { protocol: 'prefect' });
  await opened;
  socket.send(JSON.stringify({ type: 'auth', token: 'pnu_wrong' }));
  socket.send('x'.repeat(400_000));
  expect((await closed)[0]).toBe(1008);
});

test('pings do not keep a socket open that does not sign in', async () => {
  const { socket, opened, closed } = socketTo('/api/logs/out', { protocol: 'prefect' });
  await opened;
  const timer = setInterval(() => socket.readyState === WebSocket.OPEN && socket.ping(), 500);
  expect((await closed)[0]).toBe(1008);
  clearInterval(timer);
});

test('a GraphQL socket is for who is signed in', async () => {
  await newTenant();
  const anonymous = graphqlSocket(port);
  expect(await anonymous.closed).toBe(4401);
  expect(await graphqlSocket(port, { apiKey: 'pnu_wrong' }).closed).toBe(4401);
  const large = socketTo('/graphql', { protocol: 'graphql-transport-ws' });
  await large.opened;
  large.say({ type: 'connection_init', payload: { apiKey: owner.key, more: 'x'.repeat(20_000) } });
  expect((await large.closed)[0]).toBe(1008);
  const silent = socketTo('/graphql', { protocol: 'graphql-transport-ws' });
  expect((await silent.closed)[0]).toBe(4408);
});

test('a GraphQL message has at most 100 KB', async () => {
  await newTenant();
  const { socket, closed } = await followRuns(port, owner.workspaceId, { apiKey: owner.key });
  socket.on('error', () => undefined);
  socket.send(JSON.stringify({ type: 'ping', payload: { x: 'x'.repeat(200_000) } }));
  expect([1006, 1009]).toContain(await closed);
});

test('a GraphQL message that is nested without end closes its socket, and no stack is written', async () => {
  await newTenant();
  const warn = vi.spyOn(app.app.get<Logger>(LOGGER), 'warn');
  for (const type of ['ping', 'subscribe', 'connection_init']) {
    const { socket, closed } = await followRuns(port, owner.workspaceId, { apiKey: owner.key });
    socket.send(`{"type":"${type}","id":"3","payload":{"x":${'['.repeat(9_000)}${']'.repeat(9_000)}}}`);
    expect(await closed).toBe(4400);
  }
  expect(warn).not.toHaveBeenCalled();
  warn.mockRestore();
});

test('a key holds so many sockets and its user so many, those of others have their own; who leaves makes room', async () => {
  await newTenant();
  const held = await Promise.all(Array.from({ length: 8 }, () => signedIn('/api/logs/out')));
  expect(await (await signedIn('/api/logs/out')).closed).toEqual([
    1013,
    expect.stringMatching(/^Too many open sockets: HEADGATE_SOCKETS_PER_/),
  ]);
  expect(await socketTo('/api/events/in', { key: owner.key }).refused).toBe(429);
  expect(await graphqlSocket(port, { apiKey: owner.key }).closed).toBe(1013);
  const other = await app.inject('POST', `/api/users/${owner.userId}/api_keys`, { name: 'b' }, owner.key);
  for (let count = 0; count < 4; count++) await signedIn('/api/logs/out', other.body.key);
  expect((await (await signedIn('/api/logs/out', other.body.key)).closed)[0]).toBe(1013);
  const stranger = await app.tenant();
  expect((await signedIn('/api/logs/out', stranger.key)).heard).toEqual([{ type: 'auth_success' }]);
  await expect.poll(gauge).toBe(13);
  held[0]!.socket.terminate();
  await until('a seat', async () => (await gauge()) === 12);
  expect((await signedIn('/api/logs/out')).heard).toEqual([{ type: 'auth_success' }]);
});

test('who is refused for want of a seat hears of it after those who came later and were let in', async () => {
  await newTenant();
  await Promise.all(Array.from({ length: 8 }, () => signedIn('/api/logs/out')));
  const other = await app.tenant();
  const order: string[] = [];
  const refused = socketTo('/api/events/in', { key: owner.key }).refused.then(() => order.push('refused'));
  await signedIn('/api/logs/out', other.key).then(() => order.push('let in'));
  await refused;
  expect(order).toEqual(['let in', 'refused']);
});

test('an address holds so many sockets that have not signed in', async () => {
  const strangers = Array.from({ length: 10 }, () => socketTo('/api/logs/out', { protocol: 'prefect' }));
  await Promise.all(strangers.map(({ opened }) => opened));
  expect(await socketTo('/api/logs/out', { protocol: 'prefect' }).refused).toBe(429);
  expect(await socketTo('/graphql', { protocol: 'graphql-transport-ws' }).refused).toBe(429);
});

test('a door that only speaks ends when it is spoken to', async () => {
  await newTenant();
  for (const path of ['/api/logs/out', '/api/events/out']) {
    const { say, closed } = await signedIn(path);
    say({ type: 'filter', filter: {} });
    say({ type: 'filter', filter: {} });
    expect(await closed).toEqual([1008, 'No more messages are expected.']);
  }
});

/** A client whose line goes dead: it takes what comes, and answers nothing. */
async function deadLine(path: string, hello: object): Promise<Socket> {
  const client = socketTo(path, { protocol: path === '/graphql' ? 'graphql-transport-ws' : 'prefect' });
  await client.opened;
  client.say(hello);
  await until('it is let in', () => client.heard.length > 0);
  const raw = (client.socket as unknown as { _socket: Socket })._socket;
  raw.removeAllListeners('data');
  raw.resume();
  return raw;
}

test('a peer that answers no ping is cut off', async () => {
  await newTenant();
  const lines = [
    await deadLine('/api/logs/out', { type: 'auth', token: owner.key }),
    await deadLine('/graphql', { type: 'connection_init', payload: { apiKey: owner.key } }),
  ];
  const alive = await signedIn('/api/logs/out');
  await until('the dead are gone', async () => (await gauge()) === 1);
  expect(alive.socket.readyState).toBe(WebSocket.OPEN);
  for (const line of lines) line.destroy();
});

test('events that come faster than they are stored are all stored, in the end before the pong', async () => {
  await newTenant();
  const { socket, opened } = socketTo('/api/events/in', { key: owner.key });
  await opened;
  const sent = 3_000;
  for (let count = 0; count < sent; count++) socket.send(JSON.stringify(event('many', { text: 'x'.repeat(2_000) })));
  const pong = once(socket, 'pong');
  socket.ping();
  await pong;
  const { rows } = await app.db.sql.query('select count(*)::int as n from event where workspace_id = $1', [
    owner.workspaceId,
  ]);
  expect(rows[0].n).toBe(sent);
});

test('when sockets hold too much together, those that hold most are asked to come again', async () => {
  await newTenant();
  const small = socketTo('/api/events/in', { key: owner.key });
  await small.opened;
  const large = Array.from({ length: 10 }, async () => {
    const { key } = await app.tenant();
    const { socket, opened, closed } = socketTo('/api/events/in', { key });
    await opened;
    socket.send('x'.repeat(1_900_000), { fin: false });
    return closed;
  });
  expect(await Promise.race(large)).toEqual([1013, 'Too much is left unread or unfinished. Connect again.']);
  expect(small.socket.readyState).toBe(WebSocket.OPEN);
});

function attack(kind: string) {
  const script = new URL('../../../test/socket-flood.mjs', import.meta.url);
  const child = spawn(process.execPath, [script.pathname, String(port), kind, owner.key], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  let said = '';
  child.stdout.on('data', (data: Buffer) => (said += data.toString()));
  return { says: (word: string) => until(`the attackers are ${word}`, () => said.includes(word), 240) };
}
const megabytes = () => process.memoryUsage().rss / 1024 / 1024;

test.each(['refused', 'refused-large', 'listener', 'waiting', 'graphql'])(
  'what six clients send on as fast as they can stays out of memory: %s',
  async (kind) => {
    await newTenant();
    const before = megabytes();
    let most = 0;
    const timer = setInterval(() => (most = Math.max(most, megabytes())), 50);
    await attack(kind).says('done');
    clearInterval(timer);
    expect(most - before).toBeLessThan(150);
  },
);

test('a reader that does not read is dropped before much is kept for it, and others go on', async () => {
  await newTenant();
  const reader = await signedIn('/api/events/out');
  reader.say({ type: 'filter', filter: { event: { name: ['last'] } } });
  await attack('unread').says('ready');
  const { socket, opened } = socketTo('/api/events/in', { key: owner.key });
  await opened;
  await expect.poll(gauge).toBe(3);
  const before = megabytes();
  for (let count = 0; count < 60 && (await gauge()) === 3; count++) {
    for (let each = 0; each < 10; each++) socket.send(JSON.stringify(event('wide', { text: 'x'.repeat(100_000) })));
    const pong = once(socket, 'pong');
    socket.ping();
    await pong;
  }
  await expect.poll(gauge).toBe(2);
  expect(megabytes() - before).toBeLessThan(200);
  socket.send(JSON.stringify(event('last')));
  await until('the last event', () => reader.heard.some((each) => each.event?.event === 'last'));
});
