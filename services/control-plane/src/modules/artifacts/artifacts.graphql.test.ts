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

const ask = async (query: string, variables: object = {}, who = owner) => {
  const { data, error } = await app.gql(
    query,
    { w: owner.workspaceId, ...variables },
    { authorization: `Bearer ${who.key}` },
  );
  return data ?? error.extensions.code;
};
const make = async (draft: object) => (await app.inject('POST', '/api/artifacts/', draft, owner.key)).body.id as string;
const list = async (which: 'artifacts' | 'latestArtifacts', variables: object = {}) => {
  const query = `query ($w: ID!, $f: ArtifactFilterInput, $after: String) {
    page: ${which}(workspaceId: $w, filter: $f, first: 2, after: $after) {
      nodes { id key created } totalCount pageInfo { hasNextPage endCursor } } }`;
  return (await ask(query, variables)).page;
};
const ids = (page: { nodes: { id: string }[] }) => page.nodes.map(({ id }) => id);

test('all artifacts are listed, the newest first, page by page, with how many there are', async () => {
  const made = [await make({ key: 'a' }), await make({ type: 'x' }), await make({ key: 'a', type: 'x' })].reverse();
  const first = await list('artifacts');
  expect([ids(first), first.totalCount]).toEqual([made.slice(0, 2), 3]);
  const second = await list('artifacts', { after: first.pageInfo.endCursor });
  expect([ids(second), second.pageInfo.hasNextPage]).toEqual([made.slice(2), false]);
  const ofType = await list('artifacts', { f: { types: ['x'], keys: ['a'] } });
  expect([ids(ofType), ofType.totalCount]).toEqual([made.slice(0, 1), 1]);
});

test('of each key the newest is listed, in the order of the keys, as the artifact that it is', async () => {
  await make({ key: 'b', data: 'old' });
  const [c, b, a] = [await make({ key: 'c' }), await make({ key: 'b' }), await make({ key: 'a' })];
  const first = await list('latestArtifacts');
  expect([ids(first), first.totalCount]).toEqual([[a, b], 3]);
  expect(ids(await list('latestArtifacts', { after: first.pageInfo.endCursor }))).toEqual([c]);
  expect(ids(await list('latestArtifacts', { f: { search: 'C' } }))).toEqual([c]);
  const one = `query ($w: ID!, $id: ID!) {
    artifact(workspaceId: $w, id: $id) { id key created } latestArtifact(workspaceId: $w, key: "b") { id key created } }`;
  const { artifact, latestArtifact } = await ask(one, { id: b });
  expect([artifact, latestArtifact]).toEqual([first.nodes[1], first.nodes[1]]);
});

test('an artifact is changed in what is named, and deleted; another one of its key is then the newest', async () => {
  const older = await make({ key: 'k' });
  const id = await make({ key: 'k', data: { n: 1 }, description: 'd', metadata_: { a: 'b' } });
  const update = `mutation ($w: ID!, $id: ID!, $i: UpdateArtifactInput!) {
    updateArtifact(workspaceId: $w, id: $id, input: $i) { data description metadata } }`;
  const changed = { data: { n: 2 }, description: 'd', metadata: { a: 'b' } };
  expect((await ask(update, { id, i: { data: { n: 2 } } })).updateArtifact).toEqual(changed);
  const remove = 'mutation ($w: ID!, $id: ID!) { deleteArtifact(workspaceId: $w, id: $id) }';
  const stranger = await app.tenant();
  expect(await ask(remove, { w: stranger.workspaceId, id }, stranger)).toBe('notFound');
  expect((await ask(remove, { id })).deleteArtifact).toBe(true);
  expect(await ask(remove, { id })).toBe('notFound');
  expect(ids(await list('latestArtifacts'))).toEqual([older]);
});

test('an artifact tells of its run, and lists are asked for those of a run', async () => {
  const { id: flow_id } = (await app.inject('POST', '/api/flows/', { name: 'f' }, owner.key)).body;
  const run = (await app.inject('POST', '/api/flow_runs/', { flow_id }, owner.key)).body.id;
  const mine = await make({ type: 'x', flow_run_id: run });
  await make({ type: 'x' });
  const query =
    'query ($w: ID!, $f: ArtifactFilterInput) { artifacts(workspaceId: $w, filter: $f) { nodes { id flowRunId } } }';
  const { artifacts } = await ask(query, { f: { flowRunIds: [run] } });
  expect(artifacts.nodes).toEqual([{ id: mine, flowRunId: run }]);
  expect(await ask(query, { f: { flowRunIds: ['nonsense'] } })).toBe('invalid');
});
