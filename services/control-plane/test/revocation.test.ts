import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { newId } from '@headgate/contracts';
import { until } from '@headgate/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { AppModule } from '../src/app.module.js';
import { AccessChanges } from '../src/core/access/access-changes.js';
import { createHttpApp } from '../src/core/http/http-app.js';
import { ApiKeysService } from '../src/modules/tenancy/index.js';
import { startTestApp, type Tenant, type TestApp } from './app.js';
import { accountCtxFor } from './ctx.js';
import { before } from './before.js';
import { followRuns, openApiDoors, type OpenDoor } from './open-doors.js';

let app: TestApp;
/** Two replicas on the same database and Redis, and one whose Redis is away. */
let replicas: NestFastifyApplication[];
let cutOff: NestFastifyApplication;
let tenant: Tenant;

const portOf = (each: NestFastifyApplication) => (each.getHttpServer().address() as AddressInfo).port;
async function replica(redisUrl?: string) {
  const usual = process.env['REDIS_URL'];
  if (redisUrl) process.env['REDIS_URL'] = redisUrl;
  const started = await createHttpApp(AppModule);
  process.env['REDIS_URL'] = usual;
  await started.listen(0, '127.0.0.1');
  return started;
}

beforeAll(async () => {
  process.env['HEADGATE_SOCKETS_RECHECK_SECONDS'] = '300';
  app = await startTestApp();
  await app.app.listen(0, '127.0.0.1');
  replicas = [app.app, await replica()];
  process.env['HEADGATE_SOCKETS_RECHECK_SECONDS'] = '1';
  cutOff = await replica('redis://127.0.0.1:1');
});
afterAll(async () => {
  await Promise.all([replicas[1]!.close(), cutOff.close()]);
  await app.close();
});

const sql = (text: string, ...values: unknown[]) => app.db.sql.query(text, values);
const call = (method: 'POST' | 'DELETE', path: string, body?: unknown) =>
  app.inject(method, `/api${path}`, body, tenant.key);
const changed = (change: Parameters<AccessChanges['publish']>[0]) => app.app.get(AccessChanges).publish(change);

async function newTenant() {
  tenant = await app.tenant();
  await call('POST', '/work_pools/', { name: 'pool', type: 'process' });
}
async function newKey(expiration?: string): Promise<{ id: string; key: string }> {
  const { apiKey, key } = await app.app
    .get(ApiKeysService)
    .create(accountCtxFor(tenant.userId), { name: 'short', expiration });
  return { id: apiKey.id, key };
}
/** Every door of one replica, held open by one key. */
const doorsOf = async (each: NestFastifyApplication, key: string): Promise<OpenDoor[]> => [
  ...(await openApiDoors(portOf(each), { ...tenant, key }, 'pool')),
  await followRuns(portOf(each), tenant.workspaceId, { apiKey: key }),
];
const allDoors = async (key: string) => (await Promise.all(replicas.map((each) => doorsOf(each, key)))).flat();

/** How each door closed; one that stays open is `open`. The next look at its rights comes much later than that. */
async function outcomes(doors: OpenDoor[]): Promise<string[]> {
  const late = new Promise<string>((resolve) => setTimeout(() => resolve('open'), 60_000).unref());
  return Promise.all(doors.map(async ({ door, closed }) => `${door} ${await Promise.race([closed, late])}`));
}
const areOpen = (doors: OpenDoor[]) =>
  expect(new Set(doors.map(({ socket }) => socket.readyState))).toEqual(new Set([WebSocket.OPEN]));
const closedRightly = (doors: OpenDoor[]) => doors.map(({ door }) => `${door} ${door === '/graphql' ? 4403 : 1008}`);

test('every socket of a key ends at once on every replica when the key is deleted; those of others go on', async () => {
  await newTenant();
  const [doomed, other] = [await newKey(), await newKey()];
  const doors = await allDoors(doomed.key);
  const others = await allDoors(other.key);
  await call('DELETE', `/users/${tenant.userId}/api_keys/${doomed.id}`);
  expect(await outcomes(doors)).toEqual(closedRightly(doors));
  areOpen(others);
  others.forEach(({ socket }) => socket.terminate());
});

test('every socket of a key ends when the key expires', async () => {
  await newTenant();
  const doors = await before(async (expires) => {
    const opened = await allDoors((await newKey(expires.toISOString())).key);
    areOpen(opened);
    return opened;
  }, 3_000);
  expect(await outcomes(doors)).toEqual(closedRightly(doors));
});

