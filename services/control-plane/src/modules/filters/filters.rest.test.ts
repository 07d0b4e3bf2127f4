import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApp, type Tenant, type TestApp } from '../../../test/app.js';

let app: TestApp;
let owner: Tenant;
let ids: Record<string, string>;
const post = async (path: string, body: unknown) => (await app.inject('POST', `/api${path}`, body, owner.key)).body;
const newRun = async (name: string, flow: string, more: object = {}) =>
  (await post('/flow_runs/', { name, flow_id: flow, ...more })).id as string;
const move = (id: string, type: string) => post(`/flow_runs/${id}/set_state`, { state: { type } });

/** Names of the runs that a filter lets through. */
async function found(body: object): Promise<string[]> {
  const rows = await post('/flow_runs/filter', { ...body, sort: 'NAME_ASC' });
  expect(await post('/flow_runs/count', body)).toBe(rows.length);
  return rows.map((run: { name: string }) => run.name);
}
const runs = (filter: object) => found({ flow_runs: filter });

beforeAll(async () => {
  app = await startTestApp();
  owner = await app.tenant();
  const [etl, report] = [
    (await post('/flows/', { name: 'etl', tags: ['nightly'] })).id,
    (await post('/flows/', { name: 'report' })).id,
  ];
  await post('/work_pools/', { name: 'pool', type: 'process' });
  const deployment = (
    await post('/deployments/', {
      name: 'daily',
      flow_id: etl,
      work_pool_name: 'pool',
      work_queue_name: 'fast',
      tags: ['d'],
    })
  ).id;
  const done = await newRun('done', etl, { tags: ['a', 'b'], flow_version: '1', state: { type: 'PENDING' } });
  for (const type of ['RUNNING', 'COMPLETED']) await move(done, type);
  const running = await newRun('running', report, { tags: ['b'], state: { type: 'PENDING' } });
  await move(running, 'RUNNING');
  const waiting = (
    await post(`/deployments/${deployment}/create_flow_run`, {
      name: 'waiting',
      idempotency_key: 'k',
      state: { type: 'SCHEDULED', state_details: { scheduled_time: '2099-01-01T00:00:00Z' } },
    })
  ).id;
  const task = (
    await post('/task_runs/', {
      flow_run_id: running,
      task_key: 'child',
      dynamic_key: '0',
      name: 'child',
      state: { type: 'RUNNING' },
    })
  ).id;
  const child = await newRun('sub', report, { parent_task_run_id: task, tags: [] });
  ids = { etl, report, deployment, done, running, waiting, task, child };
});
afterAll(() => app.close());

test('without filters everything comes, and an empty list lets nothing through', async () => {
  expect(await found({})).toEqual(['done', 'running', 'sub', 'waiting']);
  expect(await runs({ id: { any_: [] } })).toEqual([]);
  expect(await runs({ id: { any_: [ids['done'], ids['waiting']] } })).toEqual(['done', 'waiting']);
  expect(await runs({ id: { not_any_: [ids['done']] } })).toEqual(['running', 'sub', 'waiting']);
  expect(await runs({ id: { not_any_: [] } })).toHaveLength(4);
});

test('names are compared whole, or as a part in any case, with the wildcards of SQL', async () => {
  expect(await runs({ name: { any_: ['done', 'x'] } })).toEqual(['done']);
  expect(await runs({ name: { like_: 'ING' } })).toEqual(['running', 'waiting']);
  expect(await runs({ name: { like_: '' } })).toHaveLength(4);
  expect(await runs({ name: { like_: '%' } })).toHaveLength(4);
  expect(await runs({ name: { like_: 'r_n' } })).toEqual(['running']);
  expect(await runs({ name: { like_: '\\' } })).toEqual([]);
});

test('tags: all of them, any of them, none at all', async () => {
  expect(await runs({ tags: { all_: ['a', 'b'] } })).toEqual(['done']);
  expect(await runs({ tags: { any_: ['b'] } })).toEqual(['done', 'running']);
  expect(await runs({ tags: { all_: [] } })).toHaveLength(4);
  expect(await runs({ tags: { is_null_: true } })).toEqual(['sub']);
  expect(await runs({ tags: { operator: 'or_', all_: ['a'], is_null_: true } })).toEqual(['done', 'sub']);
});

test('states by type and by name; any_ and not_any_ both hold', async () => {
  expect(await runs({ state: { type: { any_: ['COMPLETED', 'SCHEDULED'] } } })).toEqual(['done', 'waiting']);
  expect(await runs({ state: { type: { not_any_: ['COMPLETED', 'PENDING'] } } })).toEqual(['running', 'waiting']);
  expect(await runs({ state: { type: { any_: ['RUNNING'], not_any_: ['RUNNING'] } } })).toEqual([]);
  expect(await runs({ state: { type: { any_: ['RUNNING', 'COMPLETED'], not_any_: ['RUNNING'] } } })).toEqual(['done']);
  expect(
    await runs({ state: { operator: 'or_', type: { any_: ['RUNNING'] }, name: { any_: ['Completed'] } } }),
  ).toEqual(['done', 'running']);
});

