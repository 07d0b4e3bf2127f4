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

type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE';
const call = (method: Method, path: string, body?: unknown, who = owner) =>
  app.inject(method, `/api/accounts/${who.accountId}/workspaces/${who.workspaceId}/variables${path}`, body, who.key);
const make = async (name: string, value: unknown = 1, tags: string[] = []) =>
  (await call('POST', '/', { name, value, tags })).body;
const namesOf = async (body: unknown): Promise<string[]> =>
  (await call('POST', '/filter', body)).body.map((each: { name: string }) => each.name);

/** Sends a text as it is, and answers with the text that comes back. */
const send = async (method: Method, url: string, payload?: string) =>
  (
    await app.app.inject({
      method,
      url: `/api/variables${url}`,
      ...(payload && { payload }),
      headers: { authorization: `Bearer ${owner.key}`, 'content-type': 'application/json' },
    })
  ).body;

test('numbers come back as they were sent', async () => {
  const [text, other] = ['{"id":1795220030207368123,"share":1.0}', '[12345678901234567890,0.10]'];
  expect(await send('POST', '/', `{"name":"exact","value":${text}}`)).toContain(`"value":${text}`);
  expect(await send('GET', '/name/exact')).toContain(`"value":${text}`);
  await send('PATCH', '/name/exact', `{"value":${other}}`);
  expect(await send('POST', '/filter', '{"limit":1.0}')).toContain(`"value":${other}`);
});

test('a variable is made with a name and any JSON value', async () => {
  const { status, body } = await call('POST', '/', {
    name: 'region',
    value: { at: ['eu', null, 1.5] },
    tags: ['a', 'a'],
  });
  expect(status).toBe(201);
  expect(body).toEqual({
    id: expect.any(String),
    created: expect.any(String),
    updated: expect.any(String),
    name: 'region',
    value: { at: ['eu', null, 1.5] },
    tags: ['a', 'a'],
  });
  for (const value of ['text', 0, false, null, [], {}]) {
    const { id } = await make(`v${newId()}`, value);
    expect((await call('GET', `/${id}`)).body.value).toEqual(value);
  }
});

test('the keys of a value stay in the order in which they were given', async () => {
  const value = { zone: 1, b: { y: 1, x: 2 }, a: 3 };
  const { id } = await make('ordered', value);
  expect((await call('GET', `/${id}`)).text).toContain('"value":{"zone":1,"b":{"y":1,"x":2},"a":3}');
  await call('PATCH', `/${id}`, { value: { bb: 1, a: 2 } });
  expect((await call('GET', `/${id}`)).text).toContain('"value":{"bb":1,"a":2}');
});

test('it is found by id and by name', async () => {
  const variable = await make('region', 'eu');
  expect((await call('GET', `/${variable.id}`)).body).toEqual(variable);
  expect((await call('GET', '/name/region')).body).toEqual(variable);
});

test('a name is taken once', async () => {
  const { id } = await make('region');
  const again = await call('POST', '/', { name: 'region', value: 2 });
  expect([again.status, again.body]).toEqual([409, { detail: "A variable with the name 'region' already exists." }]);
  await make('other');
  expect((await call('PATCH', '/name/other', { name: 'region' })).status).toBe(409);
  expect((await call('GET', '/name/region')).body).toMatchObject({ id, value: 1 });
});

test('what cannot be a variable is refused, with the reason', async () => {
  const reasonOf = async (body: unknown) => {
    const { status, body: answer } = await call('POST', '/', body);
    expect([status, answer.exception_message]).toEqual([422, 'Invalid request received.']);
    return answer.exception_detail.map(({ loc, msg }: { loc: string[]; msg: string }) => `${loc.join('.')}: ${msg}`);
  };
  const nameRule =
    'Value error, Variable name must only contain lowercase letters, numbers, and dashes or underscores.';
  for (const name of ['Region', 'a b', 'a/b', 'ä', 'a\n'])
    expect(await reasonOf({ name, value: 1 })).toEqual([`body.name: ${nameRule}`]);
  expect(await reasonOf({ name: 'a'.repeat(256), value: 1 })).toHaveLength(1);
  expect(await reasonOf({ name: 'a' })).toEqual(['body.value: Field required']);
  expect(await reasonOf({ name: 'a', value: 'x'.repeat(4999) })).toEqual([
    'body.value: Value error, Variable value must be less than 5000 characters',
  ]);
  expect((await call('POST', '/', { name: 'a', value: 'x'.repeat(4998) })).status).toBe(201);
  expect(await reasonOf({ name: 'b', value: 1, tags: null })).toHaveLength(1);
  expect(await reasonOf({ name: 'b', value: 1, extra: 1 })).toEqual(['body.extra: Extra inputs are not permitted']);
});

