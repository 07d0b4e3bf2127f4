import { until } from '@headgate/testkit';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { startTestApp, type Tenant, type TestApp } from '../app.js';
import { socketOf } from './doors.js';

let app: TestApp;
let owner: Tenant;
beforeAll(async () => {
  app = await startTestApp();
  await app.app.listen(0, '127.0.0.1');
});
beforeEach(async () => {
  owner = await app.tenant();
});
afterAll(() => app.close());

const ask = async (query: string, variables: object = {}) => {
  const asked = { w: owner.workspaceId, ...variables };
  const { data, error } = await app.gql(query, asked, { authorization: `Bearer ${owner.key}` });
  return data ?? error.extensions.code;
};
const post = async (path: string, body: object) => (await app.inject('POST', `/api${path}`, body, owner.key)).body;
const flow = async () => (await post('/flows/', { name: `f${Math.random()}` })).id as string;
let tasks = 0;
const task = (more: object = {}) =>
  post('/task_runs/', { task_key: 't', dynamic_key: String(tasks++), state: { type: 'PENDING' }, ...more });
const at = (minutes: number) => new Date(Date.UTC(2026, 0, 5, 10, minutes)).toISOString();
const scheduled = (flow_id: string, minutes: number, more: object = {}) => {
  const state = { type: 'SCHEDULED', state_details: { scheduled_time: at(minutes) } };
  return post('/flow_runs/', { flow_id, state, ...more });
};

test('a task run that began more than once says when it was running each time, another one nothing', async () => {
  const flow_run_id = (await post('/flow_runs/', { flow_id: await flow() })).id;
  const [once, again] = [await task({ flow_run_id }), await task({ flow_run_id })];
  const move = (id: string, type: string) => post(`/task_runs/${id}/set_state`, { state: { type }, force: true });
  for (const type of ['RUNNING', 'COMPLETED']) await move(once.id, type);
  for (const type of ['RUNNING', 'FAILED', 'PENDING', 'RUNNING']) await move(again.id, type);
  const query = `query ($w: ID!, $id: ID!) { flowRun(workspaceId: $w, id: $id) { taskRuns(first: 2) { nodes {
    id startTime stretches { startTime endTime } states { type timestamp } } } } }`;
  const { nodes } = (await ask(query, { id: flow_run_id })).flowRun.taskRuns;
  const [first, second] = [once, again].map(({ id }) => nodes.find((each: { id: string }) => each.id === id));
  expect(first.stretches).toEqual([]);
  const times = (second.states as { timestamp: string }[]).map(({ timestamp }) => timestamp);
  // Pending, Running, Failed, Pending, Running.
  expect(second.stretches).toEqual([
    { startTime: times[1], endTime: times[2] },
    { startTime: times[4], endTime: null },
  ]);
});

test('task runs of the workspace are listed in order, page by page, with how many there are', async () => {
  const flow_run_id = (await post('/flow_runs/', { flow_id: await flow() })).id;
  const made: string[] = [];
  for (const name of ['one', 'two', 'three']) made.push((await task({ flow_run_id, name, tags: [name] })).id);
  const background = (await task({ name: 'background' })).id;
  const query = `query ($w: ID!, $f: TaskRunFilterInput, $s: TaskRunSortInput, $n: Int, $after: String) {
    taskRuns(workspaceId: $w, filter: $f, sort: $s, first: $n, after: $after) {
      nodes { id } totalCount pageInfo { endCursor hasNextPage } } }`;
  const list = async (variables: object) => {
    const { taskRuns } = await ask(query, variables);
    return { ...taskRuns, ids: taskRuns.nodes.map(({ id }: { id: string }) => id) };
  };
  const first = await list({ n: 3 });
  expect([first.ids, first.totalCount]).toEqual([[background, made[2], made[1]], 4]);
  expect((await list({ n: 3, after: first.pageInfo.endCursor })).ids).toEqual([made[0]]);
  const oldest = await list({ n: 2, s: 'OLDEST' });
  expect(oldest.ids).toEqual(made.slice(0, 2));
  expect((await list({ s: 'OLDEST', after: oldest.pageInfo.endCursor })).ids).toEqual([made[2], background]);
  for (const f of [{ search: 'ONE' }, { tags: ['one'] }])
    expect(await list({ f })).toMatchObject({ ids: [made[0]], totalCount: 1 });
  expect(await list({ f: { background: true } })).toMatchObject({ ids: [background], totalCount: 1 });
  expect(await list({ f: { flowRunIds: [flow_run_id], stateTypes: ['PENDING'] } })).toMatchObject({ totalCount: 3 });
  expect((await list({ f: { flowRunIds: [flow_run_id], stateTypes: ['FAILED'] } })).ids).toEqual([]);
  expect((await list({ f: { until: at(0) } })).ids).toEqual([]);
  expect(await ask(query, { f: { flowRunIds: ['nonsense'] } })).toBe('invalid');
  const ofRun = 'query ($w: ID!, $id: ID!) { flowRun(workspaceId: $w, id: $id) { taskRuns(first: 1) { totalCount } } }';
  expect((await ask(ofRun, { id: flow_run_id })).flowRun.taskRuns.totalCount).toBe(3);
});

