import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { startTestApp, type Tenant, type TestApp } from '../../../../test/app.js';
import { makeKind, type Kind } from '../../../../test/block-kinds.js';

let app: TestApp;
let owner: Tenant;
let kind: Kind;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());
beforeEach(async () => {
  owner = await app.tenant();
  kind = await makeKind(app, owner);
});

type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE';
const call = (method: Method, path: string, body?: unknown, who = owner) =>
  app.inject(method, `/api${path}`, body, who.key);
const post = (body: object) => call('POST', '/block_documents/', { ...kind, ...body });
const make = async (name: string, data: object = {}, more: object = {}) =>
  (await post({ name, data, ...more })).body.id as string;
const patch = (id: string, body: object) => call('PATCH', `/block_documents/${id}`, body);
const dataOf = async (id: string) => (await call('GET', `/block_documents/${id}?include_secrets=true`)).body.data;
const eventsOf = async (workspaceId: string) =>
  (
    await app.db.sql.query(
      "select event, resource, related, payload from event where workspace_id = $1 and event like 'prefect.block-document.%' order by id",
      [workspaceId],
    )
  ).rows;
const unknownId = '01900000-0000-7000-8000-000000000000';
const mask = '********';

test('a document is created with 201 and everything about it', async () => {
  const made = await post({ name: 'one', data: { x: 1, tok: 'abc' } });
  expect(made.status).toBe(201);
  expect(made.body).toEqual({
    id: expect.any(String),
    created: expect.stringMatching(/Z$/),
    updated: expect.stringMatching(/Z$/),
    name: 'one',
    data: { x: 1, tok: mask },
    block_schema_id: kind.block_schema_id,
    block_schema: (await call('GET', `/block_schemas/${kind.block_schema_id}`)).body,
    block_type_id: kind.block_type_id,
    block_type_name: 'Gauge',
    block_type: (await call('GET', '/block_types/slug/gauge')).body,
    block_document_references: {},
    is_anonymous: false,
  });
});

test('secrets are masked for whoever does not ask for them', async () => {
  const secrets = { tok: 'abc', c: { tok: { in: 1 }, n: 2 }, a: { p: 'q', r: { s: 1 } } };
  const shown = { tok: mask, c: { tok: mask, n: 2 }, a: { p: mask, r: { s: mask } } };
  const id = await make('one', secrets);
  const paths = [
    `/block_documents/${id}`,
    '/block_types/slug/gauge/block_documents/name/one',
    '/block_types/slug/gauge/block_documents',
  ];
  for (const path of paths) {
    expect([(await call('GET', path)).body].flat()[0].data).toEqual(shown);
    expect([(await call('GET', `${path}?include_secrets=true`)).body].flat()[0].data).toEqual(secrets);
  }
  expect((await call('POST', '/block_documents/filter', {})).body[0].data).toEqual(shown);
  expect((await call('POST', '/block_documents/filter', { include_secrets: true })).body[0].data).toEqual(secrets);
  const refused = await call('GET', `${paths[0]}?include_secrets=maybe`);
  expect(refused.body.exception_detail).toMatchObject([{ type: 'bool_parsing', loc: ['query', 'include_secrets'] }]);
});

test('nothing of a document can be read in the database', async () => {
  const id = await make('one', { tok: 'a-very-secret-token', x: 'plain-text' });
  const { rows } = await app.db.sql.query('select d::text as text, sealed from block_document d where id = $1', [id]);
  for (const text of ['a-very-secret-token', 'plain-text', 'tok']) {
    expect(rows[0].text).not.toContain(text);
    expect(rows[0].text).not.toContain(Buffer.from(text).toString('hex'));
    expect(rows[0].sealed.includes(text)).toBe(false);
  }
});

test('a sealed row opens only in its own place', async () => {
  const [one, two] = [await make('one', { tok: 'first' }), await make('two', { tok: 'second' })];
  await app.db.sql.query(
    'update block_document set sealed = (select sealed from block_document where id = $1) where id = $2',
    [one, two],
  );
  expect((await call('GET', `/block_documents/${two}`)).status).toBe(500);
  expect(await dataOf(one)).toEqual({ tok: 'first' });
});

test('numbers come back as they were sent', async () => {
  const text = '{"x":1.0,"big":12345678901234567890}';
  const body = JSON.stringify({ ...kind, name: 'exact' }).replace('}', `,"data":${text}}`);
  const headers = { authorization: `Bearer ${owner.key}`, 'content-type': 'application/json' };
  const made = await app.app.inject({ method: 'POST', url: '/api/block_documents/', payload: body, headers });
  expect(made.body).toContain(`"data":${text}`);
  const { id } = made.json() as { id: string };
  expect((await call('GET', `/block_documents/${id}?include_secrets=true`)).text).toContain(`"data":${text}`);
});

test('a name is given once per type', async () => {
  await make('one');
  const again = await post({ name: 'one', data: {} });
  expect([again.status, again.body]).toEqual([409, { detail: 'Block already exists' }]);
});

