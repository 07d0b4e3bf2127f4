import { newId } from '@headgate/contracts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestApp, type Tenant, type TestApp } from '../../../../test/app.js';
import { callerOf, type Call } from '../../../../test/house.js';

let app: TestApp;
let owner: Tenant;
let stranger: Tenant;
let call: Call;
let flow: string;
let run: string;
let task: string;
const get = (path: string, who = owner) =>
  app.inject('GET', `/api/accounts/${who.accountId}/workspaces/${who.workspaceId}${path}`, undefined, who.key);
const post = (path: string, body: unknown, who = owner) =>
  app.inject('POST', `/api/accounts/${who.accountId}/workspaces/${who.workspaceId}${path}`, body, who.key);

beforeAll(async () => {
  app = await startTestApp();
  [owner, stranger] = [await app.tenant(), await app.tenant()];
  call = callerOf(app, owner);
  flow = (await call('POST', '/flows/', { name: 'paged' })).id;
  await call('POST', '/deployments/', { name: 'd', flow_id: flow });
  for (let made = 0; made < 5; made++)
    run = (await call('POST', '/flow_runs/', { flow_id: flow, name: 'Größe (1)', state: { type: 'PENDING' } })).id;
  for (let made = 0; made < 5; made++) {
    const key = { task_key: 't', dynamic_key: String(made) };
    task = (await call('POST', '/task_runs/', { flow_run_id: run, ...key, state: { type: 'PENDING' } })).id;
  }
});
afterAll(() => app.close());

describe.each([
  ['/flows', 1],
  ['/deployments', 1],
  ['/flow_runs', 5],
  ['/task_runs', 5],
])('pages of %s', (path, count) => {
  const page = async (body: object, who = owner) => {
    const { status, body: answer } = await post(`${path}/paginate`, { flows: { id: { any_: [flow] } }, ...body }, who);
    return { status, ...answer, results: answer.results?.length };
  };

  test('tell how many there are, and how many pages that makes', async () => {
    expect(await page({})).toEqual({ status: 200, results: count, count, limit: 200, pages: 1, page: 1 });
    const pages = Math.ceil(count / 2);
    expect(await page({ limit: 2, page: pages })).toMatchObject({ results: 1, count, limit: 2, pages, page: pages });
    expect(await page({ limit: 2, page: 9 })).toMatchObject({ results: 0, count, pages, page: 9 });
    expect(await page({ limit: count })).toMatchObject({ results: count, pages: 1 });
    expect(await page({ limit: 0, page: 4 })).toMatchObject({ results: 0, count, limit: 0, pages: 0, page: 4 });
    expect(await page({ limit: null, page: null, sort: null })).toMatchObject({ limit: 200, page: 1 });
  });

  test('begin with the first, have 200 rows at the most, and an order that is known', async () => {
    for (const body of [{ page: 0 }, { page: 1.5 }, { limit: 201 }, { limit: -1 }, { sort: 'NOPE' }])
      expect([body, (await page(body)).status]).toEqual([body, 422]);
  });

  test('show nothing of another workspace', async () => {
    expect(await page({}, stranger)).toMatchObject({ results: 0, count: 0, pages: 0 });
  });
});

test('pages show flow runs as lists do, and task runs in brief', async () => {
  const only = { flows: { id: { any_: [flow] } }, limit: 1 };
  const shown = async (path: string) => Object.keys((await post(path, only)).body.results[0]).sort();
  const [listed] = (await post('/flow_runs/filter', only)).body;
  expect(await shown('/flow_runs/paginate')).toEqual(Object.keys(listed).sort());
  expect(await shown('/task_runs/paginate')).toEqual([
    'created',
    'empirical_policy',
    'end_time',
    'estimated_run_time',
    'estimated_start_time_delta',
    'flow_run_id',
    'id',
    'name',
    'start_time',
    'state',
    'state_id',
    'tags',
    'task_inputs',
    'task_key',
    'task_version',
    'total_run_time',
    'updated',
  ]);
});

test('a task run that waits is late by the time that has passed', async () => {
  await app.db.sql.query(`update task_run set expected_start_time = now() - interval '1 hour' where id = $1`, [task]);
  const { estimated_start_time_delta: late } = (await get(`/task_runs/${task}`)).body;
  expect(Math.round(late / 60)).toBe(60);
});

describe('states', () => {
  test('are listed in their order, each as it is read by itself', async () => {
    for (const [path, by] of [
      ['/flow_run_states', `flow_run_id=${run}`],
      ['/task_run_states', `task_run_id=${task}`],
    ] as const) {
      const { body: states } = await get(`${path}/?${by}`);
      expect(states.map((state: { name: string }) => state.name)).toEqual(['Pending']);
      expect(Object.keys(states[0])).toEqual(['id', 'type', 'name', 'timestamp', 'message', 'data', 'state_details']);
      expect((await get(`${path}/${states[0].id}`)).body).toEqual(states[0]);
      expect((await get(`${path}/${states[0].id}`, stranger)).status).toBe(404);
      expect((await get(`${path}/?${by}`, stranger)).body).toEqual([]);
    }
  });

  test('need to be told whose, and are unknown under ids that are none', async () => {
    for (const path of ['/flow_run_states', '/task_run_states']) {
      expect((await get(`${path}/`)).body.exception_detail).toMatchObject([{ type: 'missing' }]);
      expect((await get(`${path}/?flow_run_id=x&task_run_id=x`)).status).toBe(422);
      expect(await get(`${path}/${newId()}`)).toMatchObject({
        status: 404,
        body: { detail: 'Flow run state not found' },
      });
      expect((await get(`${path}/nope`)).body).toEqual({ detail: 'Not Found' });
    }
  });
});

test('the log of a run is downloaded as CSV, under its name', async () => {
  const at = (time: string, message: string, of: object = {}) => ({
    name: 'n',
    level: 20,
    message,
    timestamp: `2026-11-21T08:00:${time}Z`,
    flow_run_id: run,
    ...of,
  });
  await call('POST', '/logs/', [at('00.123', 'a,"b"\nc'), at('01', 'plain', { task_run_id: task }), at('02', '')]);
  const { status, headers, text } = await get(`/flow_runs/${run}/logs/download`);
  expect([status, headers['content-type'], headers['content-disposition']]).toEqual([
    200,
    'text/csv; charset=utf-8',
    `attachment; filename="flow-run-logs.csv"; filename*=UTF-8''Gr%C3%B6%C3%9Fe%20%281%29-logs.csv`,
  ]);
  expect(text.split('\r\n')).toEqual([
    'timestamp,level,flow_run_id,task_run_id,message',
    `2026-11-21 08:00:00.123000+00:00,20,${run},,"a,""b""\nc"`,
    `2026-11-21 08:00:01+00:00,20,${run},${task},plain`,
    `2026-11-21 08:00:02+00:00,20,${run},,`,
    '',
  ]);
  expect(await get(`/flow_runs/${run}/logs/download`, stranger)).toMatchObject({
    status: 404,
    body: { detail: 'Flow run not found' },
  });
});
