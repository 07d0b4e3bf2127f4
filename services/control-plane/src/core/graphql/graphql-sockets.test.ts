import type { AddressInfo } from 'node:net';
import { until } from '@headgate/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApp, type TestApp } from '../../../test/app.js';
import { graphqlSocket } from '../../../test/open-doors.js';
import { Turns } from '../fair/turns.js';
import { limits } from './limits/limits.js';

let app: TestApp;
let port: number;
beforeAll(async () => {
  app = await startTestApp();
  await app.app.listen(0, '127.0.0.1');
  ({ port } = app.app.getHttpServer().address() as AddressInfo);
});
afterAll(() => app.close());

async function socketOf(key: string) {
  const client = graphqlSocket(port, { apiKey: key });
  await until('the socket is let in', () => client.heard.some(({ type }) => type === 'connection_ack'));
  const ask = (id: string, query: string) =>
    client.socket.send(JSON.stringify({ id, type: 'subscribe', payload: { query } }));
  const hears = (id: string) => client.heard.filter((message) => (message as { id?: string }).id === id);
  return { ...client, ask, hears };
}

test('a question over a socket waits for the turn of its workspace, like one over HTTP', async () => {
  const [noisy, quiet] = [await app.tenant(), await app.tenant()];
  const gate = app.app.get(Turns).at('reading');
  let held = 0;
  while (!gate.enter(noisy.workspaceId)) held++;
  const [one, other] = [await socketOf(noisy.key), await socketOf(quiet.key)];
  one.ask('1', '{ viewer { id } }');
  await until('it waits', () => gate.waitsFor(noisy.workspaceId) === 2);
  other.ask('1', '{ viewer { id } }');
  await until('others are answered', () => other.hears('1').length > 0);
  expect(one.hears('1')).toEqual([]);
  for (let place = 0; place < held; place++) gate.leave(noisy.workspaceId);
  await until('it is answered', () => one.hears('1').length > 0);
  expect(one.hears('1')[0]).toMatchObject({ type: 'next', payload: { data: { viewer: { id: noisy.userId } } } });
});

test('what a subscription says waits for its turn, and ends at once with it', async () => {
  const { key, workspaceId } = await app.tenant();
  const gate = app.app.get(Turns).at('subscriptions');
  let held = 0;
  while (!gate.enter(workspaceId)) held++;
  const client = await socketOf(key);
  client.ask('1', `subscription { flowRunsChanged(workspaceId: "${workspaceId}") { id name } }`);
  const flow = await app.inject('POST', '/api/flows/', { name: 'f' }, key);
  await until('a change is to be told', async () => {
    await app.inject('POST', '/api/flow_runs/', { flow_id: flow.body.id, state: { type: 'SCHEDULED' } }, key);
    return gate.waitsFor(workspaceId) === 2;
  });
  expect(client.hears('1')).toEqual([]);
  for (let place = 0; place < held; place++) gate.leave(workspaceId);
  await until('it is told', () => client.hears('1').length > 0);
  expect(client.hears('1')[0]).toMatchObject({ type: 'next', payload: { data: { flowRunsChanged: { name: /./ } } } });
});

test('a person holds so many operations on all sockets', async () => {
  const { key, workspaceId } = await app.tenant();
  const follow = `subscription { flowRunsChanged(workspaceId: "${workspaceId}") { id } }`;
  const sockets = limits.operationsOfPerson / limits.subscriptionsOfSocket;
  for (let socket = 0; socket < sockets; socket++) {
    const client = await socketOf(key);
    for (let id = 1; id < limits.subscriptionsOfSocket; id++) client.ask(String(id), follow);
    client.ask('last', '{ viewer { id } }');
    await until('all are taken', () => client.hears('last').length > 0);
    client.ask('0', follow);
  }
  const last = await socketOf(key);
  last.ask('1', follow);
  await until('a refusal', () => last.hears('1').length > 0);
  expect(last.hears('1')[0]!.payload[0].message).toMatch(/A person may hold at most 500 operations/);
  const other = await socketOf((await app.tenant()).key);
  other.ask('1', '{ viewer { id } }');
  await until('others are answered', () => other.hears('1').some(({ type }) => type === 'next'));
});
