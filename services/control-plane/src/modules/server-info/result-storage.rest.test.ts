import { newId } from '@headgate/contracts';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { makeKind } from '../../../test/block-kinds.js';
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

const call = (method: 'GET' | 'PUT' | 'DELETE' | 'POST', path: string, body?: unknown, who = owner) =>
  app.inject(method, `/api/accounts/${who.accountId}/workspaces/${who.workspaceId}${path}`, body, who.key);
const read = async (who = owner) =>
  (await call('GET', '/admin/storage', undefined, who)).body.default_result_storage_block_id;
const put = (id: unknown, who = owner) => call('PUT', '/admin/storage', { default_result_storage_block_id: id }, who);
async function block(capabilities: string[]): Promise<string> {
  const kind = await makeKind(app, owner, { slug: capabilities.join('-'), capabilities });
  const made = await call('POST', '/block_documents/', { ...kind, name: `b${newId()}`, data: {} });
  return made.body.id;
}

test('a block that can write may be the storage of a workspace, until it is cleared', async () => {
  expect(await read()).toBe(null);
  const id = await block(['read-path', 'write-path']);
  const set = await put(id);
  expect([set.status, set.body]).toEqual([200, { default_result_storage_block_id: id }]);
  expect(await read()).toBe(id);
  const other = await block(['write-path']);
  await put(other);
  expect(await read()).toBe(other);
  expect((await call('DELETE', '/admin/storage')).status).toBe(204);
  expect((await call('DELETE', '/admin/storage')).status).toBe(204);
  expect(await read()).toBe(null);
});

test('what is no block, or cannot write, is refused and changes nothing', async () => {
  const [good, poor, missing] = [await block(['write-path']), await block(['read-path', 'put-directory']), newId()];
  await put(good);
  const unknown = await put(missing);
  expect([unknown.status, unknown.body]).toEqual([404, { detail: `Block document ${missing} not found.` }]);
  const unable = await put(poor);
  expect([unable.status, unable.body]).toEqual([
    422,
    { detail: `Block document ${poor} cannot be used for result storage.` },
  ]);
  for (const wrong of [null, 'x', undefined]) expect((await put(wrong)).status).toBe(422);
  expect(await read()).toBe(good);
});

test('a block that is deleted is no longer the storage', async () => {
  const id = await block(['write-path']);
  await put(id);
  await call('DELETE', `/block_documents/${id}`);
  expect(await read()).toBe(null);
});

test('a workspace cannot name the block of another, nor see its storage', async () => {
  const id = await block(['write-path']);
  await put(id);
  const stranger = await app.tenant();
  expect((await put(id, stranger)).status).toBe(404);
  expect(await read(stranger)).toBe(null);
  expect((await app.inject('GET', '/api/admin/storage', undefined, null)).status).toBe(401);
});
