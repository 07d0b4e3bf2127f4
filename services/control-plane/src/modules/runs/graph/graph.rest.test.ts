import type { DependencyJson, GraphJson } from '@headgate/contracts/rest/run-graph';
import { newId } from '@headgate/contracts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApp, type Tenant, type TestApp } from '../../../../test/app.js';

let app: TestApp;
let owner: Tenant;
let stranger: Tenant;
const call = (method: 'GET' | 'POST', path: string, body?: unknown, who = owner) =>
  app.inject(method, `/api/accounts/${who.accountId}/workspaces/${who.workspaceId}${path}`, body, who.key);
const post = async (path: string, body: unknown) => (await call('POST', path, body)).body;

const newRun = async (flow: string, more: object = {}) => {
  const { id: flow_id } = await post('/flows/', { name: flow });
  return (await post('/flow_runs/', { flow_id, ...more })).id as string;
};
let made = 0;
const newTask = async (flow_run_id: string, name: string, inputs: Record<string, object[]> = {}, state?: object) =>
  (
    await post('/task_runs/', {
      id: newId(),
      flow_run_id,
      name,
      task_key: name,
      dynamic_key: String(made++),
      task_inputs: inputs,
      state: state ?? { type: 'COMPLETED' },
    })
  ).id as string;
const taken = (id: string) => [{ input_type: 'task_run', id }];
const graphOf = async (id: string, query = '') =>
  (await call('GET', `/flow_runs/${id}/graph-v2${query}`)).body as GraphJson;

beforeAll(async () => {
  app = await startTestApp();
  [owner, stranger] = [await app.tenant(), await app.tenant()];
});
afterAll(() => app.close());

test('a graph holds the task runs with what leads to what, the states of the run, and when it began', async () => {
  const run = await newRun('pipeline', { state: { type: 'PENDING' } });
  const first = await newTask(run, 'first');
  const second = await newTask(run, 'second', { x: taken(first), y: taken(first) });
  const inner = await newTask(run, 'inner', { x: [], __parents__: taken(second) }, { type: 'PENDING' });
  await call('POST', `/flow_runs/${run}/set_state`, { state: { type: 'RUNNING' } });
  const graph = await graphOf(run);
  expect(graph.root_node_ids).toEqual([first, inner]);
  expect(graph.nodes.map(([id]) => id)).toEqual([first, second, inner]);
  expect(graph.nodes[1]![1]).toMatchObject({
    kind: 'task-run',
    id: second,
    label: 'second',
    state_type: 'COMPLETED',
    parents: [{ id: first }],
    children: [],
    encapsulating: [],
    artifacts: [],
  });
  expect(graph.nodes[2]![1]).toMatchObject({ encapsulating: [{ id: second }], parents: [], end_time: null });
  expect(graph.states.map(({ type, name }) => [type, name])).toEqual([
    ['PENDING', 'Pending'],
    ['RUNNING', 'Running'],
  ]);
  const detail = (await call('GET', `/flow_runs/${run}`)).body;
  expect([graph.start_time, graph.end_time]).toEqual([detail.start_time, null]);
});

test('a run that has not started begins when it is expected to, and has no nodes', async () => {
  const scheduled_time = '2031-05-01T00:00:00.000000Z';
  const run = await newRun('later', { state: { type: 'SCHEDULED', state_details: { scheduled_time } } });
  expect(await graphOf(run)).toMatchObject({ start_time: scheduled_time, root_node_ids: [], nodes: [] });
});

test('a subflow run stands in the place of its task run, under the names of flow and run', async () => {
  const run = await newRun('outer');
  const dummy = await newTask(run, 'inner-0', {}, { type: 'PENDING' });
  const subflow = await newRun('inner', { name: 'lively-fox', parent_task_run_id: dummy, state: { type: 'PENDING' } });
  const after = await newTask(run, 'after', { x: [{ input_type: 'flow_run', id: subflow }] });
  expect((await graphOf(run)).nodes).toMatchObject([
    [subflow, { kind: 'flow-run', label: 'inner / lively-fox', state_type: 'PENDING', children: [{ id: after }] }],
    [after, { kind: 'task-run', parents: [{ id: subflow }] }],
  ]);
});

