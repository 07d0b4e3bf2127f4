import fs from 'node:fs';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { freePort, startValkey, type Valkey } from '@headgate/all-in-one';
import { until } from '@headgate/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApp, type Tenant, type TestApp } from '../../../test/app.js';
import { graphqlSocket } from '../../../test/open-doors.js';
import { Live, topics } from './live.js';

/** Two processes that hear of each other by a Valkey which goes away: pages look at the one, work is done at the other. */
const log = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'headgate-valkey-')), 'valkey.log');
let options: { port: number; log: string; password: string };
let valkey: Valkey;
let here: TestApp;
let there: TestApp;
let owner: Tenant;
let run: string;

beforeAll(async () => {
  options = { port: await freePort(), log, password: 'of-this-test' };
  valkey = await startValkey(options);
  here = await startTestApp({ REDIS_URL: valkey.url });
  there = await startTestApp({ REDIS_URL: valkey.url, DATABASE_URL: here.databaseUrl });
  await here.app.listen(0, '127.0.0.1');
  owner = await here.tenant();
  const flow = await call('/flows/', { name: 'f' });
  run = (await call('/flow_runs/', { flow_id: flow.id, state: { type: 'PENDING' } })).id;
});
afterAll(async () => {
  await there?.close();
  await here?.close();
  await valkey?.stop();
  fs.rmSync(path.dirname(log), { recursive: true, force: true });
});

const call = async (at: string, body: unknown) => (await there.inject('POST', `/api${at}`, body, owner.key)).body;
const rename = (name: string) => call(`/flow_runs/${run}/set_state`, { state: { type: 'RUNNING', name }, force: true });

/** What a page is told: names of the run's states, and how often to look again. */
async function page(field: string) {
  const { port } = here.app.getHttpServer().address() as AddressInfo;
  const { socket, heard, say } = graphqlSocket(port, { apiKey: owner.key });
  await until('it is let in', () => heard.some(({ type }) => type === 'connection_ack'));
  say({ type: 'subscribe', id: '1', payload: { query: `subscription { ${field} { id stateName } }` } });
  const names = () =>
    heard.flatMap(({ payload }) => Object.values(payload?.data ?? {}).map((each: any) => each.stateName as string));
  const looks = () => heard.filter(({ payload }) => payload?.extensions?.lookAgain === true);
  return { socket, names, looks };
}

/** Until all have heard of it: who subscribes begins to listen a moment later. */
const heardBy = (pages: Awaited<ReturnType<typeof page>>[], name: string) =>
  until(`all have heard of ${name}`, async () => {
    await rename(name);
    return pages.every((each) => each.names().includes(name));
  });

const openPages = () => {
  const about = `workspaceId: "${owner.workspaceId}"`;
  return Promise.all([
    page(`flowRunsChanged(${about})`),
    page(`flowRunsChanged(${about})`),
    page(`flowRunChanged(${about}, id: "${run}")`),
  ]);
};

test('when Valkey is back, those who listen are told to look again at what they missed', async () => {
  const pages = await openPages();
  await heardBy(pages, 'Before');
  await valkey.stop();
  const connected = () => [here, there].map(({ app }) => app.get(Live).connected);
  await until('it is away', () => connected().every((is) => !is));
  await rename('Meanwhile');
  valkey = await startValkey(options);
  await until('all are told', () => pages.every((each) => each.looks().length > 0), 60);
  for (const each of pages) {
    // Once for the connection of their own process, once for that of the other, which had news that it could not tell.
    expect(each.looks().length).toBeLessThanOrEqual(2);
    expect(each.looks()[0]).toMatchObject({ type: 'next', payload: { data: null } });
    expect(each.names()).not.toContain('Meanwhile');
  }
  await heardBy(pages, 'After');
  for (const { socket } of pages) socket.close();
}, 180_000);

test('news that a process could not tell are looked for by those who never lost their own connection', async () => {
  const pages = await openPages();
  await heardBy(pages, 'Well');
  const before = pages.map((each) => each.looks().length);
  const live = there.app.get(Live);
  live.redis.disconnect(true);
  live.publish(topics.events(owner.workspaceId), []);
  await until('all are told', () => pages.every((each, at) => each.looks().length > before[at]!), 60);
  for (const { socket } of pages) socket.close();
}, 180_000);
