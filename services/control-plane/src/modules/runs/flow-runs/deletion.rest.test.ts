import { newId } from '@headgate/contracts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApp, type Tenant, type TestApp } from '../../../../test/app.js';
import { ctxFor } from '../../../../test/ctx.js';
import { callerOf, type Call } from '../../../../test/house.js';
import { FlowRunsService } from './flow-runs.service.js';

let app: TestApp;
let owner: Tenant;
let stranger: Tenant;
let call: Call;
let status: (method: 'GET' | 'POST' | 'DELETE', path: string, body?: unknown, who?: Tenant) => Promise<number>;

beforeAll(async () => {
  app = await startTestApp();
  [owner, stranger] = [await app.tenant(), await app.tenant()];
  call = callerOf(app, owner);
  status = async (method, path, body, who = owner) =>
    (await app.inject(method, `/api/accounts/${who.accountId}/workspaces/${who.workspaceId}${path}`, body, who.key))
      .status;
  await call('POST', '/work_pools/', { name: 'pool', type: 'process' });
});
afterAll(() => app.close());

const newFlow = async (name: string) => (await call('POST', '/flows/', { name })).id as string;
const newDeployment = async (flow_id: string, more: object = {}) =>
  (await call('POST', '/deployments/', { name: 'd', flow_id, work_pool_name: 'pool', ...more })).id as string;
const newRun = async (flow_id: string, more: object = {}) =>
  (await call('POST', '/flow_runs/', { flow_id, ...more })).id as string;
const ofDeployment = async (deployment: string) =>
  (await call('POST', `/deployments/${deployment}/create_flow_run`, {})).id as string;
const newTask = async (flow_run_id: string) =>
  (await call('POST', '/task_runs/', { flow_run_id, task_key: 't', dynamic_key: newId(), state: { type: 'PENDING' } }))
    .id as string;
const move = async (id: string, type: string, more: object = {}) =>
  call('POST', `/flow_runs/${id}/set_state`, { state: { type, ...more } });
const log = (flow_run_id: string, task_run_id: string | null = null) =>
  call('POST', '/logs/', [{ name: 'n', level: 20, message: 'm', timestamp: new Date(), flow_run_id, task_run_id }]);

/** In how many rows beside the event log the run is still spoken of. */
async function traces(runIds: string[]): Promise<number> {
  const tables = [
    'flow_run_state',
    'flow_run_by_state',
    'run_queue',
    'run_claim',
    'run_active',
    'run_heartbeat',
    'flow_run_input',
    'task_run',
    'log',
  ];
  const counts = tables.map((table) => `(select count(*) from ${table} where flow_run_id = any($1))`);
  const { rows } = await app.db.sql.query(`select ${counts.join(' + ')} as count`, [runIds]);
  return Number(rows[0].count);
}

/** What the lists, the counts and the figures of the dashboard say about the runs of a flow, by state. */
async function seen(flow: string) {
  const flows = { flows: { id: { any_: [flow] } } };
  const listed = (await call('POST', '/flow_runs/filter', flows)) as { id: string; state_type: string }[];
  const details = await Promise.all(listed.map(({ id }) => status('GET', `/flow_runs/${id}`)));
  return {
    listed: listed.length,
    counted: await call('POST', '/flow_runs/count', flows),
    found: details.filter((each) => each === 200).length,
  };
}
async function figures(): Promise<Record<string, number>> {
  const counts = await app.app
    .get(FlowRunsService)
    .countStates(ctxFor(owner), '2000-01-01T00:00:00Z', '2100-01-01T00:00:00Z', null);
  return Object.fromEntries(counts.map((each) => [each.state_type, Number(each.count)]));
}
async function counted(): Promise<Record<string, number>> {
  const { rows } = await app.db.sql.query(
    'select state_type, count(*)::integer as count from flow_run where workspace_id = $1 group by 1 order by 1',
    [owner.workspaceId],
  );
  return Object.fromEntries(rows.map((row) => [row.state_type, row.count]));
}