test('what is asked for twice is found once', async () => {
  const twice: [object, string[]][] = [
    [{ flow_runs: { state: { type: { any_: ['RUNNING', 'RUNNING'] } } } }, ['running']],
    [{ flow_runs: { state: { name: { any_: ['Running', 'Running'] } } } }, ['running']],
    [{ flow_runs: { state: { type: { any_: ['RUNNING'] }, name: { any_: ['Running', 'Running'] } } } }, ['running']],
    [{ flow_runs: { parent_flow_run_id: { any_: [ids.running, ids.running] } } }, ['sub']],
    [{ flow_runs: { deployment_id: { any_: [ids.deployment, ids.deployment] } } }, ['waiting']],
    [{ flow_runs: { id: { any_: [ids.done, ids.done] } } }, ['done']],
    [{ flow_runs: { name: { any_: ['done', 'done'] } } }, ['done']],
    [{ flows: { id: { any_: [ids.etl, ids.etl] } } }, ['done', 'waiting']],
  ];
  for (const [body, names] of twice)
    for (const sort of ['NAME_ASC', 'EXPECTED_START_TIME_DESC', 'START_TIME_ASC']) {
      const rows: { name: string }[] = await post('/flow_runs/filter', { ...body, sort });
      expect.soft(rows.map(({ name }) => name).sort(), JSON.stringify({ ...body, sort })).toEqual(names);
    }
  const many = Array.from({ length: 4_999 }, (_, at) => `State ${at}`);
  expect(await runs({ state: { name: { any_: [...many, 'Running'] } } })).toEqual(['running']);
});

test('times are inclusive; a start that has not happened is the expected one', async () => {
  expect(await runs({ start_time: { after_: '2099-01-01T00:00:00Z' } })).toEqual(['waiting']);
  expect(await runs({ expected_start_time: { before_: '2099-01-01T00:00:00Z' } })).toHaveLength(4);
  expect(await runs({ expected_start_time: { before_: '2098-12-31T23:59:59.999999Z' } })).toHaveLength(3);
  expect(await runs({ start_time: { is_null_: false } })).toEqual(['done', 'running']);
  expect(await runs({ start_time: { is_null_: true, after_: 4_070_908_800 } })).toEqual(['waiting']);
  expect(await runs({ next_scheduled_start_time: { after_: '2098-01-01 00:00:00+00:00' } })).toEqual(['waiting']);
  expect(await runs({ end_time: { is_null_: false } })).toEqual(['done']);
});

test('by deployment, queue, key, version, maker and parent', async () => {
  expect(await runs({ deployment_id: { any_: [ids['deployment']] } })).toEqual(['waiting']);
  expect(await runs({ deployment_id: { is_null_: true } })).toHaveLength(3);
  expect(await runs({ deployment_id: { operator: 'or_', any_: [ids['deployment']], is_null_: true } })).toHaveLength(4);
  expect(await runs({ work_queue_name: { any_: ['fast'] } })).toEqual(['waiting']);
  expect(await runs({ idempotency_key: { any_: ['k'] } })).toEqual(['waiting']);
  expect(await runs({ idempotency_key: { not_any_: ['k'] } })).toEqual([]);
  expect(await runs({ flow_version: { any_: ['1'] } })).toEqual(['done']);
  expect(await runs({ created_by: { id_: [owner.userId], type_: ['USER'] } })).toContain('waiting');
  expect(await runs({ parent_task_run_id: { any_: [ids['task']] } })).toEqual(['sub']);
  expect(await runs({ parent_flow_run_id: { any_: [ids['running']] } })).toEqual(['sub']);
});

test('sub-filters are joined by the operator of the filter', async () => {
  const both = { name: { any_: ['done'] }, state: { type: { any_: ['RUNNING'] } } };
  expect(await runs(both)).toEqual([]);
  expect(await runs({ operator: 'or_', ...both })).toEqual(['done', 'running']);
});

test('filters of other kinds ask whether there is such a thing', async () => {
  expect(await found({ flows: { name: { any_: ['etl'] } } })).toEqual(['done', 'waiting']);
  expect(
    await found({ flows: { tags: { all_: ['nightly'] } }, flow_runs: { state: { type: { any_: ['COMPLETED'] } } } }),
  ).toEqual(['done']);
  expect(await found({ deployments: { tags: { any_: ['d'] } } })).toEqual(['waiting']);
  expect(await found({ work_pools: { name: { any_: ['pool'] } } })).toEqual(['waiting']);
  expect(await found({ work_pool_queues: { name: { startswith_: ['FA'] } } })).toEqual(['waiting']);
  expect(await found({ task_runs: { name: { any_: ['child'] } } })).toEqual(['running']);
  expect(await found({ flows: { id: { any_: [] } } })).toEqual([]);
});

