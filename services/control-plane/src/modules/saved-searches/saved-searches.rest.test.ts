import { newId } from '@headgate/contracts';
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

const call = (method: 'GET' | 'PUT' | 'POST' | 'DELETE', path: string, body?: unknown, who = owner) =>
  app.inject(
    method,
    `/api/accounts/${who.accountId}/workspaces/${who.workspaceId}/saved_searches${path}`,
    body,
    who.key,
  );
const late = { object: 'flow_run', property: 'state', type: 'string', operation: 'equals', value: ['LATE', null] };

test('a search is kept under its name; kept again it has other filters and is the same search', async () => {
  const first = await call('PUT', '/', { name: 'late', filters: [late] });
  expect([first.status, first.body]).toEqual([
    201,
    { id: expect.any(String), created: expect.any(String), updated: expect.any(String), name: 'late', filters: [late] },
  ]);
  const second = await call('PUT', '/', { name: 'late' });
  expect([second.status, second.body]).toMatchObject([200, { id: first.body.id, filters: [] }]);
  expect((await call('GET', `/${first.body.id}`)).body).toEqual(second.body);
});

test('searches are listed by name, page by page', async () => {
  for (const name of ['b', 'c', 'a']) await call('PUT', '/', { name });
  const names = async (page: object) =>
    (await call('POST', '/filter', page)).body.map((each: { name: string }) => each.name);
  expect(await names({ limit: null })).toEqual(['a', 'b', 'c']);
  expect(await names({ limit: 1, offset: 1 })).toEqual(['b']);
  expect((await call('POST', '/filter', { limit: 201 })).status).toBe(422);
});

test('a filter without one of its parts is refused; null is a value to look for', async () => {
  const { value: _, ...valueless } = late;
  expect((await call('PUT', '/', { name: 'x', filters: [valueless] })).body.exception_detail).toMatchObject([
    { type: 'missing', loc: ['body', 'filters', 0, 'value'], msg: 'Field required' },
  ]);
  expect((await call('PUT', '/', { name: 'x', filters: [{ ...late, value: null }] })).status).toBe(201);
  for (const wrong of [{}, { name: 'x', filters: null }, { name: 'x', more: 1 }])
    expect((await call('PUT', '/', wrong)).status).toBe(422);
});

test('what is deleted, never was, or is of another workspace is not found', async () => {
  const { id } = (await call('PUT', '/', { name: 'late' })).body;
  const stranger = await app.tenant();
  const gone = [404, { detail: 'Saved search not found' }];
  for (const [method, path, who] of [
    ['GET', `/${id}`, stranger],
    ['DELETE', `/${id}`, stranger],
    ['GET', `/${newId()}`, owner],
  ] as const) {
    const { status, body } = await call(method, path, undefined, who);
    expect([status, body]).toEqual(gone);
  }
  expect((await call('PUT', '/', { name: 'late' }, stranger)).status).toBe(201);
  expect((await call('DELETE', `/${id}`)).status).toBe(204);
  const again = await call('DELETE', `/${id}`);
  expect([again.status, again.body]).toEqual(gone);
});