test('artifacts stand with their task run or with the run, results with neither, data only for progress', async () => {
  const run = await newRun('drawing');
  const task = await newTask(run, 'painter');
  const artifact = async (more: object) =>
    (await post('/artifacts/', { flow_run_id: run, type: 'markdown', data: 'text', ...more })).id as string;
  const older = await artifact({ key: 'report', task_run_id: task });
  const newer = await artifact({ key: 'report', task_run_id: task });
  await artifact({ type: 'result', task_run_id: task });
  const progress = await artifact({ type: 'progress', data: 40 });
  const graph = await graphOf(run);
  expect(graph.nodes[0]![1].artifacts).toMatchObject([
    { id: older, key: 'report', type: 'markdown', is_latest: false, data: null },
    { id: newer, key: 'report', type: 'markdown', is_latest: true, data: null },
  ]);
  expect(graph.artifacts).toMatchObject([{ id: progress, key: null, is_latest: true, data: 40 }]);
});

test('since leaves out what ended before, and has to be a time', async () => {
  const run = await newRun('long');
  const early = await newTask(run, 'early');
  const moment = new Date().toISOString();
  const late = await newTask(run, 'late', { x: taken(early) }, { type: 'RUNNING' });
  const { nodes, root_node_ids } = await graphOf(run, `?since=${moment}`);
  expect(nodes.map(([id, node]) => [id, node.parents])).toEqual([[late, [{ id: early }]]]);
  expect(root_node_ids).toEqual([]);
  expect((await call('GET', `/flow_runs/${run}/graph-v2?since=soon`)).status).toBe(422);
});

test('more than 10,000 nodes are refused, unless since leaves few enough', async () => {
  const run = await newRun('huge');
  const { rows } = await app.db.sql.query(
    `insert into task_run (workspace_id, id, name, flow_run_id, task_key, dynamic_key, state_type, state_name, start_time, end_time)
     select $1, gen_random_uuid(), 'n', $2, 'n', n::text, 'COMPLETED', 'Completed', '2026-01-01', '2026-01-02'
       from generate_series(1, 10001) n returning id`,
    [owner.workspaceId, run],
  );
  expect(await call('GET', `/flow_runs/${run}/graph-v2`)).toMatchObject({
    status: 400,
    body: { detail: `The graph of flow run ${run} has more than 10000 nodes.` },
  });
  expect((await graphOf(run, '?since=2026-01-03T00:00:00Z')).nodes).toEqual([]);
  await app.db.sql.query('delete from task_run where id = $1', [rows[0].id]);
  expect((await graphOf(run)).nodes).toHaveLength(10_000);
});

test('the first version lists task runs with the task runs whose results they take', async () => {
  const run = await newRun('listed');
  const first = await newTask(run, 'first');
  const second = await newTask(run, 'second', {
    x: taken(first),
    y: [...taken(first), { input_type: 'parameter', name: 'p' }],
  });
  const list = (await call('GET', `/flow_runs/${run}/graph`)).body as DependencyJson[];
  expect(list.map(({ id, upstream_dependencies }) => [id, upstream_dependencies])).toEqual([
    [second, [{ input_type: 'task_run', id: first }]],
    [first, []],
  ]);
  expect(Object.keys(list[0]!).sort()).toEqual([
    'end_time',
    'estimated_run_time',
    'expected_start_time',
    'id',
    'name',
    'start_time',
    'state',
    'total_run_time',
    'untrackable_result',
    'upstream_dependencies',
  ]);
  expect(list[0]).toMatchObject({ state: { type: 'COMPLETED' }, total_run_time: 0, untrackable_result: false });
});

test("of a run that is not there, or is another workspace's, neither version says anything", async () => {
  const run = await newRun('secret');
  for (const [id, who] of [
    [newId(), owner],
    [run, stranger],
  ] as const) {
    expect(await call('GET', `/flow_runs/${id}/graph`, undefined, who)).toMatchObject({
      status: 404,
      body: { exception_message: `Flow run with id ${id} not found` },
    });
    expect(await call('GET', `/flow_runs/${id}/graph-v2`, undefined, who)).toMatchObject({
      status: 404,
      body: { exception_message: `Flow run ${id} not found` },
    });
  }
  expect(await call('GET', '/flow_runs/nope/graph-v2')).toMatchObject({ status: 404, body: { detail: 'Not Found' } });
});
