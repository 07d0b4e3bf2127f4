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

const call = (method: 'GET' | 'POST' | 'DELETE', path: string, body?: unknown, who = owner) =>
  app.inject(method, `/api${path}`, body, who.key);
const type = async (slug: string) => (await call('POST', '/block_types/', { name: slug, slug })).body.id as string;
const post = (body: object) => call('POST', '/block_schemas/', body);
const read = async (id: string) => (await call('GET', `/block_schemas/${id}`)).body;
const filter = async (body: object) => (await call('POST', '/block_schemas/filter', body)).body;
const unknownId = '01900000-0000-7000-8000-000000000000';
const secretSum = 'sha256:c078ed9c1e813e224c0b353d7ad4564a11d51d3198d9ac0686478165a1911c78';

const nested = {
  title: 'Par',
  type: 'object',
  properties: { c: { $ref: '#/definitions/Kid' }, e: { $ref: '#/definitions/En' } },
  block_schema_references: { c: { block_type_slug: 'kid', block_schema_checksum: 'sha256:nope' } },
  block_type_slug: 'par',
  definitions: {
    Kid: {
      title: 'Kid',
      type: 'object',
      properties: { k: { $ref: '#/definitions/En2' } },
      block_type_slug: 'kid',
      secret_fields: ['k'],
      block_schema_references: {},
    },
    En: { enum: ['a'] },
    En2: { enum: ['b'] },
    Unused: { enum: ['c'] },
  },
};

test('a schema is new once; the same checksum and version is the same schema', async () => {
  const block_type_id = await type('gauge');
  const fields = { title: 'Gauge', properties: { x: { type: 'number' } }, unknown_key: 1 };
  const first = await post({ fields, block_type_id, capabilities: ['read'] });
  expect(first.status).toBe(201);
  expect(first.body).toMatchObject({
    checksum: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
    fields: { ...fields, block_schema_references: {} },
    block_type_id,
    block_type: { slug: 'gauge' },
    capabilities: ['read'],
    version: 'non-versioned',
  });
  const again = await post({ fields, block_type_id });
  expect([again.status, again.body]).toEqual([200, first.body]);
  const newer = await post({ fields, block_type_id, version: '2' });
  expect(newer.status).toBe(201);
  const sum = first.body.checksum;
  expect((await call('GET', `/block_schemas/checksum/${sum}`)).body.id).toBe(newer.body.id);
  expect((await call('GET', `/block_schemas/checksum/${sum}?version=non-versioned`)).body).toEqual(first.body);
  expect((await call('GET', `/block_schemas/checksum/${sum}?version=3`)).status).toBe(404);
});

/** Checksums that a real Prefect server gave. */
test('numbers count as they are written: 1.0 is not 1', async () => {
  const block_type_id = await type('my-type');
  const text = `{"block_type_id":"${block_type_id}","fields":{"title":"MyType","type":"object","properties":{"x":{"type":"number","default":1.0,"big":12345678901234567890,"e":1e+16,"s":1e-07}},"required":[],"secret_fields":["tok","c.tok","a.*"],"block_type_slug":"my-type","block_schema_references":{}}}`;
  const made = await app.app.inject({
    method: 'POST',
    url: '/api/block_schemas/',
    payload: text,
    headers: { authorization: `Bearer ${owner.key}`, 'content-type': 'application/json' },
  });
  expect(made.statusCode).toBe(201);
  const { id, checksum } = made.json() as { id: string; checksum: string };
  expect(checksum).toBe('sha256:8cb01a18923f3bb65a45f365736968fb4a33f40516afc377d01e8981ad449f91');
  const again = await call('GET', `/block_schemas/${id}`);
  expect(again.text).toContain('"default":1.0,"big":12345678901234567890,"e":1e+16,"s":1e-07');
});