const leavings: [string, () => Promise<unknown>][] = [
  ['its workspace is deleted', () => call('DELETE', `/accounts/${tenant.accountId}/workspaces/${tenant.workspaceId}`)],
  [
    'its user is deleted',
    async () => {
      await sql('delete from app_user where id = $1', tenant.userId);
      changed({ userId: tenant.userId });
    },
  ],
  [
    'its user is a member no longer',
    async () => {
      await sql('delete from account_membership where user_id = $1', tenant.userId);
      await sql('delete from workspace_membership where user_id = $1', tenant.userId);
      changed({ userId: tenant.userId });
    },
  ],
  [
    'its account is deleted',
    async () => {
      await sql('delete from workspace where account_id = $1', tenant.accountId);
      await sql('delete from account where id = $1', tenant.accountId);
      changed({ accountId: tenant.accountId });
    },
  ],
];
test.each(leavings)('every socket ends at once on every replica when %s', async (_, leave) => {
  await newTenant();
  const doors = await allDoors((await newKey()).key);
  await leave();
  expect(await outcomes(doors)).toEqual(closedRightly(doors));
});

test('with another role only those sockets end that need what the role lacks', async () => {
  await newTenant();
  const doors = await allDoors((await newKey()).key);
  await sql('delete from account_membership where user_id = $1', tenant.userId);
  await sql(`update workspace_membership set role = 'Viewer' where user_id = $1`, tenant.userId);
  changed({ userId: tenant.userId });
  const reads = (each: OpenDoor) => ['/events/out', '/logs/out', '/graphql'].includes(each.door);
  const ending = doors.filter((each) => !reads(each));
  expect(await outcomes(ending)).toEqual(ending.map(({ door }) => `${door} 1008`));
  areOpen(doors.filter(reads));
  doors.forEach(({ socket }) => socket.terminate());
});

const signIn = async (cookie?: string) => {
  const variables = { input: { email: tenant.email, password: tenant.password } };
  const mutation = 'mutation ($input: SignInInput!) { signIn(input: $input) { id } }';
  const { cookies, error } = await app.gql(mutation, variables, cookie ? { cookie } : {});
  if (error) throw new Error(error.message);
  return cookies.map(({ name, value }) => `${name}=${value}`).join('; ');
};
const signOut = (cookie: string) =>
  app.gql('mutation { signOut }', {}, { cookie, 'x-csrf-token': /headgate_csrf=([^;]+)/.exec(cookie)![1]! });
const sessionEnds: [string, (cookie: string) => Promise<unknown>][] = [
  ['signs out', signOut],
  ['signs in again in the same browser', signIn],
];
test.each(sessionEnds)('a browser loses its live pages at once on every replica when it %s', async (_, end) => {
  await newTenant();
  const cookie = await signIn();
  const doors = await Promise.all(replicas.map((each) => followRuns(portOf(each), tenant.workspaceId, { cookie })));
  await end(cookie);
  expect(await outcomes(doors)).toEqual(closedRightly(doors));
});

test('a browser loses its live pages when its session expires', async () => {
  await newTenant();
  const doors = await before(async (expires) => {
    const cookie = await signIn();
    await sql('update user_session set expires = $2 where user_id = $1', tenant.userId, expires);
    return Promise.all(replicas.map((each) => followRuns(portOf(each), tenant.workspaceId, { cookie })));
  }, 3_000);
  expect(await outcomes(doors)).toEqual(closedRightly(doors));
});

test('without Redis the sockets of a deleted key end with the next look at their rights', async () => {
  await newTenant();
  const { id, key } = await newKey();
  const doors = await doorsOf(cutOff, key);
  await call('DELETE', `/users/${tenant.userId}/api_keys/${id}`);
  expect(await outcomes(doors)).toEqual(closedRightly(doors));
});

test('an event that is sent after its key was deleted is not stored', async () => {
  await newTenant();
  const { id, key } = await newKey();
  const headers = { authorization: `bearer ${key}` };
  const socket = new WebSocket(`ws://127.0.0.1:${portOf(app.app)}/api/events/in`, { headers });
  await once(socket, 'open');
  const end = once(socket, 'close');
  let name = 'before';
  const resource = { 'prefect.resource.id': 'x' };
  const timer = setInterval(() => {
    const event = { id: newId(), occurred: new Date().toISOString(), event: name, resource };
    if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(event));
  }, 2);
  const stored = async (event: string) => {
    const found = 'select 1 from event where workspace_id = $1 and event = $2';
    return (await sql(found, tenant.workspaceId, event)).rowCount;
  };
  await until('events', async () => (await stored('before'))! > 20);
  await call('DELETE', `/users/${tenant.userId}/api_keys/${id}`);
  name = 'after';
  await end;
  clearInterval(timer);
  // What may have been under way is stored before what another key sends now.
  const last = { id: newId(), occurred: new Date().toISOString(), event: 'last', resource };
  await call('POST', '/events', [last]);
  await until('the last event', () => stored('last'));
  expect(await stored('after')).toBe(0);
});

