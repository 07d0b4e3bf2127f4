import type { HistoryJson } from '@headgate/contracts/rest/run-history';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestApp, type Tenant, type TestApp } from '../../../../test/app.js';

let app: TestApp;
let owner: Tenant;
let stranger: Tenant;
const post = async (path: string, body: unknown, who = owner) =>
  app.inject('POST', `/api/accounts/${who.accountId}/workspaces/${who.workspaceId}${path}`, body, who.key);
const flowId = async (name: string) => (await post('/flows/', { name })).body.id as string;

/** A run that was to start at a moment, as it stands now. Past times cannot be had through the wire. */
async function stored(flow: string, expected: string, columns: Record<string, unknown> = {}): Promise<string> {
  const state = { type: 'SCHEDULED', state_details: { scheduled_time: '2031-01-01T00:00:00Z' } };
  const { id } = (await post('/flow_runs/', { flow_id: flow, state })).body;
  const all: Record<string, unknown> = { expected_start_time: expected, ...columns };
  const sets = Object.keys(all).map((name, index) => `${name} = $${index + 2}`);
  await app.db.sql.query(`update flow_run set ${sets.join(', ')} where id = $1`, [id, ...Object.values(all)]);
  return id;
}
const ended = (name: string, seconds: number, started: string) => ({
  state_type: 'COMPLETED',
  state_name: name,
  start_time: started,
  total_run_time: seconds,
});
const day = { history_start: '2026-01-01T00:00:00Z', history_end: '2026-01-01T03:00:00Z' };
const hourly = { ...day, history_interval_seconds: 3600 };
const history = async (body: object, path = '/flow_runs/history', who = owner) =>
  (await post(path, body, who)).body as HistoryJson[];

beforeAll(async () => {
  app = await startTestApp();
  [owner, stranger] = [await app.tenant(), await app.tenant()];
  const [first, second] = [await flowId('first'), await flowId('second')];
  await stored(first, '2026-01-01T00:00:00Z', ended('Completed', 5, '2026-01-01T00:00:10Z'));
  await stored(first, '2026-01-01T00:59:59.999999Z', ended('Completed', 7, '2026-01-01T00:59:00Z'));
  await stored(second, '2026-01-01T00:30:00Z', ended('Cached', 1, '2026-01-01T00:30:00.5Z'));
  await stored(first, '2026-01-01T02:00:00Z', { state_type: 'CANCELLED', state_name: 'Cancelled' });
  await stored(first, '2026-01-01T03:00:00Z');
});
afterAll(() => app.close());

describe('the history of flow runs', () => {
  test('counts them by the interval of their expected start and by state, with the seconds that they ran and were late', async () => {
    expect(await history(hourly)).toEqual([
      {
        interval_start: '2026-01-01T00:00:00.000000Z',
        interval_end: '2026-01-01T01:00:00.000000Z',
        states: [
          {
            state_type: 'COMPLETED',
            state_name: 'Cached',
            count_runs: 1,
            sum_estimated_run_time: 1,
            sum_estimated_lateness: 0.5,
          },
          {
            state_type: 'COMPLETED',
            state_name: 'Completed',
            count_runs: 2,
            sum_estimated_run_time: 12,
            sum_estimated_lateness: 10,
          },
        ],
      },
      { interval_start: '2026-01-01T01:00:00.000000Z', interval_end: '2026-01-01T02:00:00.000000Z', states: [] },
      {
        interval_start: '2026-01-01T02:00:00.000000Z',
        interval_end: '2026-01-01T03:00:00.000000Z',
        states: [
          {
            state_type: 'CANCELLED',
            state_name: 'Cancelled',
            count_runs: 1,
            sum_estimated_run_time: 0,
            sum_estimated_lateness: 0,
          },
        ],
      },
    ]);
  });

  test('adds the stretch that a run is in, and the lateness of a run that has not started', async () => {
    const flow = await flowId('open');
    const entered = new Date(Date.now() - 60_000).toISOString();
    const state = JSON.stringify({ type: 'RUNNING', timestamp: entered });
    await stored(flow, '2026-02-01T00:00:00Z', {
      state_type: 'RUNNING',
      state_name: 'Running',
      state,
      start_time: '2026-02-01T00:00:00Z',
      total_run_time: 100,
    });
    const expected = new Date(Date.now() - 120_000).toISOString();
    await stored(flow, expected, { state_type: 'SCHEDULED', state_name: 'Late' });
    const [running] = await history({
      history_start: '2026-02-01',
      history_end: '2026-02-02',
      history_interval_seconds: 86_400,
    });
    expect(running!.states[0]!.sum_estimated_run_time).toBeGreaterThanOrEqual(160);
    expect(running!.states[0]!.sum_estimated_run_time).toBeLessThan(190);
    const [late] = await history({ history_start: expected, history_end: new Date(), history_interval_seconds: 3600 });
    expect(late!.states[0]!.sum_estimated_lateness).toBeGreaterThanOrEqual(120);
    expect(late!.states[0]!.sum_estimated_lateness).toBeLessThan(150);
  });

  test('obeys filters, takes either name of the interval, and any spelling of a time', async () => {
    const counts = async (body: object) => (await history(body)).map(({ states }) => states.length);
    expect(await counts({ ...hourly, flows: { name: { any_: ['second'] } } })).toEqual([1, 0, 0]);
    expect(await counts({ ...hourly, flow_runs: { state: { type: { any_: ['CANCELLED'] } } } })).toEqual([0, 0, 1]);
    expect(await counts({ ...hourly, work_queues: { name: { any_: ['none'] } }, task_runs: null })).toEqual([0, 0, 0]);
    expect(await counts({ ...day, history_interval: 3600 })).toEqual([2, 0, 1]);
    const spelt = { history_start: '2026-01-01 02:00:00+02:00', history_end: 1767236400 };
    expect(await counts({ ...spelt, history_interval: 'PT1H' })).toEqual([2, 0, 1]);
  });

  test('has 500 intervals at the most and none when it ends before it begins', async () => {
    expect(await history({ ...hourly, history_interval_seconds: 1 })).toHaveLength(500);
    expect(await history({ ...hourly, history_end: day.history_start })).toEqual([]);
  });

  test('refuses intervals below a second, and a body without one', async () => {
    for (const seconds of [0.5, 0, -3]) {
      expect(await post('/flow_runs/history', { ...day, history_interval_seconds: seconds })).toMatchObject({
        status: 422,
        body: { detail: 'History interval must not be less than 1 second.' },
      });
    }
    const { status, body } = await post('/flow_runs/history', { ...day, history_interval_seconds: null });
    expect([status, body.exception_detail]).toMatchObject([
      422,
      [{ type: 'missing', loc: ['body', 'history_interval_seconds'], msg: 'Field required' }],
    ]);
    expect((await post('/flow_runs/history', { ...hourly, history_interval_seconds: 1e300 })).status).toBe(422);
    expect((await post('/flow_runs/history', { ...hourly, history_start: 'yesterday' })).status).toBe(422);
    expect((await post('/flow_runs/history', { ...hourly, flow_runs: { nope: 1 } })).status).toBe(422);
  });

  test("does not show another workspace's runs", async () => {
    expect((await history(hourly, '/flow_runs/history', stranger)).flatMap(({ states }) => states)).toEqual([]);
  });
});

