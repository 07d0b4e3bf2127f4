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
  const deploy = `mutation ($w: ID!, $i: DeployFlowInput!) { deployFlow(workspaceId: $w, input: $i) { name flow { name } } }`;
  const deployed = (await ask(deploy, { i: { flowName: 'fresh', name: 'nightly' } })).data.deployFlow;
  expect(deployed).toEqual({ name: 'nightly', flow: { name: 'fresh' } });
  const refused = { flowName: 'never', name: 'nightly', workPoolName: 'nowhere' };
  expect((await ask(deploy, { i: refused })).error.extensions.code).toBe('notFound');
  expect(await post('/flows/filter', { flows: { name: { any_: ['never'] } } })).toEqual([]);
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
  const list = `query ($w: ID!) { concurrencyLimits(workspaceId: $w) { nodes { name } } concurrencyLimit(workspaceId: $w, name: "db") { limit } }`;
  expect((await ask(list)).data).toEqual({
    concurrencyLimits: { nodes: [{ name: 'db' }] },
    concurrencyLimit: { limit: 3 },
  });
  const gone = `mutation ($w: ID!) { deleteConcurrencyLimit(workspaceId: $w, name: "db") }`;
  expect((await ask(gone)).data.deleteConcurrencyLimit).toBe(true);
  expect((await ask(gone)).error.extensions.code).toBe('notFound');
});

test('searches are saved under a name, listed, read and deleted', async () => {
  const save = `mutation ($w: ID!, $f: JSON) { saveSearch(workspaceId: $w, input: { name: "late", filters: $f }) { id name filters } }`;
  const f = [{ object: 'flow_run', property: 'state', type: 'text', operation: 'equals', value: 'Late' }];
  const saved = (await ask(save, { f })).data.saveSearch;
  expect(saved).toEqual({ id: saved.id, name: 'late', filters: f });
  const read = `query ($w: ID!, $id: ID!) { savedSearches(workspaceId: $w) { nodes { id } } savedSearch(workspaceId: $w, id: $id) { name } }`;
  const { data } = await ask(read, { id: saved.id });
  expect(data).toEqual({ savedSearches: { nodes: [{ id: saved.id }] }, savedSearch: { name: 'late' } });
  const gone = `mutation ($w: ID!, $id: ID!) { deleteSavedSearch(workspaceId: $w, id: $id) }`;
  expect((await ask(gone, { id: saved.id })).data.deleteSavedSearch).toBe(true);
  expect((await ask(gone, { id: saved.id })).error.extensions.code).toBe('notFound');
});

test('limits of tags are saved, read, given to other task runs and deleted', async () => {
  const shown = 'tag limit taskRunIds';
  const save = `mutation ($w: ID!, $n: Int!) { saveTagLimit(workspaceId: $w, tag: "db", limit: $n) { ${shown} } }`;
  expect((await ask(save, { n: 2 })).data.saveTagLimit).toEqual({ tag: 'db', limit: 2, taskRunIds: [] });
  expect((await ask(save, { n: 3 })).data.saveTagLimit.limit).toBe(3);
  expect((await ask(save, { n: -1 })).error.extensions.code).toBe('invalid');
  const ids = [crypto.randomUUID()];
  const reset = `mutation ($w: ID!, $ids: [ID!]) { resetTagLimit(workspaceId: $w, tag: "db", taskRunIds: $ids) { ${shown} } }`;
  expect((await ask(reset, { ids })).data.resetTagLimit).toEqual({ tag: 'db', limit: 3, taskRunIds: ids });
  expect((await ask(reset)).data.resetTagLimit.taskRunIds).toEqual([]);
  await post('/v2/concurrency_limits/', { name: 'plain', limit: 1 });
  const list = `query ($w: ID!, $after: String) { tagLimit(workspaceId: $w, tag: "db") { limit }
    tagLimits(workspaceId: $w, first: 1, after: $after) { nodes { tag } pageInfo { hasNextPage endCursor } } }`;
  const { data } = await ask(list);
  expect(data).toMatchObject({ tagLimit: { limit: 3 }, tagLimits: { nodes: [{ tag: 'db' }] } });
  expect(data.tagLimits.pageInfo.hasNextPage).toBe(false);
  expect((await ask(list, { after: data.tagLimits.pageInfo.endCursor })).data.tagLimits.nodes).toEqual([]);
  const gone = 'mutation ($w: ID!) { deleteTagLimit(workspaceId: $w, tag: "db") }';
  expect((await ask(gone)).data.deleteTagLimit).toBe(true);
  expect((await ask(gone)).error.extensions.code).toBe('notFound');
});

