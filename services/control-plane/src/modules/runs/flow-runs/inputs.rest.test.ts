import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApp, type Tenant, type TestApp } from '../../../../test/app.js';

let app: TestApp;
let owner: Tenant;
beforeAll(async () => {
  app = await startTestApp();
  owner = await app.tenant();
});
afterAll(() => app.close());

const call = (method: 'GET' | 'POST' | 'DELETE', path: string, body?: unknown, who = owner) =>
  app.inject(method, `/api${path}`, body, who.key);
async function inputsOfNewRun(): Promise<string> {
  const flow = (await call('POST', '/flows/', { name: 'listen' })).body.id;
  return `/flow_runs/${(await call('POST', '/flow_runs/', { flow_id: flow })).body.id}/input`;
}

test('a reader takes one input unless it asks for more, and may ask for as many as there are', async () => {
  const inputs = await inputsOfNewRun();
  for (const key of ['a-1', 'a-2', 'b-1']) await call('POST', inputs, { key, value: '"x"' });
  const keys = async (body: object) =>
    (await call('POST', `${inputs}/filter`, body)).body.map(({ key }: { key: string }) => key);
  expect(await keys({ prefix: 'a-' })).toEqual(['a-1']);
  expect(await keys({ prefix: 'a-', exclude_keys: ['a-1'] })).toEqual(['a-2']);
  expect(await keys({ prefix: '', limit: 1000 })).toEqual(['a-1', 'a-2', 'b-1']);
  expect(await keys({ prefix: 'a-', limit: 0 })).toEqual([]);
  expect((await call('POST', `${inputs}/filter`, { prefix: 'a-', limit: -1 })).status).toBe(422);
});

test('an input is read as the text that was sent, its key is taken once, and it is no one else’s', async () => {
  const inputs = await inputsOfNewRun();
  expect((await call('POST', inputs, { key: 'k', value: 'no json' })).text).toBe('null');
  expect((await call('POST', inputs, { key: 'k', value: '1' })).status).toBe(409);
  expect((await call('GET', `${inputs}/k`)).text).toBe('no json');
  const stranger = await app.tenant();
  expect((await call('GET', `${inputs}/k`, undefined, stranger)).status).toBe(404);
  expect((await call('DELETE', `${inputs}/k`, undefined, stranger)).status).toBe(404);
  expect((await call('DELETE', `${inputs}/k`)).status).toBe(204);
  expect((await call('GET', `${inputs}/k`)).status).toBe(404);
});
