import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { until } from '@headgate/testkit';
import { AccessChanges } from '../../../core/access/access-changes.js';
import { Config } from '../../../core/config/config.js';
import { Live } from '../../../core/live/live.js';
import { LOGGER } from '../../../core/log/log.module.js';
import { TenancyIdentity } from '../identity/identity.service.js';
import { LastUse } from '../identity/last-use.js';
import { TenancyDb } from '../prisma.js';
import { startTestApp, type Tenant, type TestApp } from '../../../../test/app.js';
import { before } from '../../../../test/before.js';

let app: TestApp;
let tenant: Tenant;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());
beforeEach(async () => {
  tenant = await app.tenant('Grace Brewster Hopper');
});

const call = (method: 'GET' | 'POST' | 'DELETE', path: string, body?: unknown, key: string | null = tenant.key) =>
  app.inject(method, `/api${path}`, body, key);

test('the caller learns who they are', async () => {
  const { status, body } = await call('GET', '/me/');
  expect(status).toBe(200);
  expect(body).toMatchObject({
    id: tenant.userId,
    first_name: 'Grace',
    last_name: 'Brewster Hopper',
    email: tenant.email,
    personal_account_id: tenant.accountId,
  });
  expect((await call('GET', `/users/${tenant.userId}`)).body).toMatchObject({
    id: tenant.userId,
    actor_id: tenant.userId,
    email: tenant.email,
  });
});

test('nobody without a key, with a wrong one or an ended session learns anything but why, and what to do', async () => {
  const unknown = /^Unauthorized: this API key is not known here, .* Make a new one/;
  const ended = { cookie: `headgate_session=${'a'.repeat(43)}` };
  for (const [key, headers, words] of [
    [null, {}, /^Unauthorized: no API key came along\. Set PREFECT_API_KEY/],
    [null, ended, /^Unauthorized: the session has ended\. Please sign in again\.$/],
    ['nonsense', {}, unknown],
    [`pnu_${'a'.repeat(36)}`, {}, unknown],
    [null, { authorization: 'Bearer nonsense' }, /use it: prefect cloud login, PREFECT_API_KEY, or agent login\.$/],
    [null, { authorization: 'Basic bm9ib2R5' }, /use it: PREFECT_API_AUTH_STRING\.$/],
  ] as const) {
    const { status, body } = await app.inject('GET', '/api/me/', undefined, key, headers);
    expect.soft([status, body]).toEqual([401, { exception_message: expect.stringMatching(words) }]);
  }
});

test('a key may also be the password of basic credentials', async () => {
  const basic = (text: string) =>
    app.inject('GET', '/api/me/', undefined, null, { authorization: `Basic ${Buffer.from(text).toString('base64')}` });
  expect((await basic(`anybody:${tenant.key}`)).status).toBe(200);
  expect((await basic(tenant.key)).status).toBe(200);
  expect((await basic('anybody:nothing')).status).toBe(401);
});

test('workspaces are listed as a login expects them, their descriptions as text', async () => {
  expect((await call('GET', '/me/workspaces')).body).toEqual([
    {
      account_id: tenant.accountId,
      account_name: 'Grace Brewster Hopper',
      account_handle: expect.stringMatching(/^grace-brewster-hopper/),
      workspace_id: tenant.workspaceId,
      workspace_name: 'main',
      workspace_handle: 'main',
      workspace_description: '',
    },
  ]);
});

test('accounts and scopes are listed', async () => {
  expect((await call('GET', '/me/accounts')).body).toMatchObject([
    { account_id: tenant.accountId, account_role_name: 'Owner' },
  ]);
  expect((await call('GET', `/me/workspaces/${tenant.workspaceId}/scopes`)).body).toContain('run_flows');
  expect((await call('GET', `/me/workspaces/${crypto.randomUUID()}/scopes`)).status).toBe(404);
});