test('who follows the task runs of a workspace hears of those of every flow run', async () => {
  const client = socketOf(app, owner.key);
  const heard: string[] = [];
  client.subscribe(
    { query: `subscription { taskRunsChanged(workspaceId: "${owner.workspaceId}") { id } }` },
    { next: ({ data }) => heard.push((data as any).taskRunsChanged.id), error: () => {}, complete: () => {} },
  );
  const made = new Set<string>();
  // The subscription begins a moment later: what happens is repeated until it tells of it.
  await until('a task run is told of', async () => {
    made.add((await task()).id);
    return heard.some((id) => made.has(id));
  });
  await client.dispose();
});

test('a list of runs counts all of its pages, by whatever it is filtered', async () => {
  const [one, other] = [await flow(), await flow()];
  for (const minutes of [0, 10, 20]) await scheduled(one, minutes, { name: `a_${minutes}`, tags: ['t'] });
  await scheduled(other, 30, { name: 'ab' });
  const query = `query ($w: ID!, $f: FlowRunFilterInput) {
    flowRuns(workspaceId: $w, filter: $f, first: 200) { nodes { id } totalCount averageLatenessSeconds } }`;
  const cases: [object | null, number][] = [
    [null, 4],
    [{ stateTypes: ['SCHEDULED'] }, 4],
    [{ stateNames: ['Scheduled'], stateTypes: [] }, 4],
    [{ flowIds: [one] }, 3],
    [{ search: 'a_' }, 3],
    [{ tags: ['t'], flowIds: [other] }, 0],
    [{ since: at(10), until: at(30) }, 2],
    [{ hideSubflows: true }, 4],
    [{ workPoolNames: ['none'] }, 0],
  ];
  for (const [f, count] of cases) {
    const { nodes, totalCount, averageLatenessSeconds } = (await ask(query, { f })).flowRuns;
    expect([f, nodes.length, totalCount]).toEqual([f, count, count]);
    if (count === 0) expect(averageLatenessSeconds).toBe(null);
    else expect(averageLatenessSeconds).toBeGreaterThan(0);
  }
});

test('runs and task runs are counted by interval and state', async () => {
  const [one, other] = [await flow(), await flow()];
  for (const minutes of [0, 10, 70]) await scheduled(one, minutes);
  await scheduled(other, 5);
  const range = `workspaceId: $w, since: "${at(0)}", until: "${at(120)}", intervalSeconds: 3600`;
  const query = `query ($w: ID!, $f: FlowRunHistoryFilterInput) {
    flowRunHistory(${range}, filter: $f) { since until states { stateType count estimatedLatenessSeconds } } }`;
  const counts = async (f: object | null) =>
    (await ask(query, { f })).flowRunHistory.map(({ states }: any) => states.map(({ count }: any) => count));
  expect(await counts(null)).toEqual([[3], [1]]);
  expect(await counts({ flowIds: [one] })).toEqual([[2], [1]]);
  expect(await counts({ stateTypes: ['FAILED'] })).toEqual([[], []]);
  expect(await ask(query.replace('3600', '0'), {})).toBe('invalid');
  await task();
  const now = Date.now();
  const span = { s: new Date(now - 3_600_000).toISOString(), u: new Date(now + 3_600_000).toISOString() };
  const ofTasks = `query ($w: ID!, $s: DateTime!, $u: DateTime!) {
    taskRunHistory(workspaceId: $w, since: $s, until: $u, intervalSeconds: 7200) { states { stateName count } } }`;
  expect((await ask(ofTasks, span)).taskRunHistory).toEqual([{ states: [{ stateName: 'Pending', count: 1 }] }]);
});

test('a run tells what it is made of, and what leads to what', async () => {
  const flow_run_id = (await post('/flow_runs/', { flow_id: await flow(), state: { type: 'PENDING' } })).id;
  const state = { type: 'RUNNING' };
  const first = await task({ flow_run_id, name: 'first', state });
  const task_inputs = { x: [{ input_type: 'task_run', id: first.id }] };
  const second = await task({ flow_run_id, name: 'second', task_inputs, state });
  await post('/artifacts/', { type: 'progress', data: 5, flow_run_id, task_run_id: second.id });
  const query = `query ($w: ID!, $id: ID!, $since: DateTime) { flowRun(workspaceId: $w, id: $id) { graph(since: $since) {
    rootNodeIds nodes { id kind parentIds childIds artifacts { type data } } } } }`;
  const node = { kind: 'task-run', parentIds: [], childIds: [], artifacts: [] };
  expect((await ask(query, { id: flow_run_id })).flowRun.graph).toEqual({
    rootNodeIds: [first.id],
    nodes: [
      { ...node, id: first.id, childIds: [second.id] },
      { ...node, id: second.id, parentIds: [first.id], artifacts: [{ type: 'progress', data: 5 }] },
    ],
  });
  await post(`/task_runs/${first.id}/set_state`, { state: { type: 'COMPLETED' }, force: true });
  const later = (await ask(query, { id: flow_run_id, since: new Date(Date.now() + 60_000).toISOString() })).flowRun
    .graph;
  expect(later.nodes.map(({ id }: { id: string }) => id)).toEqual([second.id]);
});
