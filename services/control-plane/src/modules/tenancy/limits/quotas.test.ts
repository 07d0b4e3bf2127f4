import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApp, type TestApp } from '../../../../test/app.js';

const settings = { HEADGATE_LIMIT_API_KEYS: '3', HEADGATE_LIMIT_WORKSPACES: '2' };
let app: TestApp;
beforeAll(async () => {
  Object.assign(process.env, settings);
  app = await startTestApp();
});
afterAll(async () => {
  await app.close();
  for (const name of Object.keys(settings)) delete process.env[name];
});

test('a person has no more than so many API keys, and may make another when one is gone', async () => {
  const { key, userId } = await app.tenant();
  const create = () => app.inject('POST', `/api/users/${userId}/api_keys`, { name: 'another' }, key);
  const [first] = [await create(), await create()];
  const refused = await create();
  expect(refused.status).toBe(409);
  expect(refused.body.detail).toMatch(/At most 3 API keys/);
  await app.inject('DELETE', `/api/users/${userId}/api_keys/${first.body.id}`, undefined, key);
  expect((await create()).status).toBeLessThan(300);
});

test('an account has no more than so many workspaces', async () => {
  const { key, accountId } = await app.tenant();
  const create = (name: string) => app.inject('POST', `/api/accounts/${accountId}/workspaces/`, { name }, key);
  expect((await create('second')).status).toBeLessThan(300);
  const refused = await create('third');
  expect(refused.status).toBe(409);
  expect(refused.body.detail).toMatch(/at most 2 workspaces/);
});

const all = <T>(count: number, work: (at: number) => Promise<T>) =>
  Promise.all(Array.from({ length: count }, (_, at) => work(at)));
const doneOf = (answers: { status: number }[]) => answers.filter(({ status }) => status < 300).length;

test('of many keys that are asked for at once, as many are made as there is room for', async () => {
  const { key, userId } = await app.tenant();
  const answers = await all(12, () => app.inject('POST', `/api/users/${userId}/api_keys`, { name: 'at once' }, key));
  expect(doneOf(answers)).toBe(2);
  for (const { status, body } of answers)
    if (status >= 300) expect([status, body.detail]).toEqual([409, expect.stringContaining('At most 3 API keys')]);
});

test('of many workspaces that are asked for at once, as many are made as there is room for', async () => {
  const { key, accountId } = await app.tenant();
  const create = (at: number) => app.inject('POST', `/api/accounts/${accountId}/workspaces/`, { name: `w${at}` }, key);
  expect(doneOf(await all(12, create))).toBe(1);
  expect((await app.inject('GET', '/api/me/workspaces', undefined, key)).body).toHaveLength(2);
});

test('of many schedules that are given to a deployment at once, as many are kept as it may have', async () => {
  const { key } = await app.tenant();
  const call = (path: string, body: unknown) => app.inject('POST', `/api${path}`, body, key);
  const flow = (await call('/flows/', { name: 'f' })).body;
  const deployment = (await call('/deployments/', { name: 'd', flow_id: flow.id })).body;
  const some = Array.from({ length: 30 }, (_, at) => ({ active: false, schedule: { interval: 86_400 + at } }));
  const answers = await all(8, () => call(`/deployments/${deployment.id}/schedules`, some));
  expect(doneOf(answers)).toBe(3);
  const { body } = await app.inject('GET', `/api/deployments/${deployment.id}/schedules`, undefined, key);
  expect(body).toHaveLength(90);
});
