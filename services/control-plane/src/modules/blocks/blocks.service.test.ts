import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApp, type Tenant, type TestApp } from '../../../test/app.js';
import { ctxFor } from '../../../test/ctx.js';
import { makeKind } from '../../../test/block-kinds.js';
import { allScopes, workspaceRoles } from '../../core/access/scopes.js';
import { BlocksService } from './blocks.service.js';
import { BlockDocumentsService } from './documents/block-documents.service.js';

let app: TestApp;
let owner: Tenant;
let blocks: BlocksService;
let id: string;
beforeAll(async () => {
  app = await startTestApp();
  owner = await app.tenant();
  blocks = app.app.get(BlocksService);
  const kind = await makeKind(app, owner);
  const body = { ...kind, name: 'one', data: { tok: 'abc', x: 1 } };
  id = (await app.inject('POST', '/api/block_documents/', body, owner.key)).body.id;
});
afterAll(() => app.close());

const unknownId = '01900000-0000-7000-8000-000000000000';
const ref = (block_document_id: unknown) => ({ $ref: { block_document_id } });
const call = (method: 'POST' | 'PATCH' | 'GET', path: string, body?: unknown) =>
  app.inject(method, `/api${path}`, body, owner.key);

test('secrets are shown only to roles that may see them', async () => {
  const documents = app.app.get(BlockDocumentsService);
  const asked = async (scopes: ReadonlySet<(typeof allScopes)[number]>) =>
    (await documents.get(ctxFor(owner, { scopes }), id, true)).data['tok'];
  expect(await asked(workspaceRoles['Viewer']!)).toBe('********');
  expect(await asked(workspaceRoles['Runner']!)).toBe('********');
  expect(await asked(workspaceRoles['Worker']!)).toBe('abc');
  expect(await asked(workspaceRoles['Developer']!)).toBe('abc');
});

test('other modules ask whether a document is there, and for its data', async () => {
  const ctx = ctxFor(owner);
  const elsewhere = ctxFor(await app.tenant());
  expect(await blocks.exists(ctx, app.db.db, id)).toBe(true);
  expect(await blocks.exists(ctx, app.db.db, unknownId)).toBe(false);
  expect(await blocks.exists(elsewhere, app.db.db, id)).toBe(false);
  expect((await blocks.getDocument(ctx, id)).data).toEqual({ tok: '********', x: 1 });
  expect((await blocks.getDocument(ctx, id, { secrets: true })).data).toEqual({ tok: 'abc', x: 1 });
  await expect(blocks.getDocument(elsewhere, id)).rejects.toMatchObject({
    kind: 'notFound',
    message: 'Block not found.',
  });
});

test('a reference stands for the data of its block, any other value for itself', async () => {
  const inline = async (value: unknown) => (await blocks.inlineData(ctxFor(owner), [value]))[0];
  expect(await inline(ref(id))).toEqual({ tok: '********', x: 1 });
  for (const value of [null, 1, 'text', ['a'], { a: 1 }]) expect(await inline(value)).toEqual(value);
  expect(await inline({ $ref: {} })).toBe(undefined);
  await expect(inline(ref(unknownId))).rejects.toMatchObject({ kind: 'notFound' });
  await expect(inline(ref('no-id'))).rejects.toMatchObject({ kind: 'notFound' });
  const many = [ref(id), 1, { $ref: {} }, ref(id.toUpperCase())];
  expect(await blocks.inlineData(ctxFor(owner), many)).toEqual([
    { tok: '********', x: 1 },
    1,
    undefined,
    { tok: '********', x: 1 },
  ]);
});

test('deployments name only blocks that are there', async () => {
  const flow_id = (await call('POST', '/flows/', { name: 'f' })).body.id;
  const named = (more: object) => call('POST', '/deployments/', { name: 'd', flow_id, ...more });
  const refused = await named({ infrastructure_document_id: unknownId });
  expect([refused.status, refused.body.detail]).toEqual([
    409,
    `Error creating deployment. Could not find infrastructure block with id: ${unknownId}.`,
  ]);
  expect((await named({ storage_document_id: unknownId })).status).toBe(409);
  const made = await named({ infrastructure_document_id: id, storage_document_id: id });
  expect(made.body).toMatchObject({ infrastructure_document_id: id, storage_document_id: id });
  expect((await call('PATCH', `/deployments/${made.body.id}`, { storage_document_id: unknownId })).status).toBe(409);
});

test('defaults of a work pool name only blocks that are there', async () => {
  const pool = (name: string, value: unknown) =>
    call('POST', '/work_pools/', {
      name,
      type: 'process',
      base_job_template: {
        job_configuration: { env: '{{ env }}' },
        variables: { properties: { env: { type: 'object', default: value } } },
      },
    });
  const refused = await pool('a', ref(unknownId));
  expect([refused.status, refused.body]).toEqual([404, { detail: 'Block not found.' }]);
  expect((await pool('b', ref(id))).status).toBe(201);
});
