import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { startTestApp, type Tenant, type TestApp } from '../../../test/app.js';

let app: TestApp;
let owner: Tenant;
beforeAll(async () => {
  app = await startTestApp();
});
beforeEach(async () => {
  owner = await app.tenant();
});
afterAll(() => app.close());

type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE';
const call = (method: Method, path: string, body?: unknown, who = owner) =>
  app.inject(method, `/api/artifacts${path}`, body, who.key);
/** Sends a text as it is, and answers with the text that comes back. */
const send = async (method: Method, url: string, payload?: string) =>
  (
    await app.app.inject({
      method,
      url: `/api/artifacts${url}`,
      ...(payload && { payload }),
      headers: { authorization: `Bearer ${owner.key}`, 'content-type': 'application/json' },
    })
  ).body;

test('numbers come back as they were sent', async () => {
  const [text, other] = ['[{"id":1795220030207368123}]', '12345678901234567890'];
  const made = await send('POST', '/', `{"key":"table","data":${text}}`);
  expect(made).toContain(`1795220030207368123`);
  const { id } = JSON.parse(made) as { id: string };
  expect(await send('GET', `/${id}`)).toContain('1795220030207368123');
  await send('PATCH', `/${id}`, `{"data":${other}}`);
  expect(await send('GET', '/table/latest')).toContain(`"data":${other}`);
  expect(await send('POST', '/filter', '{}')).toContain(`"data":${other}`);
  expect(await send('POST', '/latest/filter', '{}')).toContain(`"data":${other}`);
});

test('metadata that is too long is cut, and shows that it was', async () => {
  const metadata_ = { short: 'x'.repeat(500), long: 'y'.repeat(501) };
  const made = await call('POST', '/', { metadata_ });
  expect(made.body.metadata_).toEqual({ short: metadata_.short, long: `${'y'.repeat(500)}...` });
});

test('a key may be empty, as on the wire that we speak', async () => {
  expect((await call('POST', '/', { key: '', data: 1 })).body.key).toBe('');
  expect((await call('POST', '/', { data: 1 })).body.key).toBeNull();
  expect((await call('POST', '/latest/count', {})).body).toBe(1);
});

test('what is another workspace’s is not found', async () => {
  const { id } = (await call('POST', '/', { key: 'mine', data: null })).body;
  const stranger = await app.tenant();
  expect((await call('GET', `/${id}`, undefined, stranger)).status).toBe(404);
  expect((await call('GET', '/mine/latest', undefined, stranger)).status).toBe(404);
  expect((await call('PATCH', `/${id}`, { data: 1 }, stranger)).status).toBe(404);
  expect((await call('DELETE', `/${id}`, undefined, stranger)).status).toBe(404);
});

test('a key whose newest artifact is deleted is told as updated while older ones remain, then as deleted', async () => {
  const [first, second, third] = [
    (await call('POST', '/', { key: 'report', data: 1 })).body.id,
    (await call('POST', '/', { key: 'report', data: 2 })).body.id,
    (await call('POST', '/', { key: 'report', data: 3 })).body.id,
  ];
  // One that the key does not point at goes without a word.
  for (const id of [second, third, first]) await call('DELETE', `/${id}`);
  const filter = { filter: { event: { prefix: ['prefect.artifact-collection.'] }, order: 'ASC' } };
  const { events } = (await app.inject('POST', '/api/events/filter', filter, owner.key)).body;
  const told = events.map(
    (event: { event: string; related: Record<string, string>[] }) =>
      `${event.event.split('.').at(-1)} ${event.related[0]!['prefect.resource.id']!.split('.').at(-1)}`,
  );
  expect(told).toEqual([
    `created ${first}`,
    `updated ${second}`,
    `updated ${third}`,
    `updated ${first}`,
    `deleted ${first}`,
  ]);
});
