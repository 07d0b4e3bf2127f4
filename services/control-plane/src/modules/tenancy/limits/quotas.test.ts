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
