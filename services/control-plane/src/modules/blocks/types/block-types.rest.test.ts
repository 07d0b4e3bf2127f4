import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { startTestApp, type Tenant, type TestApp } from '../../../../test/app.js';

let app: TestApp;
let owner: Tenant;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());
beforeEach(async () => {
  owner = await app.tenant();
});

type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE';
const call = (method: Method, path: string, body?: unknown, who = owner) =>
  app.inject(method, `/api/block_types${path}`, body, who.key);
const make = async (slug: string, more: object = {}) =>
  (await call('POST', '/', { name: slug.toUpperCase(), slug, ...more })).body;
const bySlug = async (slug: string, who = owner) => (await call('GET', `/slug/${slug}`, undefined, who)).body;
const slugs = async (body: object) =>
  (await call('POST', '/filter', body)).body.map((type: { slug: string }) => type.slug);
const eventsOf = async (workspaceId: string) =>
  (
    await app.db.sql.query(
      "select event, resource, payload from event where workspace_id = $1 and event like 'prefect.block-type.%' order by id",
      [workspaceId],
    )
  ).rows;
const unknownId = '01900000-0000-7000-8000-000000000000';

test('a type is created with 201 and everything about it', async () => {
  const made = await call('POST', '/', { name: 'Gauge', slug: 'gauge', description: 'a < b' });
  expect(made.status).toBe(201);
  expect(made.body).toEqual({
    id: expect.any(String),
    created: expect.stringMatching(/Z$/),
    updated: expect.stringMatching(/Z$/),
    name: 'Gauge',
    slug: 'gauge',
    logo_url: null,
    documentation_url: null,
    description: 'a < b',
    code_example: null,
    is_protected: false,
  });
  expect((await call('GET', `/${made.body.id}`)).body).toEqual(made.body);
  expect(await bySlug('gauge')).toEqual(made.body);
});

test('a slug is given once, and those of the system are taken', async () => {
  await make('gauge');
  for (const slug of ['gauge', 'secret']) {
    const again = await call('POST', '/', { name: 'Other', slug });
    expect([again.status, again.body]).toEqual([409, { detail: 'Block type with name "Other" already exists' }]);
  }
});

test('names that begin with Prefect are reserved', async () => {
  const refused = await call('POST', '/', { name: 'prefectural', slug: 'prefectural' });
  expect([refused.status, refused.body]).toEqual([
    403,
    { detail: "Block type names beginning with 'Prefect' are reserved." },
  ]);
});

test('what is not a type is refused in the shape of the wire', async () => {
  for (const body of [
    {},
    { name: 'a/b', slug: 'ab' },
    { name: 'a', slug: 'A_b' },
    { name: 'a', slug: 'a', is_protected: true },
  ]) {
    const refused = await call('POST', '/', body);
    expect(refused.status).toBe(422);
    expect(refused.body).toMatchObject({ exception_message: 'Invalid request received.', request_body: body });
  }
});

test('the types of the system are there from the start, protected, with the same ids in every workspace', async () => {
  const secret = await bySlug('secret');
  expect(secret).toMatchObject({ name: 'Secret', is_protected: true });
  expect(await bySlug('secret', await app.tenant())).toEqual(secret);
  expect((await call('GET', `/${secret.id}`)).body).toEqual(secret);
  expect((await slugs({ limit: 200 })).toSorted()).toEqual([
    'custom-webhook',
    'discord-webhook',
    'email-server-credentials',
    'local-file-system',
    'mattermost-webhook',
    'ms-teams-webhook',
    'opsgenie-webhook',
    'pager-duty-webhook',
    'remote-file-system',
    'secret',
    'sendgrid-email',
    'slack-webhook',
    'smb',
    'twilio-sms',
    'webhook',
  ]);
  const rows = await app.db.sql.query('select from block_type where workspace_id = $1', [owner.workspaceId]);
  expect(rows.rowCount).toBe(0);
  const installed = await call('POST', '/install_system_block_types');
  expect([installed.status, installed.text]).toEqual([200, 'null']);
});

