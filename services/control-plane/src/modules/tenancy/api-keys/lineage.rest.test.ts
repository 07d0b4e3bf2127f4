import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApp, type Tenant, type TestApp } from '../../../../test/app.js';

let app: TestApp;
let owner: Tenant;
beforeAll(async () => {
  app = await startTestApp();
  owner = await app.tenant();
});
afterAll(() => app.close());

const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString();
const make = (key: string, body: object) => app.inject('POST', `/api/users/${owner.userId}/api_keys`, body, key);

test('a key makes no key that outlives it: later is refused, and without an end it ends with its maker', async () => {
  const short = (await make(owner.key, { name: 'short', expiration: inDays(1) })).body;
  const later = await make(short.key, { name: 'later', expiration: inDays(2) });
  expect(later.status).toBe(422);
  expect(JSON.stringify(later.body)).toContain('lies after that of the key that asks for it');
  const heir = (await make(short.key, { name: 'heir' })).body;
  expect(Date.parse(heir.expiration)).toBe(Date.parse(short.expiration));
  const sooner = (await make(short.key, { name: 'sooner', expiration: inDays(0.5) })).body;
  expect(Date.parse(sooner.expiration)).toBeLessThan(Date.parse(short.expiration));
  const query = 'mutation ($name: String!) { createApiKey(name: $name) { apiKey { expiration } } }';
  const { data } = await app.gql(query, { name: 'by graphql' }, { authorization: `Bearer ${short.key}` });
  expect(Date.parse(data.createApiKey.apiKey.expiration)).toBe(Date.parse(short.expiration));
});

test('a key without an end makes keys without an end', async () => {
  expect((await make(owner.key, { name: 'for ever' })).body.expiration).toBeNull();
});

test('a key that is revoked takes along what was made with it, and with that', async () => {
  const found = (await make(owner.key, { name: 'found' })).body;
  const child = (await make(found.key, { name: 'child' })).body;
  const grandchild = (await make(child.key, { name: 'grandchild' })).body;
  const knows = async (key: string) => (await app.inject('GET', '/api/me', undefined, key)).status;
  expect(await Promise.all([found, child, grandchild].map(({ key }) => knows(key)))).toEqual([200, 200, 200]);
  await app.inject('DELETE', `/api/users/${owner.userId}/api_keys/${found.id}`, undefined, owner.key);
  expect(await Promise.all([found, child, grandchild].map(({ key }) => knows(key)))).toEqual([401, 401, 401]);
  expect(await knows(owner.key)).toBe(200);
});
