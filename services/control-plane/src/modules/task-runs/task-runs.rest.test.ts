import { randomUUID } from 'node:crypto';
import { newId, stateTypes, type StateType } from '@headgate/contracts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestApp, type Tenant, type TestApp } from '../../../test/app.js';

let app: TestApp;
let owner: Tenant;
let stranger: Tenant;
let flowId: string;
beforeAll(async () => {
  app = await startTestApp();
  [owner, stranger] = [await app.tenant(), await app.tenant()];
  flowId = (await call('POST', '/flows/', { name: 'f' })).body.id;
});
afterAll(() => app.close());

type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE';
const call = (method: Method, path: string, body?: unknown, key = owner.key) =>
  app.inject(method, `/api${path}`, body, key);
const create = (more: object = {}) => call('POST', '/task_runs/', { task_key: 't', dynamic_key: newId(), ...more });
const made = async (more: object = {}) => (await create(more)).body;
const get = async (id: string) => (await call('GET', `/task_runs/${id}`)).body;
const set = (id: string, type: StateType, details: object = {}, more: object = {}, force = false) =>
  call('POST', `/task_runs/${id}/set_state`, { state: { type, state_details: details, ...more }, force });
const newFlowRun = async (type: StateType, more: object = {}) =>
  (await call('POST', '/flow_runs/', { flow_id: flowId, state: { type }, ...more })).body;
const inAWhile = () => new Date(Date.now() + 100_000).toISOString();

describe('creating a task run', () => {
  test('makes it PENDING when no state is asked for, under a name of its own', async () => {
    const { status, body } = await create();
    expect(status).toBe(201);
    expect(body).toMatchObject({
      state_type: 'PENDING',
      state: { name: 'Pending' },
      run_count: 0,
      tags: [],
      labels: {},
    });
    expect(body.name).toMatch(/^\S+-\S+$/);
    expect(body.expected_start_time).toBe(body.state.timestamp);
  });

  test.each(stateTypes)('in %s sets its times and counts as a move into that state does', async (type) => {
    const run = await made({ state: { type } });
    const at = run.state.timestamp;
    const due = run.state.state_details.scheduled_time;
    const [ended, running] = [['COMPLETED', 'FAILED', 'CANCELLED', 'CRASHED'].includes(type), type === 'RUNNING'];
    expect(run).toMatchObject({
      state_type: type,
      expected_start_time: type === 'SCHEDULED' ? due : at,
      next_scheduled_start_time: type === 'SCHEDULED' ? due : null,
      start_time: ended || running ? at : null,
      end_time: ended ? at : null,
      run_count: running ? 1 : 0,
      total_run_time: 0,
    });
    expect(run.state.state_details).toMatchObject({ deferred: false, task_run_id: run.id, flow_run_id: null });
  });

  test('is done once per place in a flow run, or per key without one, also by many at the same time', async () => {
    for (const flow_run_id of [null, (await newFlowRun('RUNNING')).id]) {
      const dynamic_key = newId();
      const answers = await Promise.all(
        Array.from({ length: 8 }, (_, n) => create({ flow_run_id, dynamic_key, name: `n${n}` })),
      );
      expect(answers.map((each) => each.status).sort()).toEqual([...Array.from({ length: 7 }, () => 200), 201]);
      expect(new Set(answers.map((each) => each.body.id)).size).toBe(1);
    }
  });

  test('takes over the labels of the flow run where it has none of its own', async () => {
    const { id: flow_run_id } = await newFlowRun('RUNNING', { labels: { team: 'x', kept: 1 } });
    const { labels } = await made({ flow_run_id, labels: { team: 'y' } });
    expect(labels).toMatchObject({ team: 'y', kept: 1, 'prefect.flow-run.id': flow_run_id });
  });

  test('keeps what it was called with', async () => {
    const task_inputs = {
      x: [
        { input_type: 'parameter', name: 'p' },
        { input_type: 'task_run', id: randomUUID() },
      ],
      y: [],
    };
    const empirical_policy = { retries: 2, retry_delay: [1, 2.5], retry_jitter_factor: 0.5 };
    expect(await made({ task_inputs, empirical_policy })).toMatchObject({ task_inputs, empirical_policy });
  });

  test('retries as old clients name them count where the new names say nothing', async () => {
    const old = { max_retries: 3, retry_delay_seconds: 2.5 };
    expect((await made({ empirical_policy: old })).empirical_policy).toMatchObject({ retries: 3, retry_delay: 2.5 });
    const { retries } = (await made({ empirical_policy: { ...old, retries: 1 } })).empirical_policy;
    expect(retries).toBe(1);
  });

  test('is refused where the flow run is not there, or the id is taken', async () => {
    const theirs = (await call('POST', '/flows/', { name: 'f' }, stranger.key)).body;
    const run = (await call('POST', '/flow_runs/', { flow_id: theirs.id }, stranger.key)).body;
    for (const flow_run_id of [randomUUID(), run.id]) expect((await create({ flow_run_id })).status).toBe(409);
    const id = newId();
    expect([(await create({ id })).status, (await create({ id })).status]).toEqual([201, 409]);
  });

  test.each([
    [{ nonsense: 1 }],
    [{ task_inputs: { x: [{ input_type: 'nonsense' }] } }],
    [{ empirical_policy: { retry_delay: 'x' } }],
    [{ state: { type: 'PENDING', id: randomUUID() } }],
  ])('is refused with %j', async (more) => expect((await create(more)).status).toBe(422));
});

