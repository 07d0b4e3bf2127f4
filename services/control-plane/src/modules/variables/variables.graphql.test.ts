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

const ask = (query: string, variables: object = {}, who = owner) =>
  app.gql(query, { w: owner.workspaceId, ...variables }, { authorization: `Bearer ${who.key}` });
const shown = 'id name value tags';
const createIt = `mutation ($w: ID!, $i: CreateVariableInput!) { createVariable(workspaceId: $w, input: $i) { ${shown} } }`;
const updateIt = `mutation ($w: ID!, $id: ID!, $i: UpdateVariableInput!) { updateVariable(workspaceId: $w, id: $id, input: $i) { ${shown} } }`;
const deleteIt = 'mutation ($w: ID!, $id: ID!) { deleteVariable(workspaceId: $w, id: $id) }';
const readIt = `query ($w: ID!, $id: ID!) { variable(workspaceId: $w, id: $id) { ${shown} created updated } }`;
const make = async (name: string, value: unknown = 1, tags: string[] = []) =>
  (await ask(createIt, { i: { name, value, tags } })).data.createVariable;

test('a variable is made, read, changed and deleted', async () => {
  const made = await make('region', { at: ['eu'] }, ['t']);
  expect(made).toEqual({ id: made.id, name: 'region', value: { at: ['eu'] }, tags: ['t'] });
  expect((await ask(readIt, { id: made.id })).data.variable).toMatchObject(made);
  const changed = (await ask(updateIt, { id: made.id, i: { value: null } })).data.updateVariable;
  expect(changed).toEqual({ ...made, value: null });
  expect((await ask(deleteIt, { id: made.id })).data.deleteVariable).toBe(true);
  expect((await ask(readIt, { id: made.id })).error.extensions.code).toBe('notFound');
});

test('a value that is left out is null, and what is wrong is told by field', async () => {
  expect((await ask(createIt, { i: { name: 'empty' } })).data.createVariable.value).toBe(null);
  const wrong = (await ask(createIt, { i: { name: 'A B', value: 1 } })).error.extensions;
  expect(wrong).toEqual({ code: 'invalid', fields: { name: expect.stringContaining('lowercase letters') } });
  expect((await ask(createIt, { i: { name: 'empty' } })).error.extensions.code).toBe('conflict');
  const { id } = await make('other');
  expect((await ask(updateIt, { id, i: { name: 'empty' } })).error.extensions.code).toBe('conflict');
});

test('the list is in the order of names, page by page, and can be searched', async () => {
  for (const name of ['b', 'a', 'c']) await make(name, name, name === 'c' ? ['t'] : []);
  const query = `query ($w: ID!, $f: VariableFilterInput, $after: String) {
    variables(workspaceId: $w, filter: $f, first: 2, after: $after) { nodes { name } pageInfo { hasNextPage endCursor } } }`;
  const list = async (variables: object = {}) => (await ask(query, variables)).data.variables;
  const first = await list();
  expect(first).toMatchObject({ nodes: [{ name: 'a' }, { name: 'b' }], pageInfo: { hasNextPage: true } });
  expect(await list({ after: first.pageInfo.endCursor })).toMatchObject({
    nodes: [{ name: 'c' }],
    pageInfo: { hasNextPage: false },
  });
  expect((await list({ f: { search: 'B' } })).nodes).toEqual([{ name: 'b' }]);
  expect((await list({ f: { tags: ['t'] } })).nodes).toEqual([{ name: 'c' }]);
});

test('a stranger is told that there is nothing', async () => {
  const { id } = await make('region');
  const stranger = await app.tenant();
  for (const [query, more] of [
    [readIt, {}],
    [updateIt, { i: { value: 2 } }],
    [deleteIt, {}],
  ] as const) {
    expect((await ask(query, { id, ...more }, stranger)).error.extensions.code).toBe('notFound');
    expect((await ask(query, { w: stranger.workspaceId, id, ...more }, stranger)).error.extensions.code).toBe(
      'notFound',
    );
  }
  expect((await ask(readIt, { id: 'no-id' })).error.extensions.code).toBe('notFound');
});