test('a document without a name is anonymous, is given one, and is shown only to who asks', async () => {
  expect((await post({ name: null })).body.exception_detail[0].msg).toBe(
    'Value error, Names must be provided for block documents.',
  );
  const anonymous = await post({ is_anonymous: true });
  expect(anonymous.body).toMatchObject({
    name: expect.stringMatching(/^anonymous-[0-9a-f-]{36}$/),
    is_anonymous: true,
  });
  await make('one');
  const count = async (block_documents?: unknown) =>
    (await call('POST', '/block_documents/count', { block_documents })).body;
  expect(await count()).toBe(1);
  expect(await count({})).toBe(1);
  expect(await count({ is_anonymous: { eq_: true } })).toBe(1);
  expect(await count({ is_anonymous: null })).toBe(2);
  expect(await count({ is_anonymous: {} })).toBe(2);
  const path = `/block_types/slug/gauge/block_documents/name/${anonymous.body.name}`;
  expect((await call('GET', path)).body.id).toBe(anonymous.body.id);
});

test('what is not a document is refused in the shape of the wire', async () => {
  for (const body of [
    { name: 'A b' },
    { name: 'a', data: null },
    { name: 'a', block_type_id: 'x' },
    { name: 'a', id: unknownId },
  ]) {
    const refused = await post(body);
    expect(refused.status).toBe(422);
    expect(refused.body.exception_message).toBe('Invalid request received.');
  }
  const deep = `{"name":"a","data":${'{"a":'.repeat(300)}1${'}'.repeat(300)}}`;
  const headers = { authorization: `Bearer ${owner.key}`, 'content-type': 'application/json' };
  const refused = await app.app.inject({ method: 'POST', url: '/api/block_documents/', payload: deep, headers });
  expect(refused.statusCode).toBe(422);
});

test('a type or a schema that is not there is a conflict', async () => {
  for (const body of [{ block_schema_id: unknownId }, { block_type_id: unknownId }]) {
    const refused = await post({ name: 'one', ...body });
    expect(refused.status).toBe(409);
    expect(refused.body.detail).toMatch(/^Data integrity conflict/);
  }
  const stranger = await makeKind(app, await app.tenant());
  expect((await post({ name: 'one', ...stranger })).status).toBe(409);
});

test('documents of the system’s types need nothing to be registered first', async () => {
  const { id: block_type_id } = (await call('GET', '/block_types/slug/secret')).body;
  const [schema] = (
    await call('POST', '/block_schemas/filter', { block_schemas: { block_type_id: { any_: [block_type_id] } } })
  ).body;
  const made = await post({ name: 'token', data: { value: 'v' }, block_type_id, block_schema_id: schema.id });
  expect(made.body).toMatchObject({ data: { value: mask }, block_schema: schema, block_type_name: 'Secret' });
});

test('a change is laid over what is there, or takes its place', async () => {
  const id = await make('one', { x: 1, tok: 'abc' });
  expect((await patch(id, { data: { y: 2 } })).status).toBe(204);
  expect(await dataOf(id)).toEqual({ x: 1, tok: 'abc', y: 2 });
  await patch(id, { data: { tok: mask, z: 3 }, merge_existing_data: false });
  expect(await dataOf(id)).toEqual({ tok: 'abc', z: 3 });
  await patch(id, { data: { tok: 'new' } });
  expect(await dataOf(id)).toEqual({ tok: 'new', z: 3 });
  await patch(id, {});
  expect(await dataOf(id)).toEqual({ tok: 'new', z: 3 });
  await patch(id, { merge_existing_data: false });
  expect(await dataOf(id)).toEqual({});
  expect((await patch(id, { name: 'other' })).status).toBe(422);
  expect((await patch(id, { data: null })).status).toBe(422);
});

test('a document moves to another schema of its type only', async () => {
  const id = await make('one', { x: 1 });
  const { block_schema_id: newer } = await makeKind(app, owner, { slug: 'gauge', version: '2' });
  const { block_schema_id: other } = await makeKind(app, owner, { slug: 'other' });
  expect((await patch(id, { block_schema_id: newer })).status).toBe(204);
  expect((await call('GET', `/block_documents/${id}`)).body).toMatchObject({ block_schema_id: newer, data: { x: 1 } });
  const refused = await patch(id, { block_schema_id: other, data: {} });
  expect([refused.status, refused.body]).toEqual([
    400,
    { detail: 'Must migrate block document to a block schema of the same block type.' },
  ]);
  expect((await patch(id, { block_schema_id: unknownId, data: {} })).status).toBe(409);
  expect((await patch(id, { block_schema_id: null, data: {} })).status).toBe(204);
});

test('changes at the same time are all kept', async () => {
  const id = await make('one');
  const keys = Array.from({ length: 8 }, (_, n) => `k${n}`);
  await Promise.all(keys.map((key) => patch(id, { data: { [key]: 1 } })));
  expect(Object.keys(await dataOf(id)).toSorted()).toEqual(keys);
});

