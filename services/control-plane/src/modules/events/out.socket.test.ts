import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { newId } from '@headgate/contracts';
import { until } from '@headgate/testkit';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { Metrics } from '../../core/health/metrics.js';
import { startTestApp, type Tenant, type TestApp } from '../../../test/app.js';

let app: TestApp;
let owner: Tenant;
let path: string;
beforeAll(async () => {
  app = await startTestApp();
  owner = await app.tenant();
  await app.app.listen(0, '127.0.0.1');
  const { port } = app.app.getHttpServer().address() as AddressInfo;
  path = `ws://127.0.0.1:${port}/api/accounts/${owner.accountId}/workspaces/${owner.workspaceId}/events/out`;
});
afterAll(() => app.close());

const event = (name: string, text: string) => ({
  id: newId(),
  occurred: new Date().toISOString(),
  event: name,
  resource: { 'prefect.resource.id': 'thing' },
  payload: { text },
});
async function store(events: object[]): Promise<void> {
  expect((await app.inject('POST', '/api/events', events, owner.key)).status).toBe(204);
}

/** The names of the events that a reader gets, as they come. */
async function listen(prefix: string, more: object = {}) {
  const socket = new WebSocket(path, 'prefect');
  const heard: string[] = [];
  let closed: string | null = null;
  socket.on('message', (data: Buffer) => {
    const { event: told } = JSON.parse(data.toString()) as { event?: { event: string } };
    if (told) heard.push(told.event);
  });
  socket.once('close', (code, reason) => (closed = `${code} ${reason.toString()}`));
  await once(socket, 'open');
  socket.send(JSON.stringify({ type: 'auth', token: owner.key }));
  socket.send(JSON.stringify({ type: 'filter', filter: { event: { prefix: [prefix] }, ...more } }));
  const hears = (count: number) =>
    until(`${count} events`, () => {
      if (closed) throw new Error(`closed: ${closed}`);
      return heard.length >= count;
    });
  return { heard, hears, socket, closing: () => until('it is closed', () => closed) };
}

test('who comes back is given all that it missed, though it is more than one statement answers', async () => {
  const names = Array.from({ length: 36 }, (_, at) => `large.${String(at).padStart(2, '0')}`);
  for (let at = 0; at < names.length; at += 4)
    await store(names.slice(at, at + 4).map((name) => event(name, 'x'.repeat(1_100_000))));
  const { heard, hears, socket } = await listen('large.');
  await hears(names.length);
  await store([event('large.live', 'x')]);
  await hears(names.length + 1);
  expect(heard).toEqual([...names, 'large.live']);
  socket.close();
});

test('small events before large ones, and the other way round, come in their order', async () => {
  const small = Array.from({ length: 300 }, (_, at) => `mixed.${String(at).padStart(3, '0')}`);
  const large = Array.from({ length: 20 }, (_, at) => `mixed.large.${String(at).padStart(2, '0')}`);
  await store(small.map((name) => event(name, '')));
  for (let at = 0; at < large.length; at += 2)
    await store(large.slice(at, at + 2).map((name) => event(name, 'x'.repeat(2_000_000))));
  const last = small.map((name) => `${name}.again`);
  await store(last.map((name) => event(name, '')));
  const { heard, hears, socket } = await listen('mixed.');
  await hears(small.length + large.length + last.length);
  expect(heard).toEqual([...small, ...large, ...last]);
  socket.close();
});

test('patterns that take too long with an event end their reader, and hold up nobody else', async () => {
  const patterns = Array.from({ length: 10 }, (_, at) => `*${'a'.repeat(900)}${at}`);
  const dear = await listen('dear.', { resource: { labels: { long: patterns } } });
  const cheap = await listen('dear.', { resource: { labels: { long: ['a*', 'x'] } } });
  await store([event('dear.first', 'x')]);
  const resource = { 'prefect.resource.id': 'thing', long: 'a'.repeat(400_000) };
  const before = process.cpuUsage();
  await store([{ ...event('dear.second', 'x'), resource }]);
  await cheap.hears(1);
  expect(await dear.closing()).toMatch(/^1008 The patterns or words of this filter take too long/);
  const { user, system } = process.cpuUsage(before);
  expect((user + system) / 1e6).toBeLessThan(20);
  expect([dear.heard, cheap.heard]).toEqual([[], ['dear.second']]);
  cheap.socket.close();
});

test('words that take too long to look for in an event end their reader, and others get theirs', async () => {
  const many = Array.from({ length: 50 }, (_, at) => `w${at}`).join(' ');
  const [dear, cheap] = await Promise.all([many, 'yes'].map((query) => listen('wordy.', { text: { query } })));
  await store([event('wordy.small', 'yes w49')]);
  await Promise.all([dear!.hears(1), cheap!.hears(1)]);
  const before = process.cpuUsage();
  await store([event('wordy.large', `yes ${'a'.repeat(1_000_000)}`)]);
  await cheap!.hears(2);
  expect(await dear!.closing()).toMatch(/^1008 The patterns or words of this filter take too long/);
  const { user, system } = process.cpuUsage(before);
  expect((user + system) / 1e6).toBeLessThan(10);
  cheap!.socket.close();
});

test('a search through the past that takes too long is stopped, and its reader told so', async () => {
  await app.db.db.transaction().execute(async (tx) => {
    await sql`lock table event in access exclusive mode`.execute(tx);
    const { closing } = await listen('past.', { text: { query: 'any words' } });
    expect(await closing()).toMatch(/^1008 The search through the past took too long/);
  });
});

test('what happens while the past is on its way to a reader who does not read has an end', async () => {
  for (let at = 0; at < 12; at += 4)
    await store(Array.from({ length: 4 }, () => event('unread.past', 'x'.repeat(1_100_000))));
  const sockets = async () => (await app.app.get(Metrics).sockets.get()).values[0]?.value ?? 0;
  const others = await sockets();
  const reader = await listen('unread.');
  await reader.hears(1);
  reader.socket.pause();
  for (let at = 0; at < 16; at += 4)
    await store(Array.from({ length: 4 }, () => event('unread.live', 'x'.repeat(1_100_000))));
  await until('the api has let go of it', async () => (await sockets()) === others);
  reader.socket.resume();
  expect(await reader.closing()).toMatch(/^1013 Too much was left unread|^1006/);
});