test('many runs of a deployment are asked for at once: all or none, or each for itself', async () => {
  const { id: flow_id } = await flow();
  const enforced = { enforce_parameter_schema: true, parameter_openapi_schema: numbers };
  const { id: d } = await post('/deployments/', { name: 'd', flow_id, ...enforced });
  const all = `mutation ($w: ID!, $d: ID!, $r: [RunOfDeploymentInput!]!) { createFlowRuns(workspaceId: $w, deploymentId: $d, runs: $r) }`;
  const each = `mutation ($w: ID!, $d: ID!, $r: [RunOfDeploymentInput!]!) {
    createEachFlowRun(workspaceId: $w, deploymentId: $d, runs: $r) { flowRun { name parameters } error } }`;
  const [good, bad] = [
    { name: 'good', parameters: { n: 1 } },
    { name: 'bad', parameters: { n: 'x' } },
  ];
  expect((await ask(all, { d, r: [good, bad] })).error.extensions.code).toBe('conflict');
  expect(await post('/flow_runs/count', {})).toBe(0);
  expect((await ask(all, { d, r: [good, good] })).data.createFlowRuns).toHaveLength(2);
  const outcomes = (await ask(each, { d, r: [good, bad] })).data.createEachFlowRun;
  expect(outcomes).toEqual([
    { flowRun: good, error: null },
    { flowRun: null, error: expect.any(String) },
  ]);
  expect(await post('/flow_runs/count', {})).toBe(3);
  const tooMany = Array.from({ length: 101 }, () => ({ parameters: { n: 1 } }));
  expect((await ask(each, { d, r: tooMany })).error.message).toContain('100 flow runs at once');
});
const numbers = { type: 'object', properties: { n: { type: 'integer' } }, required: ['n'] };

test('the runs that schedules want in a window are made at once', async () => {
  const { id: flow_id } = await flow();
  const schedules = [{ schedule: { interval: 3600 } }];
  const { id: d } = await post('/deployments/', { name: 'd', flow_id, schedules });
  const make = `mutation ($w: ID!, $d: ID!, $i: ScheduleWindowInput) { scheduleFlowRuns(workspaceId: $w, deploymentId: $d, window: $i) { id } }`;
  expect((await ask(make, { d, i: { minRuns: 30, maxRuns: 30 } })).data.scheduleFlowRuns).toEqual({ id: d });
  expect(await post('/flow_runs/count', {})).toBeGreaterThanOrEqual(30);
  expect((await ask(make, { d, i: { minRuns: -1 } })).error.extensions.code).toBe('invalid');
});

test('a run is labelled, and a task run goes with its log', async () => {
  const { id: flow_id } = await flow();
  const run = await post('/flow_runs/', { flow_id, labels: { a: 1 } });
  const label = `mutation ($w: ID!, $id: ID!, $l: JSON!) { labelFlowRun(workspaceId: $w, id: $id, labels: $l) { labels } }`;
  const { labels } = (await ask(label, { id: run.id, l: { b: 'x' } })).data.labelFlowRun;
  expect(labels).toMatchObject({ a: 1, b: 'x' });
  expect((await ask(label, { id: run.id, l: { b: [] } })).error.extensions.code).toBe('invalid');
  const task = await post('/task_runs/', { flow_run_id: run.id, task_key: 't', dynamic_key: '0' });
  const gone = 'mutation ($w: ID!, $id: ID!) { deleteTaskRun(workspaceId: $w, id: $id) }';
  expect((await ask(gone, { id: task.id })).data.deleteTaskRun).toBe(true);
  expect((await ask(gone, { id: task.id })).error.extensions.code).toBe('notFound');
});

test('a workspace is renamed and deleted by who may', async () => {
  const make = `mutation ($a: ID!) { createWorkspace(accountId: $a, name: "second") { id } }`;
  const { id } = (await ask(make, { a: owner.accountId })).data.createWorkspace;
  const update = `mutation ($id: ID!, $i: UpdateWorkspaceInput!) { updateWorkspace(id: $id, input: $i) { name handle description } }`;
  const changed = { name: 'Other', handle: 'second', description: 'd' };
  expect((await ask(update, { id, i: { name: 'Other', description: 'd' } })).data.updateWorkspace).toEqual(changed);
  const cleared = (await ask(update, { id, i: { description: null } })).data.updateWorkspace;
  expect(cleared).toEqual({ ...changed, description: '' });
  const remove = 'mutation ($id: ID!) { deleteWorkspace(id: $id) }';
  const stranger = await app.tenant();
  for (const query of [update, remove])
    expect((await ask(query, { id, i: {} }, stranger)).error.extensions.code).toBe('notFound');
  const join = 'insert into workspace_membership (workspace_id, user_id, role) values ($1, $2, $3)';
  await app.db.sql.query(join, [id, stranger.userId, 'Viewer']);
  for (const query of [update, remove])
    expect((await ask(query, { id, i: {} }, stranger)).error.extensions.code).toBe('forbidden');
  expect((await ask(remove, { id })).data.deleteWorkspace).toBe(true);
  expect((await ask(remove, { id })).error.extensions.code).toBe('notFound');
});