test('a document goes with its schema, and a schema with its type', async () => {
  const id = await make('one');
  await call('DELETE', `/block_types/${kind.block_type_id}`);
  expect((await call('GET', `/block_documents/${id}`)).status).toBe(404);
  expect((await call('GET', `/block_schemas/${kind.block_schema_id}`)).status).toBe(404);
});

test('documents are filtered by themselves, their types and their schemas, and sorted', async () => {
  const other = await makeKind(app, owner, { slug: 'basin', capabilities: ['fill'], version: '2' });
  const ids = [await make('b'), await make('a'), await make('c', {}, other)];
  const names = async (body: object) =>
    (await call('POST', '/block_documents/filter', body)).body.map((each: { name: string }) => each.name);
  expect(await names({})).toEqual(['a', 'b', 'c']);
  expect(await names({ sort: 'NAME_DESC', limit: 2, offset: 1 })).toEqual(['b', 'a']);
  expect(await names({ sort: 'BLOCK_TYPE_AND_NAME_ASC' })).toEqual(['c', 'a', 'b']);
  expect(await names({ block_documents: { name: { like_: '%B%' } } })).toEqual(['b']);
  expect(await names({ block_documents: { name: { any_: ['a', 'x'] } } })).toEqual(['a']);
  expect(
    await names({
      block_documents: { operator: 'or_', name: { any_: ['a'] }, id: { any_: [ids[2]] }, is_anonymous: null },
    }),
  ).toEqual(['a', 'c']);
  expect(await names({ block_documents: { block_type_id: { any_: [other.block_type_id] } } })).toEqual(['c']);
  expect(await names({ block_types: { slug: { any_: ['basin'] } } })).toEqual(['c']);
  expect(await names({ block_types: { name: { like_: 'gau' } } })).toEqual(['a', 'b']);
  expect(await names({ block_schemas: { block_capabilities: { all_: ['fill'] } } })).toEqual(['c']);
  expect(await names({ block_schemas: { operator: 'or_', version: { any_: ['2'] }, id: { any_: [] } } })).toEqual([
    'c',
  ]);
  expect((await call('POST', '/block_documents/count', { block_types: { slug: { any_: ['gauge'] } } })).text).toBe('2');
  expect((await call('POST', '/block_documents/filter', { sort: 'CREATED' })).status).toBe(422);
  expect((await call('POST', '/block_documents/filter', { limit: 201 })).status).toBe(422);
});

test('named documents tell of what happens to them, and keep their secrets', async () => {
  const id = await make('one', { tok: 'a word to keep', x: 'seen', n: 1 });
  await make('', {}, { name: null, is_anonymous: true });
  await patch(id, { data: { x: 'new' } });
  await call('DELETE', `/block_documents/${id}`);
  const events = await eventsOf(owner.workspaceId);
  expect(events.map((each) => each.event)).toEqual(
    ['created', 'updated', 'deleted'].map((what) => `prefect.block-document.${what}`),
  );
  expect(events[1]).toMatchObject({
    resource: { 'prefect.resource.id': `prefect.block-document.${id}`, 'prefect.resource.name': 'one' },
    related: [
      {
        'prefect.resource.id': `prefect.block-type.${kind.block_type_id}`,
        'prefect.resource.role': 'block-type',
        'prefect.resource.name': 'Gauge',
      },
      {
        'prefect.resource.id': `prefect.block-schema.${kind.block_schema_id}`,
        'prefect.resource.role': 'block-schema',
      },
      { 'prefect.resource.id': `prefect-cloud.actor.${owner.userId}`, 'prefect.resource.role': 'actor' },
    ],
    payload: {
      name: 'one',
      data: { x: 'new' },
      block_schema: { capabilities: [], block_type: { id: kind.block_type_id, name: 'Gauge' } },
    },
  });
  expect(JSON.stringify(events)).not.toContain('a word to keep');
});

test('what is not there, and what is another workspace’s, is not found', async () => {
  const id = await make('one');
  const stranger = await app.tenant();
  for (const [method, body] of [['GET'], ['PATCH', { data: {} }], ['DELETE']] as const)
    expect((await call(method, `/block_documents/${id}`, body, stranger)).status).toBe(404);
  expect((await call('POST', '/block_documents/filter', {}, stranger)).body).toEqual([]);
  expect((await call('GET', `/block_documents/${unknownId}`)).body).toEqual({ detail: 'Block document not found' });
  expect((await call('GET', '/block_types/slug/gauge/block_documents/name/none')).body).toEqual({
    detail: 'Block document not found',
  });
  expect((await call('GET', '/block_types/slug/none/block_documents')).body).toEqual({
    detail: 'Block type not found',
  });
  expect((await call('GET', '/block_documents/no-id')).status).toBe(404);
  expect((await call('DELETE', `/block_documents/${id}`)).status).toBe(204);
  expect((await call('DELETE', `/block_documents/${id}`)).status).toBe(404);
});