test('a flow run goes with its history, inputs, task runs, logs and its place in the queue, whatever state it is in', async () => {
  const flow = await newFlow('in every state');
  const deployment = await newDeployment(flow);
  const runs: string[] = [];
  for (const states of [[], ['PENDING'], ['PENDING', 'RUNNING'], ['PENDING', 'RUNNING', 'COMPLETED'], ['CANCELLED']]) {
    const id = await ofDeployment(deployment);
    for (const state of states) await move(id, state);
    await call('POST', `/flow_runs/${id}/input`, { key: 'k', value: '1' });
    await log(id, await newTask(id));
    await log(id);
    runs.push(id);
  }
  const later = await newRun(flow, { state: { type: 'SCHEDULED', state_details: { scheduled_time: '2031-01-01' } } });
  const state = { type: 'SCHEDULED', state_details: { deferred: true } };
  await call('POST', '/task_runs/', { flow_run_id: runs[0], task_key: 'later', dynamic_key: '0', state });
  expect(await figures()).toEqual(await counted());
  expect(await traces(runs)).toBeGreaterThan(30);
  for (const id of runs) expect(await status('DELETE', `/flow_runs/${id}`)).toBe(204);
  expect(await traces(runs)).toBe(0);
  expect((await app.db.sql.query('select from task_run_queue')).rowCount).toBe(0);
  expect(await seen(flow)).toEqual({ listed: 1, counted: 1, found: 1 });
  expect(await figures()).toEqual(await counted());
  expect(await status('DELETE', `/flow_runs/${runs[0]}`)).toBe(404);
  expect(await status('POST', `/flow_runs/${runs[0]}/set_state`, { state: { type: 'RUNNING' }, force: true })).toBe(
    404,
  );
  expect(await status('GET', `/flow_runs/${later}`)).toBe(200);
});

test('a slot that a deleted run held is free again', async () => {
  const deployment = await newDeployment(await newFlow('limited'), { concurrency_limit: 1 });
  const [first, second] = [await ofDeployment(deployment), await ofDeployment(deployment)];
  const used = async () =>
    (await call('GET', `/deployments/${deployment}`)).global_concurrency_limit.active_slots as number;
  expect((await move(first, 'PENDING')).status).toBe('ACCEPT');
  expect((await move(second, 'PENDING')).status).toBe('REJECT');
  expect(await used()).toBe(1);
  await status('DELETE', `/flow_runs/${first}`);
  expect(await used()).toBe(0);
  expect((await move(second, 'PENDING')).status).toBe('ACCEPT');
});

test('a subflow run outlives its parent and goes on without one', async () => {
  const flow = await newFlow('family');
  const parent = await newRun(flow);
  const dummy = await newTask(parent);
  const child = await newRun(flow, { parent_task_run_id: dummy });
  const children = { flow_runs: { parent_flow_run_id: { any_: [parent] } } };
  await move(child, 'RUNNING', { message: 'on my way' });
  expect((await call('POST', '/flow_runs/filter', children)).map((run: { id: string }) => run.id)).toEqual([child]);
  expect(await call('GET', `/task_runs/${dummy}`)).toMatchObject({
    state_type: 'RUNNING',
    run_count: 1,
    state: {
      message: 'on my way',
      state_details: { child_flow_run_id: child, flow_run_id: parent, task_run_id: dummy },
    },
  });
  await status('DELETE', `/flow_runs/${parent}`);
  expect(await status('GET', `/task_runs/${dummy}`)).toBe(404);
  expect(await call('GET', `/task_run_states/?task_run_id=${dummy}`)).toEqual([]);
  expect((await call('GET', `/flow_runs/${child}`)).parent_task_run_id).toBeNull();
  expect((await move(child, 'COMPLETED')).status).toBe('ACCEPT');
  expect(await call('POST', '/flow_runs/filter', children)).toEqual([]);
});

test('a task run goes with its history and logs; a subflow run that it stood for stays', async () => {
  const flow = await newFlow('tasks');
  const run = await newRun(flow);
  const [gone, kept] = [await newTask(run), await newTask(run)];
  const child = await newRun(flow, { parent_task_run_id: gone });
  await log(run, gone);
  await log(run, kept);
  expect(await status('DELETE', `/task_runs/${gone}`, undefined, stranger)).toBe(404);
  expect(await status('DELETE', `/task_runs/${gone}`)).toBe(204);
  expect(await status('DELETE', `/task_runs/${gone}`)).toBe(404);
  expect(await call('GET', `/task_run_states/?task_run_id=${gone}`)).toEqual([]);
  const lines = await call('POST', '/logs/filter', { logs: { flow_run_id: { any_: [run] } } });
  expect(lines.map((line: { task_run_id: string }) => line.task_run_id)).toEqual([kept]);
  expect((await call('GET', `/flow_runs/${child}`)).parent_task_run_id).toBeNull();
  expect(await call('POST', '/task_runs/count', { flow_runs: { id: { any_: [run] } } })).toBe(1);
});

