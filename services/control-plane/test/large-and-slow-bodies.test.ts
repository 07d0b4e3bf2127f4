import { once } from 'node:events';
import { connect, type AddressInfo } from 'node:net';
import { until } from '@headgate/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Turns } from '../src/core/fair/turns.js';
import { startTestApp, type Tenant, type TestApp } from './app.js';

let app: TestApp;
let owner: Tenant;
let port: number;
beforeAll(async () => {
  app = await startTestApp();
  owner = await app.tenant();
  await app.app.listen(0, '127.0.0.1');
  ({ port } = app.app.getHttpServer().address() as AddressInfo);
});
afterAll(() => app.close());

const head = (bytes: number, key: string | null) =>
  [
    'POST /api/flows/filter HTTP/1.1',
    'host: localhost',
    'content-type: application/json',
    ...(key ? [`authorization: Bearer ${key}`] : []),
    `content-length: ${bytes}`,
  ].join('\r\n') + '\r\n\r\n';

/** Sends a body as clients do that read nothing before they have sent everything. Answers what they read then. */
async function sendAll(bytes: number, key: string | null): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  let [broken, text, goOn]: [Error | null, string, () => void] = [null, '', () => undefined];
  const change = () => new Promise<void>((resolve) => (goOn = resolve));
  socket.on('error', (error) => (broken = error));
  for (const event of ['connect', 'drain', 'close']) socket.on(event, () => goOn());
  socket.on('data', (data: Buffer) => {
    text += data.toString();
    goOn();
  });
  socket.pause();
  await change();
  socket.write(head(bytes, key));
  const chunk = Buffer.alloc(64 * 1024, ' ');
  for (let left = bytes; left > 0 && !broken; left -= chunk.length)
    if (!socket.write(chunk.subarray(0, left))) await change();
  socket.resume();
  while (!broken && !socket.destroyed && !text.includes('}')) await change();
  socket.destroy();
  return broken ? String(broken) : text;
}

test.each([5_300_000, 8_000_000, 30_000_000])(
  'a body of %i bytes is sent to its end, and answered with its bound',
  async (bytes) => {
    const text = await sendAll(bytes, owner.key);
    expect(text).toMatch(/^HTTP\/1.1 413 /);
    expect(text).toContain('{"detail":"Request body is too large: 5,242,880 bytes is the most."}');
  },
);

test('a stranger who sends much is answered when all is sent, too', async () => {
  expect(await sendAll(8_000_000, null)).toMatch(/^HTTP\/1.1 401 /);
});

test('what is sent without end is cut off', async () => {
  expect(await sendAll(1_000_000_000, owner.key)).toMatch(/EPIPE|ECONNRESET/);
});

test('a body that comes a byte at a time is not waited for', async () => {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  socket.write(head(1_000, owner.key));
  const drip = setInterval(() => socket.writable && socket.write(' '), 200);
  const [data] = (await once(socket, 'data')) as [Buffer];
  clearInterval(drip);
  socket.destroy();
  expect(data.toString()).toMatch(/^HTTP\/1.1 408 /);
  expect(data.toString()).toContain('comes too slowly: 5,000 bytes in 5 seconds is the least');
});

async function sendWhole(path: string, body: Buffer, key: string) {
  const socket = connect(port, '127.0.0.1');
  const sent = { heard: '', socket };
  socket.on('error', () => undefined).on('data', (data: Buffer) => (sent.heard += data.toString()));
  await once(socket, 'connect');
  socket.write(head(body.length, key).replace('/api/flows/filter', path));
  await new Promise<void>((resolve) => socket.write(body, () => resolve()));
  return sent;
}

/** Sends all of a body but its end. Answers what it has heard. */
async function holdBack(bytes: number, key: string) {
  const socket = connect(port, '127.0.0.1');
  const held = { heard: '', socket };
  socket.on('error', () => undefined).on('data', (data: Buffer) => (held.heard += data.toString()));
  await once(socket, 'connect');
  socket.write(head(bytes, key));
  await new Promise<void>((resolve) => socket.write(Buffer.alloc(bytes - 2, ' '), () => resolve()));
  return held;
}

test('of bodies that are not sent to their end only so much is held, and others go on', async () => {
  const neighbour = await app.tenant();
  const held = await Promise.all(Array.from({ length: 20 }, () => holdBack(5_000_000, owner.key)));
  const refused = () => held.filter(({ heard }) => heard.length > 0);
  await until('those that go beyond 64 MB to be refused', () => refused().length >= 7);
  for (const { heard } of refused())
    expect(heard).toMatch(/^HTTP\/1.1 429 [^]*retry-after: 2\r\n[^]*Too much of yours is on its way here at once/);
  for (const key of [owner.key, neighbour.key])
    expect((await app.inject('POST', '/api/flows/filter', {}, key)).status).toBe(200);
  for (const { socket } of held) socket.write('{}');
  await until('all to be answered', () => held.every(({ heard }) => heard.includes('\r\n\r\n')));
  // Whole bodies wait for their turn, of which 32 MB are let to.
  expect(held.filter(({ heard }) => heard.startsWith('HTTP/1.1 200 ')).length).toBeGreaterThanOrEqual(5);
  for (const { socket } of held) socket.destroy();
});

test('whole bodies that wait, at whichever gates, have one room for all, too', async () => {
  const neighbour = await app.tenant();
  const turns = app.app.get(Turns);
  // So many are at work at each as may be of one who is not alone.
  await app.inject('GET', '/api/me', undefined, neighbour.key);
  const gates = [
    ['light', '/api/flows/', 4],
    ['reading', '/api/flows/filter', 1],
    ['bulk', '/api/flows/bulk_delete', 1],
    ['ingest', '/api/logs/', 1],
  ] as const;
  for (const [kind, , together] of gates)
    for (let n = 0; n < together; n++) await turns.at(kind).enter(owner.workspaceId);
  const body = Buffer.alloc(5_000_000, ' ');
  const held = await Promise.all(
    gates.flatMap(([, path]) => Array.from({ length: 6 }, () => sendWhole(path, body, owner.key))),
  );
  const answered = () => held.filter(({ heard }) => heard.length > 0);
  await until('those that go beyond 64 MB to be refused', () => answered().length >= 11);
  for (const { heard } of answered())
    expect(heard).toMatch(/^HTTP\/1.1 429 [^]*retry-after: 2\r\n[^]*Too much of yours is on its way here at once/);
  expect(answered().length).toBeLessThan(16);
  expect((await app.inject('POST', '/api/flows/filter', {}, neighbour.key)).status).toBe(200);
  for (const [kind, , together] of gates) for (let n = 0; n < together; n++) turns.at(kind).leave(owner.workspaceId);
  await until('all to be answered', () => answered().length === held.length);
  expect((await app.inject('POST', '/api/flows/filter', {}, owner.key)).status).toBe(200);
  for (const { socket } of held) socket.destroy();
});