test('a cache key that is too long is refused, in the words of the reference', async () => {
  const { status, body } = await create({ cache_key: 'k'.repeat(2001) });
  expect(status).toBe(422);
  expect(body.exception_detail).toMatchObject([
    { loc: ['body', 'cache_key'], msg: 'Value error, Cache key exceeded maximum allowed length of 2000 characters.' },
  ]);
});

describe('a task run of another workspace', () => {
  test('is not there, through any door', async () => {
    const run = await made();
    const theirs = (method: Method, path: string, body?: unknown) => call(method, path, body, stranger.key);
    const answers = await Promise.all([
      theirs('GET', `/task_runs/${run.id}`),
      theirs('PATCH', `/task_runs/${run.id}`, { name: 'x' }),
      theirs('POST', `/task_runs/${run.id}/set_state`, { state: { type: 'RUNNING' }, force: true }),
      theirs('DELETE', `/task_runs/${run.id}`),
      theirs('GET', `/task_run_states/${run.state.id}`),
    ]);
    expect(answers.map((each) => each.status)).toEqual([404, 404, 404, 404, 404]);
    expect((await theirs('GET', `/task_run_states/?task_run_id=${run.id}`)).body).toEqual([]);
    expect(await get(run.id)).toMatchObject({ name: run.name, state_type: 'PENDING' });
  });

  test('does not answer for ours from its cache', async () => {
    const key = newId();
    const theirs = (await call('POST', '/task_runs/', { task_key: 't', dynamic_key: '1' }, stranger.key)).body;
    const done = { state: { type: 'COMPLETED', state_details: { cache_key: key } } };
    await call('POST', `/task_runs/${theirs.id}/set_state`, done, stranger.key);
    expect((await set((await made()).id, 'RUNNING', { cache_key: key })).body.status).toBe('ACCEPT');
  });
});

