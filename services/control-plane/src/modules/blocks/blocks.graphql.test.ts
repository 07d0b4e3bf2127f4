import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { startTestApp, type Tenant, type TestApp } from '../../../test/app.js';
import { makeKind, type Kind } from '../../../test/block-kinds.js';

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

const ask = (query: string, variables: object = {}, who = owner) =>
  app.gql(query, { w: owner.workspaceId, ...variables }, { authorization: `Bearer ${who.key}` });
const shown = 'id name data references type { slug } schema { id version capabilities }';
const createIt = `mutation ($w: ID!, $i: CreateBlockDocumentInput!) { createBlockDocument(workspaceId: $w, input: $i) { ${shown} } }`;
const updateIt = `mutation ($w: ID!, $id: ID!, $i: UpdateBlockDocumentInput!) { updateBlockDocument(workspaceId: $w, id: $id, input: $i) { ${shown} } }`;
const deleteIt = 'mutation ($w: ID!, $id: ID!) { deleteBlockDocument(workspaceId: $w, id: $id) }';
const readIt = `query ($w: ID!, $id: ID!) { blockDocument(workspaceId: $w, id: $id) { ${shown} created updated } }`;
const typesOf = `query ($w: ID!, $f: BlockTypeFilterInput) { blockTypes(workspaceId: $w, filter: $f) { id name slug isProtected newestSchema { version fields capabilities } } }`;
const make = async (name: string, data: object = {}) =>
  (await ask(createIt, { i: { schemaId: kind.block_schema_id, name, data } })).data.createBlockDocument;
const dataOf = async (id: string) =>
  (await app.inject('GET', `/api/block_documents/${id}?include_secrets=true`, undefined, owner.key)).body.data;

test('a document is made, read, changed and deleted, and shows no secret on the way', async () => {
  const made = await make('one', { tok: 'abc', x: 1 });
  expect(made).toMatchObject({ name: 'one', data: { tok: '********', x: 1 }, type: { slug: 'gauge' }, references: {} });
  expect((await ask(readIt, { id: made.id })).data.blockDocument).toMatchObject(made);
  const changed = await ask(updateIt, { id: made.id, i: { data: { ...made.data, x: 2 } } });
  expect(changed.data.updateBlockDocument.data).toEqual({ tok: '********', x: 2 });
  expect(await dataOf(made.id)).toEqual({ tok: 'abc', x: 2 });
  await ask(updateIt, { id: made.id, i: { data: { y: 3 }, merge: true } });
  expect(await dataOf(made.id)).toEqual({ tok: 'abc', x: 2, y: 3 });
  expect((await ask(deleteIt, { id: made.id })).data.deleteBlockDocument).toBe(true);
  expect((await ask(readIt, { id: made.id })).error.extensions.code).toBe('notFound');
});

test('what is wrong is told by field', async () => {
  const wrong = await ask(createIt, { i: { schemaId: kind.block_schema_id, name: 'A b', data: {} } });
  expect(wrong.error.extensions).toEqual({ code: 'invalid', fields: { name: expect.stringContaining('lowercase') } });
  const unknown = await ask(createIt, { i: { schemaId: 'no-id', name: 'a', data: {} } });
  expect(unknown.error.extensions.code).toBe('notFound');
  await make('one');
  const again = await ask(createIt, { i: { schemaId: kind.block_schema_id, name: 'one', data: {} } });
  expect(again.error.extensions.code).toBe('conflict');
});

test('documents are listed by name, page by page, without anonymous ones', async () => {
  for (const name of ['b', 'a', 'c']) await make(name);
  await app.inject('POST', '/api/block_documents/', { ...kind, is_anonymous: true }, owner.key);
  const query = `query ($w: ID!, $f: BlockDocumentFilterInput, $after: String) {
    blockDocuments(workspaceId: $w, filter: $f, first: 2, after: $after) { nodes { name } pageInfo { hasNextPage endCursor } } }`;
  const list = async (variables: object = {}) => (await ask(query, variables)).data.blockDocuments;
  const first = await list();
  expect(first).toMatchObject({ nodes: [{ name: 'a' }, { name: 'b' }], pageInfo: { hasNextPage: true } });
  const next = await list({ after: first.pageInfo.endCursor });
  expect(next).toMatchObject({ nodes: [{ name: 'c' }], pageInfo: { hasNextPage: false } });
  expect((await list({ f: { search: 'B' } })).nodes).toEqual([{ name: 'b' }]);
  expect((await list({ f: { search: '%' } })).nodes).toEqual([]);
  expect((await list({ f: { types: ['secret'] } })).nodes).toEqual([]);
  expect((await list({ f: { types: ['gauge'], capabilities: ['notify'] } })).nodes).toEqual([]);
});

test('types bring the schema that new documents are made by', async () => {
  await makeKind(app, owner, { slug: 'gauge', version: '2' });
  const { blockTypes } = (await ask(typesOf, { f: { slugs: ['gauge', 'secret'] } })).data;
  const bySlug = Object.fromEntries(blockTypes.map((type: { slug: string }) => [type.slug, type]));
  expect(bySlug['gauge']).toMatchObject({
    isProtected: false,
    newestSchema: { version: '2', fields: { title: 'Gauge' } },
  });
  expect(bySlug['secret']).toMatchObject({ isProtected: true, newestSchema: { fields: { title: 'Secret' } } });
  const notifiers = (await ask(typesOf, { f: { capabilities: ['notify'] } })).data.blockTypes;
  expect(notifiers).toHaveLength(9);
  expect((await ask(typesOf, { f: { search: 'gaug' } })).data.blockTypes).toHaveLength(1);
});

test('a type is read by its slug and deleted; one of the system is not', async () => {
  const readType = 'query ($w: ID!, $slug: String!) { blockType(workspaceId: $w, slug: $slug) { id } }';
  const deleteType = 'mutation ($w: ID!, $id: ID!) { deleteBlockType(workspaceId: $w, id: $id) }';
  const { id } = (await ask(readType, { slug: 'secret' })).data.blockType;
  expect((await ask(deleteType, { id })).error.extensions.code).toBe('forbidden');
  expect((await ask(deleteType, { id: kind.block_type_id })).data.deleteBlockType).toBe(true);
  expect((await ask(readType, { slug: 'gauge' })).error.extensions.code).toBe('notFound');
  expect((await ask(deleteType, { id: 'no-id' })).error.extensions.code).toBe('notFound');
});

test('a stranger is told that there is nothing', async () => {
  const { id } = await make('one');
  const stranger = await app.tenant();
  const queries = [
    [readIt, {}],
    [updateIt, { i: { data: {} } }],
    [deleteIt, {}],
  ] as const;
  for (const [query, more] of queries) {
    for (const w of [owner.workspaceId, stranger.workspaceId])
      expect((await ask(query, { w, id, ...more }, stranger)).error.extensions.code).toBe('notFound');
  }
  expect((await ask(readIt, { id: 'no-id' })).error.extensions.code).toBe('notFound');
});