test('a key is made, shown once, listed and deleted', async () => {
  const keys = `/users/${tenant.userId}/api_keys`;
  const made = await call('POST', keys, { name: 'ci', expiration: '2099-01-01 00:00:00+00:00' });
  expect([made.status, made.body]).toEqual([
    201,
    {
      id: expect.any(String),
      created: expect.any(String),
      name: 'ci',
      expiration: '2099-01-01T00:00:00.000000Z',
      key: expect.stringMatching(/^pnu_/),
    },
  ]);
  const { id, key } = made.body;
  expect((await call('GET', '/me/', undefined, key)).status).toBe(200);
  expect((await call('GET', '/me/api_keys?name=ci')).body).toMatchObject([
    { id, name: 'ci', masked_key: `pnu_…${key.slice(-4)}` },
  ]);
  expect((await call('GET', keys)).text).not.toContain(key);
  expect((await call('GET', `${keys}/${id}`)).body).toMatchObject({ id, name: 'ci' });
  expect((await call('DELETE', `${keys}/${id}`)).status).toBe(204);
  expect((await call('GET', '/me/', undefined, key)).status).toBe(401);
  expect((await call('GET', `${keys}/${id}`)).status).toBe(404);
});

/** Waits until what `speaker` publishes reaches `listener`, and with it everything that was subscribed to before. */
async function hears(listener: Live, speaker: Live) {
  let heard = false;
  listener.subscribe('test', () => (heard = true));
  await until('it is heard', () => {
    speaker.publish('test');
    return heard;
  });
}

test('a key that is deleted in one process is refused in the others', async () => {
  const config = app.app.get(Config);
  const live = new Live(config, app.app.get(LOGGER));
  const neighbour = new TenancyIdentity(app.app.get(TenancyDb), new AccessChanges(live), app.app.get(LastUse), config);
  neighbour.onModuleInit();
  const { id, key } = (await call('POST', `/users/${tenant.userId}/api_keys`, { name: 'ci' })).body;
  expect(await neighbour.byApiKey(key)).toMatchObject({ userId: tenant.userId, via: 'api-key' });
  await hears(live, app.app.get(Live));
  await call('DELETE', `/users/${tenant.userId}/api_keys/${id}`);
  await expect.poll(() => neighbour.byApiKey(key)).toBeNull();
  live.onApplicationShutdown();
});

test('an expired key is nobody, and none is made that has expired already', async () => {
  const keys = `/users/${tenant.userId}/api_keys`;
  const { id, key } = (
    await call('POST', keys, { name: 'ci', expiration: new Date(Date.now() + 3_600_000).toISOString() })
  ).body;
  await app.db.sql.query("update api_key set expiration = now() - interval '1 second' where id = $1", [id]);
  expect((await call('GET', '/me/', undefined, key)).status).toBe(401);
  expect((await call('POST', keys, { name: 'ci', expiration: '2001-01-01T00:00:00Z' })).status).toBe(422);
});

test('a key that expires while it is remembered stops working then', async () => {
  const statusOf = async (key: string) => (await call('GET', '/me/', undefined, key)).status;
  const remembered = await before(async (soon) => {
    const brief = { name: 'brief', expiration: soon.toISOString() };
    const { key } = (await call('POST', `/users/${tenant.userId}/api_keys`, brief)).body;
    expect(await statusOf(key)).toBe(200);
    return key as string;
  }, 300);
  await expect.poll(() => statusOf(remembered)).toBe(401);
});

test('when a key was used last is written, many uses as one', async () => {
  for (let count = 0; count < 20; count++) await call('GET', '/me/');
  await app.app.get(LastUse).flush();
  const [{ last_used: first }] = (await call('GET', '/me/api_keys')).body;
  expect(Date.now() - Date.parse(first)).toBeLessThan(60_000);
  await call('GET', '/me/');
  await app.app.get(LastUse).flush();
  expect((await call('GET', '/me/api_keys')).body[0].last_used).toBe(first);
});

test("other people's keys and profiles are not found", async () => {
  const other = await app.tenant();
  const { id } = (await app.inject('POST', `/api/users/${other.userId}/api_keys`, { name: 'x' }, other.key)).body;
  for (const path of [
    `/users/${other.userId}`,
    `/users/${other.userId}/api_keys`,
    `/users/${other.userId}/api_keys/${id}`,
    `/users/${tenant.userId}/api_keys/${id}`,
  ]) {
    expect((await call('GET', path)).status).toBe(404);
  }
  expect((await call('DELETE', `/users/${tenant.userId}/api_keys/${id}`)).status).toBe(404);
  expect((await call('POST', `/users/${other.userId}/api_keys`, { name: 'x' })).status).toBe(404);
});

test('what is no key is refused', async () => {
  for (const body of [{}, { name: '' }, { name: 'x', expiration: 'soon' }, { name: 'x', scopes: [] }]) {
    expect((await call('POST', `/users/${tenant.userId}/api_keys`, body)).status).toBe(422);
  }
});
