import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { startTestApp, type Tenant, type TestApp } from '../app.js';

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
const post = async (path: string, body: object) => (await app.inject('POST', `/api${path}`, body, owner.key)).body;
const flow = () => post('/flows/', { name: `f${Math.random()}` });

test('a deployment is made and changed', async () => {
  const { id: flowId } = await flow();
  const shown = 'id name description tags paused';
  const create = `mutation ($w: ID!, $i: CreateDeploymentInput!) { createDeployment(workspaceId: $w, input: $i) { ${shown} } }`;
  const update = `mutation ($w: ID!, $id: ID!, $i: UpdateDeploymentInput!) { updateDeployment(workspaceId: $w, id: $id, input: $i) { ${shown} } }`;
  const made = (await ask(create, { i: { flowId, name: 'nightly', tags: ['a'], parameters: { n: 1 } } })).data
    .createDeployment;
  expect(made).toMatchObject({ name: 'nightly', tags: ['a'], paused: false, description: null });
  const again = (await ask(create, { i: { flowId, name: 'nightly', tags: ['b'] } })).data.createDeployment;
  expect(again).toMatchObject({ id: made.id, tags: ['b'] });
  const changed = (await ask(update, { id: made.id, i: { description: 'At night.', paused: true } })).data
    .updateDeployment;
  expect(changed).toMatchObject({ tags: ['b'], description: 'At night.', paused: true });
  const stranger = await app.tenant();
  const foreign = { w: stranger.workspaceId, id: made.id, i: { paused: false } };
  expect((await ask(update, foreign, stranger)).error.extensions.code).toBe('notFound');
});

test('states are proposed to one run and to many, and many runs are deleted', async () => {
  const { id: flow_id } = await flow();
  const runs: { id: string }[] = [];
  for (const name of ['a', 'b', 'c']) runs.push(await post('/flow_runs/', { flow_id, name }));
  const ids = runs.map(({ id }) => id);
  const one = `mutation ($w: ID!, $id: ID!, $s: FlowRunStateInput!) {
    setFlowRunState(workspaceId: $w, id: $id, state: $s) { flowRunId status reason } }`;
  const running = (await ask(one, { id: ids[0], s: { type: 'RUNNING' } })).data.setFlowRunState;
  expect(running).toEqual({ flowRunId: ids[0], status: 'ACCEPT', reason: null });
  const many = `mutation ($w: ID!, $ids: [ID!]!, $s: FlowRunStateInput!) {
    setFlowRunStates(workspaceId: $w, ids: $ids, state: $s, force: true) { flowRunId status } }`;
  const failed = (await ask(many, { ids, s: { type: 'FAILED', message: 'By hand.' } })).data.setFlowRunStates;
  expect(new Set(failed.map((each: { flowRunId: string }) => each.flowRunId))).toEqual(new Set(ids));
  expect(failed.every(({ status }: { status: string }) => status === 'ACCEPT')).toBe(true);
  const rename = `mutation ($w: ID!, $id: ID!) { updateFlowRun(workspaceId: $w, id: $id, input: { name: "z" }) { name } }`;
  expect((await ask(rename, { id: ids[0] })).data.updateFlowRun).toEqual({ name: 'z' });
  const gone = `mutation ($w: ID!, $ids: [ID!]!) { deleteFlowRuns(workspaceId: $w, ids: $ids) }`;
  expect(new Set((await ask(gone, { ids })).data.deleteFlowRuns)).toEqual(new Set(ids));
  const tooMany = { ids: Array.from({ length: 51 }, () => crypto.randomUUID()) };
  expect((await ask(gone, tooMany)).error.extensions.code).toBe('invalid');
});

test('a flow gets other tags, and goes', async () => {
  const { id } = await flow();
  const other = await flow();
  const retag = `mutation ($w: ID!, $id: ID!) { updateFlow(workspaceId: $w, id: $id, tags: ["t"]) { id tags } }`;
  expect((await ask(retag, { id })).data.updateFlow).toEqual({ id, tags: ['t'] });
  const gone = `mutation ($w: ID!, $id: ID!) { deleteFlow(workspaceId: $w, id: $id) }`;
  expect((await ask(gone, { id })).data.deleteFlow).toBe(true);
  expect((await ask(gone, { id })).error.extensions.code).toBe('notFound');
  const many = `mutation ($w: ID!, $ids: [ID!]!) { deleteFlows(workspaceId: $w, ids: $ids) }`;
  expect((await ask(many, { ids: [id, other.id] })).data.deleteFlows).toEqual([other.id]);
});

test('concurrency limits are listed, read, made, changed and deleted', async () => {
  const shown = 'name limit active activeSlots slotDecayPerSecond';
  const create = `mutation ($w: ID!) { createConcurrencyLimit(workspaceId: $w, input: { name: "db", limit: 3 }) { ${shown} } }`;
  const made = { name: 'db', limit: 3, active: true, activeSlots: 0, slotDecayPerSecond: 0 };
  expect((await ask(create)).data.createConcurrencyLimit).toEqual(made);
  expect((await ask(create)).error.extensions.code).toBe('conflict');
  const update = `mutation ($w: ID!) { updateConcurrencyLimit(workspaceId: $w, name: "db", input: { active: false }) { ${shown} } }`;
  expect((await ask(update)).data.updateConcurrencyLimit).toEqual({ ...made, active: false });
  const list = `query ($w: ID!) { concurrencyLimits(workspaceId: $w) { name } concurrencyLimit(workspaceId: $w, name: "db") { limit } }`;
  expect((await ask(list)).data).toEqual({ concurrencyLimits: [{ name: 'db' }], concurrencyLimit: { limit: 3 } });
  const gone = `mutation ($w: ID!) { deleteConcurrencyLimit(workspaceId: $w, name: "db") }`;
  expect((await ask(gone)).data.deleteConcurrencyLimit).toBe(true);
  expect((await ask(gone)).error.extensions.code).toBe('notFound');
});

test('searches are saved under a name, listed, read and deleted', async () => {
  const save = `mutation ($w: ID!, $f: JSON) { saveSearch(workspaceId: $w, input: { name: "late", filters: $f }) { id name filters } }`;
  const f = [{ object: 'flow_run', property: 'state', type: 'text', operation: 'equals', value: 'Late' }];
  const saved = (await ask(save, { f })).data.saveSearch;
  expect(saved).toEqual({ id: saved.id, name: 'late', filters: f });
  const read = `query ($w: ID!, $id: ID!) { savedSearches(workspaceId: $w) { id } savedSearch(workspaceId: $w, id: $id) { name } }`;
  const { data } = await ask(read, { id: saved.id });
  expect(data).toEqual({ savedSearches: [{ id: saved.id }], savedSearch: { name: 'late' } });
  const gone = `mutation ($w: ID!, $id: ID!) { deleteSavedSearch(workspaceId: $w, id: $id) }`;
  expect((await ask(gone, { id: saved.id })).data.deleteSavedSearch).toBe(true);
  expect((await ask(gone, { id: saved.id })).error.extensions.code).toBe('notFound');
});