test('a long poll for work ends when its key expires', async () => {
  await newTenant();
  const began = performance.now();
  const poll = await before(async (expires) => {
    const { key } = await newKey(expires.toISOString());
    const answer = fetch(`http://127.0.0.1:${portOf(replicas[1]!)}/api/headgate/work_pools/pool/claim`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ agent_name: 'a', agent_id: randomUUID(), wait_seconds: 60 }),
    });
    const polls =
      'select 1 from worker join work_pool on work_pool.id = work_pool_id where work_pool.workspace_id = $1';
    await until('the poll', async () => (await sql(polls, tenant.workspaceId)).rowCount);
    return { answer };
  }, 2_000);
  expect((await poll.answer).status).toBe(401);
  // Before its time is up.
  expect(performance.now() - began).toBeLessThan(50_000);
});

test('a long poll for work ends at once when its key is deleted', async () => {
  await newTenant();
  const { id, key } = await newKey();
  const ask = { agent_name: 'a', agent_id: randomUUID(), wait_seconds: 25 };
  const began = performance.now();
  const waiting = fetch(`http://127.0.0.1:${portOf(replicas[1]!)}/api/headgate/work_pools/pool/claim`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify(ask),
  });
  const polls = 'select 1 from worker join work_pool on work_pool.id = work_pool_id where work_pool.workspace_id = $1';
  await until('the poll', async () => (await sql(polls, tenant.workspaceId)).rowCount);
  await call('DELETE', `/users/${tenant.userId}/api_keys/${id}`);
  expect((await waiting).status).toBe(401);
  // Before its time is up.
  expect(performance.now() - began).toBeLessThan(24_000);
});

/** A change of which the body is on its way; `end` sends the rest and answers what came of it. */
async function beginChange(each: NestFastifyApplication, name: string, headers: Record<string, string>) {
  const body = JSON.stringify({ name });
  const asking = request({
    port: portOf(each),
    host: '127.0.0.1',
    path: '/api/flows/',
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json', 'content-length': String(body.length) },
  });
  const answered = once(asking, 'response') as Promise<[IncomingMessage]>;
  asking.write(body.slice(0, 5));
  await once(asking, 'socket');
  const began = performance.now();
  return {
    async end() {
      // Who it was is believed for a second.
      await until('more than a second to pass', () => performance.now() - began > 1_500);
      asking.end(body.slice(5));
      const [answer] = await answered;
      answer.resume();
      return answer.statusCode;
    },
  };
}
const flowsNamed = async (name: string) =>
  (await sql('select 1 from flow where workspace_id = $1 and name = $2', tenant.workspaceId, name)).rowCount;

test('a change whose body is on its way when its key is deleted is not made', async () => {
  await newTenant();
  const [doomed, other] = [await newKey(), await newKey()];
  const begin = (each: NestFastifyApplication, key: string, name: string) =>
    beginChange(each, name, { authorization: `Bearer ${key}` });
  const changes = await Promise.all(replicas.map((each) => begin(each, doomed.key, 'late')));
  const kept = await begin(replicas[0]!, other.key, 'kept');
  const isKnown = async (each: NestFastifyApplication) =>
    (await fetch(`http://127.0.0.1:${portOf(each)}/api/me/`, { headers: { authorization: `Bearer ${doomed.key}` } }))
      .ok;
  // They know it before it is deleted, as they do of a key that is in use.
  expect(await Promise.all(replicas.map(isKnown))).toEqual([true, true]);
  await call('DELETE', `/users/${tenant.userId}/api_keys/${doomed.id}`);
  await until('all to know', async () => !(await Promise.all(replicas.map(isKnown))).some(Boolean));
  expect(await Promise.all(changes.map((change) => change.end()))).toEqual([401, 401]);
  expect(await kept.end()).toBe(201);
  expect([await flowsNamed('late'), await flowsNamed('kept')]).toEqual([0, 1]);
});
