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

const call = (method: 'GET' | 'POST' | 'PATCH' | 'DELETE', path: string, body?: unknown) =>
  app.inject(method, `/api/block_documents/${path}`, body, owner.key);
const post = (name: string, data: object) => call('POST', '', { ...kind, name, data });
const make = async (name: string, data: object = {}) => (await post(name, data)).body.id as string;
const patch = (id: string, data: object, more: object = {}) => call('PATCH', id, { data, ...more });
const read = async (id: string, query = '?include_secrets=true') => (await call('GET', id + query)).body;
const ref = (id: string) => ({ $ref: { block_document_id: id } });
const unknownId = '01900000-0000-7000-8000-000000000000';

test('a document that nests others has their data in its own, and says whose they are', async () => {
  const grandchild = await make('grandchild', { deep: 1 });
  const child = await make('child', { tok: 'abc', below: ref(grandchild) });
  const parent = await make('parent', { x: 1, child: ref(child) });
  const shown = await read(parent);
  expect(shown.data).toEqual({ x: 1, child: { tok: 'abc', below: { deep: 1 } } });
  expect(shown.block_document_references).toEqual({
    child: {
      block_document: {
        id: child,
        name: 'child',
        block_type: shown.block_type,
        is_anonymous: false,
        block_document_references: {
          below: { block_document: expect.objectContaining({ id: grandchild, block_document_references: {} }) },
        },
      },
    },
  });
  expect((await read(parent, '')).data.child.tok).toBe('********');
  await patch(child, { tok: 'new' });
  expect((await read(parent)).data.child).toEqual({ tok: 'new', below: { deep: 1 } });
});

test('only the top level refers; deeper, and in other shapes, it is data', async () => {
  const child = await make('child', { v: 1 });
  const data = { list: [ref(child)], deep: { in: ref(child) }, schema: { $ref: '#/definitions/X' } };
  const parent = await make('parent', { ...data, also: { ...ref(child), more: 1 } });
  expect((await read(parent)).data).toEqual({ ...data, also: { v: 1 } });
});

test('a reference that names nothing is refused', async () => {
  expect((await post('a', { k: { $ref: {} } })).body).toEqual({
    detail: 'Received block reference without a block_document_id in key k',
  });
  expect((await post('a', { k: ref('no-id') })).status).toBe(400);
  expect((await post('a', { k: ref(unknownId) })).status).toBe(409);
  const stranger = await app.tenant();
  const theirs = await app.inject(
    'POST',
    '/api/block_documents/',
    { ...(await makeKind(app, stranger)), name: 'theirs', data: {} },
    stranger.key,
  );
  expect((await post('a', { k: ref(theirs.body.id) })).status).toBe(409);
  expect((await call('POST', 'count', {})).body).toBe(0);
});

test('references are kept, exchanged and dropped like other values', async () => {
  const [one, two] = [await make('one', { v: 1 }), await make('two', { v: 2 })];
  const parent = await make('parent', { a: ref(one), b: ref(one), x: 1 });
  await patch(parent, { a: ref(two), y: 2 });
  expect((await read(parent)).data).toEqual({ a: { v: 2 }, b: { v: 1 }, x: 1, y: 2 });
  await patch(parent, { a: 'text', x: ref(two) });
  expect((await read(parent)).data).toEqual({ a: 'text', b: { v: 1 }, x: { v: 2 }, y: 2 });
  await patch(parent, { a: ref(one) }, { merge_existing_data: false });
  expect((await read(parent)).data).toEqual({ a: { v: 1 } });
  expect(Object.keys((await read(parent)).block_document_references)).toEqual(['a']);
});

test('a document that is deleted is nested no more; what it nested stays', async () => {
  const child = await make('child', { v: 1 });
  const parent = await make('parent', { child: ref(child), x: 1 });
  const other = await make('other', { child: ref(child) });
  await call('DELETE', other);
  expect((await read(child)).data).toEqual({ v: 1 });
  await call('DELETE', child);
  expect((await read(parent)).data).toEqual({ x: 1 });
});

test('no document nests itself, not even through others', async () => {
  const first = await make('first');
  const second = await make('second', { below: ref(first) });
  const third = await make('third', { below: ref(second) });
  for (const below of [first, second, third]) {
    const refused = await patch(first, { up: ref(below) });
    expect(refused.status).toBe(400);
    expect(refused.body.detail).toBe(
      `Cannot create block document reference: it would introduce a cycle into the block_document_reference graph (parent=${first}, reference=${below}).`,
    );
  }
  expect((await read(first)).data).toEqual({});
});

test('two changes at once do not close a circle', async () => {
  const [one, two] = [await make('one'), await make('two')];
  const statuses = await Promise.all([patch(one, { k: ref(two) }), patch(two, { k: ref(one) })]);
  expect(statuses.map(({ status }) => status).toSorted()).toEqual([204, 400]);
});

test('fifty levels are the most, from whichever end they grow', async () => {
  const chain = [await make('c0')];
  for (let n = 1; n <= 50; n++) chain.push(await make(`c${n}`, { n: ref(chain.at(-1)!) }));
  const message = 'Block document reference graph exceeds max depth 50; refusing to recurse further.';
  const top = await post('top', { n: ref(chain.at(-1)!) });
  expect([top.status, top.body]).toEqual([400, { detail: message }]);
  const bottom = await patch(chain[0]!, { n: ref(await make('leaf')) });
  expect([bottom.status, bottom.body]).toEqual([400, { detail: message }]);
  expect((await call('GET', chain.at(-1)!)).status).toBe(200);
});

test('a few documents cannot unfold into a text without end', async () => {
  let below = await make('d0');
  let status = 201;
  for (let n = 1; n <= 12 && status === 201; n++) {
    const made = await post(`d${n}`, { one: ref(below), two: ref(below) });
    status = made.status;
    if (status === 201) below = made.body.id;
  }
  expect(status).toBe(400);
  expect((await call('GET', below)).status).toBe(200);
});

test('documents that nest more text than an answer may hold are refused with words, and can be mended', async () => {
  const leaf = await make('leaf', { text: 'x'.repeat(600_000) });
  const fan = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, at) => [`c${at}`, ref(leaf)]));
  const words = 'What the block documents nest would be more than 5000000 characters long altogether.';
  expect(await post('wide', fan(9))).toMatchObject({ status: 422, body: { detail: words } });
  const ids = [await make('a', fan(5)), await make('b', fan(5))];
  const page = (limit: number) => call('POST', 'filter', { limit, block_documents: { id: { any_: ids } } });
  expect(await page(2)).toMatchObject({ status: 422, body: { detail: words } });
  expect((await page(1)).body).toMatchObject([{ data: { c4: { text: expect.stringMatching(/^x{600000}$/) } } }]);
  await patch(leaf, { text: 'x'.repeat(1_200_000) });
  expect((await call('GET', ids[0]!)).status).toBe(422);
  expect((await patch(ids[0]!, fan(1), { merge_existing_data: false })).status).toBe(204);
  expect((await call('GET', ids[0]!)).status).toBe(200);
  expect((await call('DELETE', ids[1]!)).status).toBe(204);
});