describe('the lateness of flow runs', () => {
  const lateness = async (name: string, who = owner) =>
    (await post('/flow_runs/lateness', { flows: { name: { any_: [name] } } }, who)).body;

  test('is the average of what they are late by, early ones counting as nothing', async () => {
    const flow = await flowId('measured');
    await stored(flow, '2026-01-05T00:00:00Z', ended('Completed', 1, '2026-01-05T00:00:09Z'));
    await stored(flow, '2026-01-05T00:00:00Z', ended('Completed', 1, '2026-01-04T00:00:00Z'));
    await stored(flow, '2026-01-05T00:00:00Z', { state_type: 'CANCELLED', state_name: 'Cancelled' });
    expect(await lateness('measured')).toBe(3);
  });

  test('is null where there are no runs', async () => {
    expect(await lateness('nothing')).toBeNull();
    expect(await lateness('measured', stranger)).toBeNull();
  });
});

describe('the history and count of task runs', () => {
  test('are those of flow runs, and do not take filters of pools and queues', async () => {
    const run = await stored(await flowId('with tasks'), '2026-03-01T00:00:00Z');
    const task = async (key: string) =>
      (await post('/task_runs/', { flow_run_id: run, task_key: key, dynamic_key: '0', state: { type: 'PENDING' } }))
        .body.id as string;
    for (const key of ['a', 'b']) {
      await app.db.sql.query(
        `update task_run set expected_start_time = $2, start_time = $3, total_run_time = 2, state_type = 'COMPLETED', state_name = 'Completed' where id = $1`,
        [await task(key), '2026-03-01T00:00:01Z', '2026-03-01T00:00:02Z'],
      );
    }
    const range = { history_start: '2026-03-01', history_end: '2026-03-02', history_interval_seconds: 86_400 };
    const ofRun = { flow_runs: { id: { any_: [run] } }, work_pools: { nope: 1 } };
    expect((await history({ ...range, ...ofRun }, '/task_runs/history'))[0]!.states).toEqual([
      {
        state_type: 'COMPLETED',
        state_name: 'Completed',
        count_runs: 2,
        sum_estimated_run_time: 4,
        sum_estimated_lateness: 2,
      },
    ]);
    expect((await post('/task_runs/count', ofRun)).body).toBe(2);
    expect((await post('/task_runs/count', { task_runs: { state: { name: { any_: ['Pending'] } } } })).body).toBe(0);
    expect((await history({ ...range, ...ofRun }, '/task_runs/history', stranger))[0]!.states).toEqual([]);
    expect((await post('/task_runs/history', { ...range, history_interval_seconds: 0.1 })).status).toBe(422);
  });
});