test('schemas that a schema nests are registered from its definitions', async () => {
  const [par, kid] = [await type('par'), await type('kid')];
  const made = await post({ fields: nested, block_type_id: par });
  expect(made.status).toBe(201);
  expect(made.body.fields).toEqual(nested);
  expect(made.body.checksum).toBe('sha256:053b49d4b80ff3cfdcae80da0167a73aa6691edf9603b0b693c5fa528f408476');
  const [kidSchema] = await filter({ block_schemas: { block_type_id: { any_: [kid] } } });
  const { Kid, En, En2 } = nested.definitions;
  expect(kidSchema).toMatchObject({
    checksum: 'sha256:b3d302a97573d93fab3ebccc1da0d8185b3347156de7d2835193a77e1bcbe1d2',
    fields: { ...Kid, definitions: { En2 } },
  });
  expect((await read(made.body.id)).fields).toEqual({
    ...nested,
    definitions: { En, En2, Kid },
    block_schema_references: { c: { block_type_slug: 'kid', block_schema_checksum: kidSchema.checksum } },
  });
});

test('a field may be of several blocks', async () => {
  const [par, kid] = [await type('par'), await type('kid')];
  await type('cat');
  const { definitions } = nested;
  const references = ['kid', 'cat'].map((slug) => ({ block_type_slug: slug, block_schema_checksum: 'sha256:x' }));
  const fields = {
    ...nested,
    properties: { c: { anyOf: [{ $ref: '#/definitions/Cat' }, { $ref: '#/definitions/Kid' }] } },
    block_schema_references: { c: references },
    definitions: { ...definitions, Cat: { title: 'Cat', properties: {}, block_type_slug: 'cat' } },
  };
  const made = await post({ fields, block_type_id: par });
  const { fields: again } = await read(made.body.id);
  expect(again.block_schema_references.c.map((each: { block_type_slug: string }) => each.block_type_slug)).toEqual([
    'kid',
    'cat',
  ]);
  expect(Object.keys(again.definitions).toSorted()).toEqual(['Cat', 'En2', 'Kid']);
  expect(await filter({ block_schemas: { block_type_id: { any_: [kid] } } })).toHaveLength(1);
});

test('a nested schema that cannot be had is a conflict, and nothing is left behind', async () => {
  const par = await type('par');
  const refused = await post({ fields: nested, block_type_id: par });
  expect([refused.status, refused.body.detail]).toEqual([
    409,
    "Cannot create block schema because block type 'kid' was not found.Did you forget to register the block type?",
  ]);
  await type('kid');
  const { definitions: _, ...alone } = nested;
  expect((await post({ fields: alone, block_type_id: par })).status).toBe(409);
  const itself = {
    ...nested.definitions.Kid,
    properties: { c: { $ref: '#/definitions/Kid' } },
    block_schema_references: nested.block_schema_references,
  };
  const circle = { ...nested, definitions: { Kid: itself } };
  expect((await post({ fields: circle, block_type_id: par })).status).toBe(409);
  expect(await filter({ block_schemas: { block_type_id: { any_: [par] } } })).toEqual([]);
  for (const block_schema_references of [[], { c: 'kid' }, { c: { block_type_slug: 'kid' } }])
    expect((await post({ fields: { ...nested, block_schema_references }, block_type_id: par })).status).toBe(422);
});

test('a schema nests two hundred others at most', async () => {
  const block_type_id = await type('par');
  const known = { block_type_slug: 'secret', block_schema_checksum: secretSum };
  const fields = (count: number) => ({
    title: `Par${count}`,
    block_schema_references: { c: Array.from({ length: count }, () => known) },
  });
  expect((await post({ fields: fields(200), block_type_id })).status).toBe(201);
  expect((await post({ fields: fields(201), block_type_id })).status).toBe(422);
});

test('the schemas of the system are found by their checksum at once', async () => {
  const found = await call('GET', `/block_schemas/checksum/${secretSum}`);
  expect(found.body).toMatchObject({ checksum: secretSum, block_type: { slug: 'secret' }, version: '3.8.8' });
  expect(found.body.fields.secret_fields).toContain('value');
  expect(await read(found.body.id)).toEqual(found.body);
  expect((await call('GET', `/block_schemas/checksum/${secretSum}?version=3.8.8`)).status).toBe(200);
  const other = await call('GET', `/block_schemas/checksum/${secretSum}`, undefined, await app.tenant());
  expect(other.body).toEqual(found.body);
});