test('a change keeps what it does not name, and null is a value', async () => {
  const { id } = await make('region', 'eu', ['t']);
  expect((await call('PATCH', `/${id}`, { value: null })).status).toBe(204);
  expect((await call('GET', `/${id}`)).body).toMatchObject({ name: 'region', value: null, tags: ['t'] });
  expect((await call('PATCH', '/name/region', { name: 'zone', tags: [] })).status).toBe(204);
  expect((await call('PATCH', '/name/zone', {})).status).toBe(204);
  expect((await call('GET', `/${id}`)).body).toMatchObject({ name: 'zone', value: null, tags: [] });
  for (const wrong of [{ name: 'A' }, { value: 'x'.repeat(5000) }, { bad: 1 }])
    expect((await call('PATCH', `/${id}`, wrong)).status).toBe(422);
});

test('it is deleted by id and by name', async () => {
  const { id } = await make('one');
  await make('two');
  expect((await call('DELETE', `/${id}`)).status).toBe(204);
  expect((await call('DELETE', '/name/two')).status).toBe(204);
  expect((await call('POST', '/count', {})).body).toBe(0);
});

test('what is not there is not found, whoever asks for it', async () => {
  const { id } = await make('region');
  const stranger = await app.tenant();
  for (const [path, who] of [
    [`/${newId()}`, owner],
    ['/name/nothing', owner],
    [`/${id}`, stranger],
    ['/name/region', stranger],
  ] as const) {
    for (const [method, body] of [
      ['GET', undefined],
      ['PATCH', { value: 2 }],
      ['DELETE', undefined],
    ] as const) {
      const { status, body: answer } = await call(method, path, body, who);
      expect([status, answer]).toEqual([404, { detail: 'Variable not found.' }]);
    }
  }
  expect((await call('GET', '/no-id')).body).toEqual({ detail: 'Not Found' });
  expect((await call('POST', '/filter', {}, stranger)).body).toEqual([]);
  expect((await call('GET', `/${id}`)).body.value).toBe(1);
});

test.each(['%', '%ff', '%E0%A4%A'])('a path that cannot be decoded, as %s, names nothing', async (name) => {
  const { status, body } = await call('GET', `/name/${name}`);
  expect([status, body]).toEqual([404, { detail: 'Not Found' }]);
});

test('filters narrow by id, name, value and tags; a filter that says nothing lets all through', async () => {
  const { id } = await make('eu-west', 'here', ['a', 'b']);
  await make('eu-east', 7, ['a']);
  await make('us', { k: 'here' });
  const names = (variables: unknown) => namesOf({ variables });
  expect(await names({ id: { any_: [id] } })).toEqual(['eu-west']);
  expect(await names({ name: { any_: ['us', 'none'] } })).toEqual(['us']);
  expect(await names({ name: { any_: [] } })).toEqual([]);
  expect(await names({ name: { like_: 'EU' } })).toEqual(['eu-east', 'eu-west']);
  expect(await names({ value: { any_: ['here', '7'] } })).toEqual(['eu-east', 'eu-west']);
  expect(await names({ value: { like_: 'here' } })).toEqual(['eu-west', 'us']);
  expect(await names({ tags: { all_: ['a', 'b'] } })).toEqual(['eu-west']);
  expect(await names({ tags: { is_null_: true } })).toEqual(['us']);
  expect(await names({ operator: 'or_', name: { any_: ['us'] }, tags: { all_: ['b'] } })).toEqual(['eu-west', 'us']);
  expect(await names({ operator: 'or_', name: { any_: ['us'] }, tags: { all_: [] } })).toHaveLength(3);
  expect(await names(null)).toHaveLength(3);
  expect((await call('POST', '/count', { variables: { tags: { all_: ['a'] } } })).body).toBe(2);
  expect((await call('POST', '/filter', { variables: { size: {} } })).status).toBe(422);
});

test('pages follow the order that is asked for, the name at first', async () => {
  for (const name of ['b', 'a', 'c']) await make(name);
  await call('PATCH', '/name/a', { value: 2 });
  expect(await namesOf({ sort: null, limit: null, offset: null })).toEqual(['a', 'b', 'c']);
  expect(await namesOf({ sort: 'NAME_DESC', limit: 2 })).toEqual(['c', 'b']);
  expect(await namesOf({ sort: 'NAME_DESC', limit: 2, offset: 2 })).toEqual(['a']);
  expect(await namesOf({ sort: 'CREATED_DESC' })).toEqual(['c', 'a', 'b']);
  expect(await namesOf({ sort: 'UPDATED_DESC', limit: 1 })).toEqual(['a']);
  expect(await namesOf({ limit: 0 })).toEqual([]);
  const tooMany = await call('POST', '/filter', { limit: 201 });
  expect([tooMany.status, tooMany.body.detail]).toEqual([422, 'Invalid limit: must be less than or equal to 200.']);
  expect((await call('POST', '/filter', { sort: 'VALUE_ASC' })).status).toBe(422);
});