test('types are listed by name, page by page, and can be filtered', async () => {
  await make('gauge', { name: 'A sluice gauge' });
  expect(await slugs({ block_types: { name: { like_: 'sLui' } } })).toEqual(['gauge']);
  expect(await slugs({ block_types: { slug: { any_: ['gauge', 'smb', 'nope'] } } })).toEqual(['gauge', 'smb']);
  expect(await slugs({ block_types: { slug: { any_: [] } } })).toEqual([]);
  expect(await slugs({ block_schemas: { block_capabilities: { all_: ['notify'] } }, limit: 2, offset: 1 })).toEqual([
    'discord-webhook',
    'mattermost-webhook',
  ]);
  expect(await slugs({ block_types: null, block_schemas: null, limit: null, offset: 14 })).toEqual([
    'twilio-sms',
    'webhook',
  ]);
  expect((await call('POST', '/filter', { limit: 201 })).body).toEqual({
    detail: 'Invalid limit: must be less than or equal to 200.',
  });
  expect((await call('POST', '/filter', { block_types: { operator: 'or_' } })).status).toBe(422);
});

test('only what tells of a type is changed, and only when it differs', async () => {
  const { id } = await make('gauge', { logo_url: 'https://a.test/1.png' });
  expect((await call('PATCH', `/${id}`, { description: 'new', logo_url: null })).status).toBe(204);
  expect(await bySlug('gauge')).toMatchObject({ description: 'new', logo_url: null, name: 'GAUGE' });
  const { updated } = await bySlug('gauge');
  expect((await call('PATCH', `/${id}`, { description: 'new' })).status).toBe(204);
  expect((await bySlug('gauge')).updated).toBe(updated);
  expect((await call('PATCH', `/${id}`, { name: 'other' })).status).toBe(422);
  expect((await eventsOf(owner.workspaceId)).map((each) => each.event)).toEqual([
    'prefect.block-type.created',
    'prefect.block-type.updated',
  ]);
});

test('a change to a type of the system holds for the workspace that makes it', async () => {
  const secret = await bySlug('secret');
  expect((await call('PATCH', `/${secret.id}`, { description: 'Ours' })).status).toBe(204);
  expect(await bySlug('secret')).toMatchObject({ id: secret.id, description: 'Ours', created: secret.created });
  expect(await slugs({ block_types: { name: { like_: 'secret' } } })).toEqual(['secret']);
  expect(await bySlug('secret', await app.tenant())).toEqual(secret);
});

test('a type is deleted; one of the system is not', async () => {
  const { id } = await make('gauge');
  expect((await call('DELETE', `/${id}`)).status).toBe(204);
  expect((await call('DELETE', `/${id}`)).status).toBe(404);
  const { id: secretId } = await bySlug('secret');
  const refused = await call('DELETE', `/${secretId}`);
  expect([refused.status, refused.body]).toEqual([403, { detail: 'protected block types cannot be deleted.' }]);
  expect((await eventsOf(owner.workspaceId)).at(-1)).toMatchObject({
    event: 'prefect.block-type.deleted',
    resource: { 'prefect.resource.id': `prefect.block-type.${id}`, 'prefect.resource.name': 'GAUGE' },
    payload: { slug: 'gauge', is_protected: false },
  });
});

test('what is not there, and what is another workspace’s, is not found', async () => {
  const { id } = await make('gauge');
  const stranger = await app.tenant();
  for (const [method, path, body] of [
    ['GET', `/${id}`],
    ['GET', '/slug/gauge'],
    ['GET', '/slug/gauge/block_documents'],
    ['GET', '/slug/gauge/block_documents/name/one'],
    ['PATCH', `/${id}`, { description: 'x' }],
    ['DELETE', `/${id}`],
  ] as const) {
    expect((await call(method, path, body, stranger)).status, `${method} ${path}`).toBe(404);
  }
  expect((await call('GET', `/${unknownId}`)).body).toEqual({ detail: 'Block type not found' });
  expect((await call('GET', '/no-id')).body).toEqual({ detail: 'Not Found' });
  expect((await bySlug('gauge')).description).toBe(null);
});