test('flows and deployments are found by their runs, deployments and pools', async () => {
  const flows = async (body: object) => (await post('/flows/filter', body)).map((flow: { name: string }) => flow.name);
  expect(await flows({ flow_runs: { state: { type: { any_: ['RUNNING'] } } } })).toEqual(['report']);
  expect(await flows({ deployments: { name: { any_: ['daily'] } } })).toEqual(['etl']);
  expect(await flows({ flows: { deployment: { is_null_: true } } })).toEqual(['report']);
  expect(await flows({ work_pools: { name: { any_: ['pool'] } } })).toEqual(['etl']);
  expect(await flows({ work_pool_queues: { name: { any_: ['nothing'] } } })).toHaveLength(2);
  expect(await flows({ task_runs: { name: { any_: ['child'] } } })).toEqual(['report']);
  expect(await post('/deployments/filter', { flow_runs: { name: { any_: ['done'] } } })).toEqual([]);
  expect(
    await post('/deployments/count', {
      flow_runs: { name: { any_: ['waiting'] } },
      work_pools: { type: { any_: ['process'] } },
    }),
  ).toBe(1);
});

test('task runs: naming the flow run at all means that there is one', async () => {
  const tasks = async (filter: object) =>
    (await post('/task_runs/filter', { task_runs: filter })).map((task: { name: string }) => task.name);
  await post('/task_runs/', { flow_run_id: null, task_key: 'alone', dynamic_key: '0', name: 'alone' });
  expect((await tasks({})).toSorted()).toEqual(['alone', 'child']);
  expect(await tasks({ flow_run_id: {} })).toEqual(['child']);
  expect(await tasks({ flow_run_id: { is_null_: true } })).toEqual(['alone']);
  expect(await tasks({ flow_run_id: { any_: [ids['running']] } })).toEqual(['child']);
  expect(await tasks({ subflow_runs: { exists_: true } })).toEqual(['child']);
});

test('a filter that does not parse is refused in the shape of the wire', async () => {
  const { status, body } = await app.inject(
    'POST',
    '/api/flow_runs/filter',
    { flow_runs: { id: { any_: ['x'] }, colour: {} } },
    owner.key,
  );
  expect(status).toBe(422);
  expect(body.exception_detail.map((issue: { type: string }) => issue.type)).toContain('extra_forbidden');
});

test('parts are looked for in the first 4,096 characters of a name; a flow run has no longer one', async () => {
  const long = `${'n'.repeat(4_090)}middleend`;
  const flow_id = ids['report'];
  await post('/task_runs/', { flow_run_id: ids['running'], task_key: 'long', dynamic_key: '0', name: long });
  const tasks = (like_: string) => post('/task_runs/count', { task_runs: { name: { like_ } } });
  expect([await tasks('nmiddle'), await tasks('n%iddle'), await tasks('middleend')]).toEqual([1, 1, 0]);

  const [longest, tooLong] = ['r'.repeat(4_096), 'r'.repeat(4_097)];
  const id = await newRun(longest, flow_id!);
  expect(await runs({ name: { like_: 'r'.repeat(1_000) } })).toEqual([longest]);
  const refused = [
    await app.inject('POST', '/api/flow_runs/', { flow_id, name: tooLong }, owner.key),
    await app.inject('PATCH', `/api/flow_runs/${id}`, { name: tooLong }, owner.key),
    await app.inject('POST', `/api/deployments/${ids['deployment']}/create_flow_run`, { name: tooLong }, owner.key),
    await app.inject(
      'POST',
      `/api/headgate/deployments/${ids['deployment']}/flow_runs`,
      { flow_runs: [{ name: tooLong }] },
      owner.key,
    ),
  ];
  for (const { status, text } of refused)
    expect.soft([status, text]).toEqual([422, expect.stringContaining('at most 4096 characters')]);
});

test('beginnings of names have an end, one by one and together', async () => {
  const ask = (startswith_: string[]) =>
    app.inject('POST', '/api/flow_runs/filter', { work_pool_queues: { name: { startswith_ } } }, owner.key);
  expect((await ask(['fas', 'x'.repeat(1_000)])).body).toMatchObject([{ name: 'waiting' }]);
  expect((await ask(['x'.repeat(1_001)])).status).toBe(422);
  expect((await ask(Array.from({ length: 11 }, () => 'x'.repeat(1_000)))).text).toContain('at most 10000 characters');
});