test('a subflow run needs a task run of the workspace to stand in for it', async () => {
  const flow_id = await newFlow('orphans');
  const theirs = callerOf(app, stranger);
  const foreign = await theirs('POST', '/task_runs/', { task_key: 't', dynamic_key: '0', state: { type: 'PENDING' } });
  for (const parent_task_run_id of [newId(), foreign.id])
    expect(await status('POST', '/flow_runs/', { flow_id, parent_task_run_id })).toBe(409);
});

test('a deployment goes with the runs that wait for their first start; others stay', async () => {
  const flow = await newFlow('deployed');
  const deployment = await newDeployment(flow, { concurrency_limit: 5 });
  const limit = (await call('GET', `/deployments/${deployment}`)).global_concurrency_limit.id as string;
  const [waiting, pending, running, done] = [
    await ofDeployment(deployment),
    await ofDeployment(deployment),
    await ofDeployment(deployment),
    await ofDeployment(deployment),
  ];
  for (const id of [pending, running, done]) await move(id, 'PENDING');
  for (const id of [running, done]) await move(id, 'RUNNING');
  await move(done, 'COMPLETED');
  expect(await status('DELETE', `/deployments/${deployment}`)).toBe(204);
  expect(await status('GET', `/flow_runs/${waiting}`)).toBe(404);
  expect(await traces([waiting])).toBe(0);
  for (const id of [pending, running, done])
    expect((await call('GET', `/flow_runs/${id}`)).deployment_id).toBe(deployment);
  expect(await status('GET', `/v2/concurrency_limits/${limit}`)).toBe(404);
  expect((await move(running, 'COMPLETED')).status).toBe('ACCEPT');
  expect(await seen(flow)).toEqual({ listed: 3, counted: 3, found: 3 });
  expect(await figures()).toEqual(await counted());
});

test('a flow goes with its deployments and runs', async () => {
  const flow = await newFlow('everything');
  const deployment = await newDeployment(flow);
  const runs = [await ofDeployment(deployment), await newRun(flow), await newRun(flow)];
  await move(runs[1]!, 'RUNNING');
  const elsewhere = await newRun(await newFlow('elsewhere'));
  expect((await call('POST', '/flows/bulk_delete', { flows: { id: { any_: [flow] } } })).deleted).toEqual([flow]);
  expect(await status('GET', `/flows/${flow}`)).toBe(404);
  expect(await status('GET', `/deployments/${deployment}`)).toBe(404);
  for (const id of runs) expect(await status('GET', `/flow_runs/${id}`)).toBe(404);
  expect(await traces(runs)).toBe(0);
  expect(await status('GET', `/flow_runs/${elsewhere}`)).toBe(200);
  expect(await figures()).toEqual(await counted());
});

test('runs that are deleted while they move leave nothing behind', async () => {
  const flow = await newFlow('restless');
  const deployment = await newDeployment(flow, { concurrency_limit: 100 });
  const runs = await Promise.all(Array.from({ length: 30 }, () => ofDeployment(deployment)));
  const lives = runs.map(async (id) => {
    for (const type of ['PENDING', 'RUNNING', 'PAUSED', 'RUNNING', 'COMPLETED'])
      await status('POST', `/flow_runs/${id}/set_state`, { state: { type }, force: type === 'PAUSED' });
  });
  const deaths = runs.map((id) => status('DELETE', `/flow_runs/${id}`));
  expect(new Set(await Promise.all(deaths))).toEqual(new Set([204]));
  await Promise.all(lives);
  expect(await traces(runs)).toBe(0);
  expect((await call('GET', `/deployments/${deployment}`)).global_concurrency_limit.active_slots).toBe(0);
  expect(await figures()).toEqual(await counted());
});
