import { newId } from '@headgate/contracts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApp, type TestApp } from '../../../../test/app.js';
import { callerOf, type Call } from '../../../../test/house.js';

let app: TestApp;
let call: Call;
let flow: string;
beforeAll(async () => {
  app = await startTestApp();
  call = callerOf(app, await app.tenant());
  flow = (await call('POST', '/flows/', { name: 'f' })).id;
});
afterAll(() => app.close());

const standIn = async (flow_run_id: string | null) =>
  (await call('POST', '/task_runs/', { flow_run_id, task_key: 't', dynamic_key: newId(), state: { type: 'PENDING' } }))
    .id as string;
const subflow = async (parent_task_run_id: string, state: object) =>
  (await call('POST', '/flow_runs/', { flow_id: flow, parent_task_run_id, state })).id as string;
const stateNames = async (task: string) =>
  (await call('GET', `/task_run_states/?task_run_id=${task}`)).map((state: { name: string }) => state.name);

test('a subflow run that is created gives its state to the task run that stands for it', async () => {
  const parent = (await call('POST', '/flow_runs/', { flow_id: flow })).id as string;
  const task = await standIn(parent);
  const scheduled_time = '2031-01-01T00:00:00.000000Z';
  const child = await subflow(task, { type: 'SCHEDULED', state_details: { scheduled_time } });
  const shown = await call('GET', `/task_runs/${task}`);
  expect(shown).toMatchObject({
    state_type: 'SCHEDULED',
    run_count: 0,
    next_scheduled_start_time: scheduled_time,
    start_time: null,
    state: { state_details: { child_flow_run_id: child, flow_run_id: parent, task_run_id: task, scheduled_time } },
  });
  expect((await call('GET', `/flow_runs/${child}`)).state.id).not.toBe(shown.state_id);
  expect(await stateNames(task)).toEqual(['Pending', 'Scheduled']);
});

test('whatever happens to the subflow run is told by its task run, with counts and times', async () => {
  const task = await standIn((await call('POST', '/flow_runs/', { flow_id: flow })).id);
  const child = await subflow(task, { type: 'PENDING' });
  const moves = ['RUNNING', 'PAUSED', 'RUNNING', 'COMPLETED', 'SCHEDULED', 'RUNNING'];
  const counts = [];
  for (const type of moves) {
    await call('POST', `/flow_runs/${child}/set_state`, { state: { type, message: type }, force: true });
    const { state, run_count, end_time } = await call('GET', `/task_runs/${task}`);
    expect([state.type, state.message, end_time !== null]).toEqual([type, type, type === 'COMPLETED']);
    counts.push(run_count);
  }
  expect(counts).toEqual([1, 1, 2, 2, 2, 3]);
  expect(await stateNames(task)).toHaveLength(moves.length + 2);
});

test('a task run without a flow run can stand for one, too', async () => {
  const task = await standIn(null);
  await subflow(task, { type: 'RUNNING' });
  expect(await call('GET', `/task_runs/${task}`)).toMatchObject({
    state_type: 'RUNNING',
    run_count: 1,
    flow_run_id: null,
    state: { state_details: { flow_run_id: null } },
  });
});