describe('a proposed state', () => {
  test('is written with its history, and the run can be read with it', async () => {
    const { id } = await made();
    const answer = await set(id, 'RUNNING', {}, { message: 'go' });
    expect([answer.status, answer.body.status]).toEqual([201, 'ACCEPT']);
    expect(answer.body.state.state_details).toMatchObject({ task_run_id: id, flow_run_id: null });
    expect((await get(id)).state).toEqual(answer.body.state);
    const states = (await call('GET', `/task_run_states/?task_run_id=${id}`)).body;
    expect(states.map((each: { name: string }) => each.name)).toEqual(['Pending', 'Running']);
    expect((await call('GET', `/task_run_states/${answer.body.state.id}`)).body).toEqual(answer.body.state);
  });

  test('that is refused leaves the run as it is, and the answer says why', async () => {
    const { id } = await made({ state: { type: 'SCHEDULED', state_details: { scheduled_time: inAWhile() } } });
    const wait = await set(id, 'RUNNING');
    expect([wait.status, wait.body.status, wait.body.details]).toMatchObject([200, 'WAIT', { delay_seconds: 100 }]);
    await set(id, 'COMPLETED', {}, { data: { storage_key: 'k' } });
    expect((await set(id, 'RUNNING')).body).toMatchObject({ status: 'REJECT', state: { type: 'COMPLETED' } });
    expect((await set(id, 'CRASHED')).body).toMatchObject({ status: 'ABORT', details: { type: 'abort_details' } });
    expect((await call('GET', `/task_run_states/?task_run_id=${id}`)).body).toHaveLength(2);
  });

  test('of an unknown run, or of no known type, is an error', async () => {
    const id = randomUUID();
    const { status, body } = await set(id, 'RUNNING');
    expect([status, body]).toEqual([404, { exception_message: `Task run with id ${id} not found` }]);
    expect((await set((await made()).id, 'NONSENSE' as StateType)).status).toBe(422);
  });

  test('of many rivals is taken once', async () => {
    const { id } = await made({ state: { type: 'SCHEDULED', state_details: { deferred: true } } });
    const answers = await Promise.all(Array.from({ length: 10 }, () => set(id, 'PENDING', { deferred: true })));
    expect(answers.map((each) => each.body.status).sort()).toEqual([
      ...Array.from({ length: 9 }, () => 'ABORT'),
      'ACCEPT',
    ]);
    const retries = await made({ empirical_policy: { retries: 1 }, state: { type: 'RUNNING' } });
    const failures = await Promise.all(Array.from({ length: 5 }, () => set(retries.id, 'FAILED')));
    expect(failures.filter((each) => each.body.details.reason === 'Retrying')).toHaveLength(1);
  });

  test('follows the flow run of the task: its state, its attempt, its pause', async () => {
    const flowRun = await newFlowRun('PENDING');
    const { id } = await made({ flow_run_id: flowRun.id });
    expect((await set(id, 'RUNNING')).body.status).toBe('ABORT');
    await call('POST', `/flow_runs/${flowRun.id}/set_state`, { state: { type: 'RUNNING' } });
    expect((await set(id, 'RUNNING')).body.status).toBe('ACCEPT');
    expect(await get(id)).toMatchObject({ flow_run_run_count: 1, run_count: 1 });
    const pause = { type: 'PAUSED', state_details: { pause_timeout: inAWhile() } };
    await call('POST', `/flow_runs/${flowRun.id}/set_state`, { state: pause });
    const notReady = (await set((await made({ flow_run_id: flowRun.id })).id, 'RUNNING')).body;
    expect(notReady).toMatchObject({ status: 'REJECT', state: { type: 'PAUSED', name: 'NotReady' } });
    expect(notReady.state.state_details.pause_timeout).toMatch(/^\d{4}-/);
  });

  test('is told as an event of its own id, which the recorder leaves alone', async () => {
    const flowRun = await newFlowRun('RUNNING');
    const { id, state: first } = await made({ flow_run_id: flowRun.id, tags: ['blue'], name: 'mine' });
    const { state } = (await set(id, 'RUNNING', {}, { message: 'go' })).body;
    const filter = { resource: { id: [`prefect.task-run.${id}`] } };
    const { events } = (await call('POST', '/events/filter', { filter })).body;
    expect(events).toHaveLength(1);
    expect(events[0]).toMatchObject({
      id: state.id,
      event: 'prefect.task-run.Running',
      occurred: state.timestamp,
      follows: first.id,
      resource: {
        'prefect.resource.name': 'mine',
        'prefect.orchestration': 'server',
        'prefect.run-count': '1',
        'prefect.state-type': 'RUNNING',
        'prefect.state-message': 'go',
      },
      payload: {
        intended: { from: 'PENDING', to: 'RUNNING' },
        initial_state: { type: 'PENDING' },
        validated_state: { type: 'RUNNING', message: 'go', state_details: { task_run_id: id } },
      },
    });
    const roles = events[0].related.map((each: Record<string, string>) => each['prefect.resource.id']);
    expect(roles).toEqual(
      expect.arrayContaining([`prefect.flow-run.${flowRun.id}`, 'prefect.tag.blue', `prefect.flow.${flowId}`]),
    );
    await call('POST', '/events', events);
    expect((await call('GET', `/task_run_states/?task_run_id=${id}`)).body).toHaveLength(2);
  });
});

test('a run that is deleted is gone with its history', async () => {
  const { id, state } = await made();
  expect((await call('DELETE', `/task_runs/${id}`)).status).toBe(204);
  expect((await call('GET', `/task_runs/${id}`)).body).toEqual({ detail: 'Task not found' });
  expect((await call('GET', `/task_run_states/${state.id}`)).status).toBe(404);
  expect((await call('DELETE', `/task_runs/${id}`)).status).toBe(404);
});

test('a run is renamed, and by nothing when nothing is said', async () => {
  const { id, name } = await made();
  expect((await call('PATCH', `/task_runs/${id}`, {})).status).toBe(204);
  expect((await get(id)).name).toBe(name);
  await call('PATCH', `/task_runs/${id}`, { name: 'new' });
  expect((await get(id)).name).toBe('new');
  expect((await call('PATCH', `/task_runs/${id}`, { tags: [] })).status).toBe(422);
  expect((await call('PATCH', `/task_runs/${randomUUID()}`, { name: 'x' })).body).toEqual({
    detail: 'Task run not found',
  });
});

test('the task run that stands for a subflow goes with its states, and no event tells of it', async () => {
  const parent = await newFlowRun('RUNNING');
  const dummy = await made({ flow_run_id: parent.id, state: { type: 'PENDING' } });
  const child = await newFlowRun('PENDING', { parent_task_run_id: dummy.id });
  for (const type of ['RUNNING', 'COMPLETED'] as const)
    await call('POST', `/flow_runs/${child.id}/set_state`, { state: { type } });
  const run = await get(dummy.id);
  expect(run).toMatchObject({
    state_type: 'COMPLETED',
    run_count: 1,
    state: { state_details: { child_flow_run_id: child.id } },
  });
  expect(stateTypes).toContain(run.state_type);
  const filter = { resource: { id: [`prefect.task-run.${dummy.id}`] } };
  expect((await call('POST', '/events/filter', { filter })).body.events).toEqual([]);
});
