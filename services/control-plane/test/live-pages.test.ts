import type { AddressInfo } from 'node:net';
import type { WorkspaceId } from '@headgate/contracts';
import { until } from '@headgate/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { iterateEach } from '../src/core/live/iterate.js';
import { lookAgain } from '../src/core/live/look-again.js';
import { Live } from '../src/core/live/live.js';
import { startTestApp, type Tenant, type TestApp } from './app.js';
import { graphqlSocket } from './open-doors.js';

let app: TestApp;
let owner: Tenant;
let stranger: Tenant;
let port: number;
beforeAll(async () => {
  app = await startTestApp();
  [owner, stranger] = [await app.tenant(), await app.tenant()];
  await app.app.listen(0, '127.0.0.1');
  ({ port } = app.app.getHttpServer().address() as AddressInfo);
});
afterAll(() => app.close());

const call = (path: string, body: unknown) => app.inject('POST', `/api${path}`, body, owner.key);

async function subscriber(who: Tenant, query: string) {
  const page = graphqlSocket(port, { apiKey: who.key });
  await until('connection_ack', () => page.heard.length > 0);
  page.say({ type: 'subscribe', id: '1', payload: { query } });
  page.say({ type: 'subscribe', id: '2', payload: { query: '{ viewer { id } }' } });
  await until('it is let in', () => page.heard.length > 1);
  return { ...page, news: (field: string) => page.heard.flatMap(({ payload }) => payload?.data?.[field] ?? []) };
}

test('a live page sees each run of its workspace change, and none of another', async () => {
  const changed = (who: Tenant) =>
    `subscription { flowRunsChanged(workspaceId: "${who.workspaceId}") { id stateType } }`;
  const mine = await subscriber(owner, changed(owner));
  const theirs = await subscriber(stranger, changed(stranger));
  const foreign = await subscriber(stranger, changed(owner));
  const flow = (await call('/flows/', { name: 'f' })).body;
  const run = (await call('/flow_runs/', { flow_id: flow.id, state: { type: 'PENDING' } })).body;
  for (const type of ['RUNNING', 'COMPLETED']) await call(`/flow_runs/${run.id}/set_state`, { state: { type } });
  await until('the end', () => mine.news('flowRunsChanged').some((each) => each.stateType === 'COMPLETED'));
  expect(new Set(mine.news('flowRunsChanged').map((each) => each.id))).toEqual(new Set([run.id]));
  expect(theirs.news('flowRunsChanged')).toEqual([]);
  expect(foreign.heard.find(({ type }) => type === 'error' || type === 'next')?.payload).not.toHaveProperty(
    'data.flowRunsChanged.id',
  );
  for (const { socket } of [mine, theirs, foreign]) socket.close();
});

test('whether loops turn is told at once, also to who joins somebody else’s question', async () => {
  const query = `subscription { loopsChanged(workspaceId: "${owner.workspaceId}") { turning } }`;
  const readers = [await subscriber(owner, query), await subscriber(owner, query)];
  for (const reader of readers) {
    await until('it is told', () => reader.news('loopsChanged').length > 0);
    expect(reader.news('loopsChanged')[0]).toEqual({ turning: true });
    reader.socket.close();
  }
});

test('for a slow reader each thing waits once; of too many the oldest fall out, and it is told to look again', async () => {
  const live = app.app.get(Live);
  const reader = iterateEach<string[], string>(
    live,
    { workspaceId: owner.workspaceId as WorkspaceId, scopes: new Set() },
    'test',
    (ids) => ids,
    async (ids) => ids,
  );
  const ids = Array.from({ length: 25_000 }, (_, n) => String(n));
  for (let round = 0; round < 3; round++) live.publish('test', ids);
  expect((await reader.next()).value).toBe(lookAgain);
  const got: string[] = [];
  while (got.length < 10_000) got.push((await reader.next()).value as string);
  expect(got).toEqual(ids.slice(-10_000));
  const next = reader.next();
  live.publish('test', ['more']);
  expect((await next).value).toBe('more');
  const last = reader.next();
  await reader.return?.();
  expect(await last).toEqual({ done: true, value: undefined });
});