test('another version of a schema of the system can be registered', async () => {
  const found = (await call('GET', `/block_schemas/checksum/${secretSum}`)).body;
  const { fields, block_type_id } = found;
  const made = await post({ fields, block_type_id, version: '3.7.0' });
  expect([made.status, made.body.checksum]).toEqual([201, secretSum]);
  expect(await post({ fields, block_type_id, version: '3.8.8' })).toMatchObject({
    status: 200,
    body: { id: found.id },
  });
  const ids = (await filter({ block_schemas: { block_type_id: { any_: [block_type_id] } } })).map(
    (each: { id: string }) => each.id,
  );
  expect(ids).toEqual([made.body.id, found.id]);
});

test('schemas are listed newest first, and can be filtered', async () => {
  const block_type_id = await type('gauge');
  const made = [];
  for (const n of [1, 2, 3])
    made.push((await post({ fields: { n }, block_type_id, version: `v${n}`, capabilities: [`c${n}`, 'all'] })).body.id);
  const ids = async (block_schemas: object, page: object = {}) =>
    (await filter({ block_schemas, ...page })).map((each: { id: string }) => each.id);
  expect(await ids({ block_type_id: { any_: [block_type_id] } })).toEqual(made.toReversed());
  expect(await ids({ block_type_id: { any_: [block_type_id] } }, { limit: 1, offset: 1 })).toEqual([made[1]]);
  expect(await ids({ block_capabilities: { all_: ['c1', 'all'] } })).toEqual([made[0]]);
  expect(await ids({ id: { any_: [made[2]] } })).toEqual([made[2]]);
  expect(await ids({ version: { any_: ['v2'] } })).toEqual([made[1]]);
  expect(await ids({ operator: 'or_', version: { any_: ['v2'] }, id: { any_: [made[0]] } })).toEqual([
    made[1],
    made[0],
  ]);
  expect((await call('POST', '/block_schemas/filter', { block_schemas: { checksum: {} } })).status).toBe(422);
  expect((await call('GET', '/block_capabilities/')).body).toEqual([
    'all',
    'c1',
    'c2',
    'c3',
    'get-directory',
    'notify',
    'put-directory',
    'read-path',
    'write-path',
  ]);
});

test('a schema is deleted; one of the system is not', async () => {
  const made = (await post({ fields: {}, block_type_id: await type('gauge') })).body;
  expect((await call('DELETE', `/block_schemas/${made.id}`)).status).toBe(204);
  expect((await call('DELETE', `/block_schemas/${made.id}`)).body).toEqual({ detail: 'Block schema not found' });
  const { id } = (await call('GET', `/block_schemas/checksum/${secretSum}`)).body;
  const refused = await call('DELETE', `/block_schemas/${id}`);
  expect([refused.status, refused.body]).toEqual([
    403,
    { detail: 'Block schemas for protected block types cannot be deleted.' },
  ]);
});

test('what is not there, and what is another workspace’s, is not found', async () => {
  const block_type_id = await type('gauge');
  const made = (await post({ fields: {}, block_type_id })).body;
  const stranger = await app.tenant();
  expect((await call('GET', `/block_schemas/${made.id}`, undefined, stranger)).status).toBe(404);
  expect((await call('GET', `/block_schemas/checksum/${made.checksum}`, undefined, stranger)).status).toBe(404);
  expect((await call('DELETE', `/block_schemas/${made.id}`, undefined, stranger)).status).toBe(404);
  const theirs = await call('POST', '/block_schemas/', { fields: {}, block_type_id }, stranger);
  expect([theirs.status, theirs.body]).toEqual([404, { detail: `Block type ${block_type_id} not found.` }]);
  expect((await post({ fields: {}, block_type_id: unknownId })).status).toBe(404);
  expect((await post({ fields: {}, block_type_id, checksum: 'sha256:mine' })).status).toBe(422);
  expect((await call('GET', '/block_schemas/no-id')).status).toBe(404);
});

test('a schema may refer to one definition as often as a body has room for', async () => {
  const block_type_id = await type('wide');
  const many = Array.from({ length: 49_000 }, () => ({ $ref: '#/definitions/A' }));
  const fields = (definitions: object) => ({
    title: 'Wide',
    properties: { a: { $ref: '#/definitions/A' } },
    definitions,
  });
  const { status, text } = await post({ fields: fields({ A: { title: 'A', anyOf: many } }), block_type_id });
  expect(status, text.slice(0, 300)).toBe(201);
});
