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

const subscribed = 'flowRunsChanged(workspaceId: $w) { id }';
const asks = `query ($w: ID!) { workspaceById(id: $w) { id } }`;
/** Each fails before anything is executed. */
const stillborn: [
  what: string,
  payload: { query: string; operationName?: string; variables?: object },
  words: RegExp,
][] = [
  [
    'a subscription that skips all',
    { query: `subscription ($w: ID!) { ${subscribed.replace(' {', ' @skip(if: true) {')} }` },
    /may not depend on @skip/,
  ],
  [
    'one that includes nothing',
    { query: `subscription ($w: ID!) { ${subscribed.replace(' {', ' @include(if: false) {')} }` },
    /may not depend on @include/,
  ],
  [
    'one that a variable skips',
    {
      query: `subscription ($w: ID!, $no: Boolean!) { ${subscribed.replace(' {', ' @skip(if: $no) {')} }`,
      variables: { no: true },
    },
    /may not depend on @skip/,
  ],
  [
    'one of a fragment that is skipped',
    { query: `subscription ($w: ID!) { ...F @skip(if: true) } fragment F on Subscription { ${subscribed} }` },
    /may not depend on @skip/,
  ],
  [
    'one that is skipped in fragments',
    {
      query: `subscription ($w: ID!) { ...F } fragment F on Subscription { ...G } fragment G on Subscription { ... { ${subscribed.replace(' {', ' @include(if: false) {')} } }`,
    },
    /may not depend on @include/,
  ],
  [
    'one of an inline fragment that is left out',
    { query: `subscription ($w: ID!) { ... @include(if: false) { ${subscribed} } }` },
    /may not depend on @include/,
  ],
  ['one of nothing but its type', { query: 'subscription { __typename }' }, /must not select an introspection/],
  [
    'one of two things',
    { query: `subscription ($w: ID!) { ${subscribed} b: ${subscribed} }` },
    /must select only one top level field/,
  ],
  [
    'one of another type',
    { query: `subscription ($w: ID!) { ... on Query { viewer { id } } }` },
    /can never be of type/,
  ],
  ['no document', { query: '' }, /Syntax Error/],
  ['fragments alone', { query: 'fragment F on Query { viewer { id } }' }, /holds no operation|never used/],
  ['types', { query: 'type A { b: Int }' }, /holds no operation|not executable/],
  ['an operation that is not there', { query: asks, operationName: 'other' }, /holds no operation of that name/],
  [
    'two operations, none of them named',
    { query: `query A { viewer { id } } query B { viewer { id } }` },
    /none was named/,
  ],
  ['a variable that is missing', { query: asks, variables: { w: undefined } }, /\$w/],
  ['a variable of another type', { query: asks, variables: { w: [[{}]] } }, /\$w/],
  [
    'a condition of no value',
    { query: 'query ($c: Boolean) { viewer @skip(if: $c) { id } }', variables: { c: null } },
    /\$c/,
  ],
  ['a change', { query: 'mutation { signOut }' }, /over HTTP/],
  ['depth', { query: '{ '.repeat(3_000) }, /may nest at most 200 levels/],
  ['depth of variables', { query: asks, variables: { w: deep(3_000) } }, /nest at most 198 levels/],
  [
    'depth of a variable that nobody asks for',
    { query: '{ viewer { id } }', variables: { x: deep(3_000) } },
    /nest at most 198 levels/,
  ],
];

function deep(levels: number): unknown {
  return JSON.parse('['.repeat(levels) + ']'.repeat(levels));
}

test('an operation that fails before it begins is told why, and costs its socket nothing', async () => {
  const { key, workspaceId } = await app.tenant();
  const client = await socketOf(key);
  client.ask('follows', `subscription { flowRunsChanged(workspaceId: "${workspaceId}") { id } }`);
  const told: unknown[] = [];
  for (const [what, payload, words] of stillborn) {
    const variables = { w: workspaceId, ...payload.variables };
    client.socket.send(JSON.stringify({ id: what, type: 'subscribe', payload: { ...payload, variables } }));
    await until(`${what} is answered`, () => client.hears(what).length > 0 || client.socket.readyState !== 1);
    const [first, ...more] = client.hears(what);
    const message =
      first?.type === 'error' ? (first.payload[0].message as string) : first?.payload?.errors?.[0]?.message;
    if (!words.test(message) || more.some(({ type }) => type !== 'complete')) told.push([what, first, ...more]);
  }
  expect(told).toEqual([]);
  expect(client.socket.readyState).toBe(1);
  const flow = await app.inject('POST', '/api/flows/', { name: 'f' }, key);
  await app.inject('POST', '/api/flow_runs/', { flow_id: flow.body.id }, key);
  await until('what it listens to is told all the same', () => client.hears('follows').length > 0);
  expect(client.hears('follows')[0]!.type).toBe('next');
});

test('a message that is no operation and nests too deeply ends its socket with a reason', async () => {
  const { key } = await app.tenant();
  const client = await socketOf(key);
  client.socket.send(JSON.stringify({ type: 'ping', payload: { deep: deep(3_000) } }));
  expect(await client.closed).toBe(4400);
});
