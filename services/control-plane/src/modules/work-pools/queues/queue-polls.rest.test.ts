import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApp, type Tenant, type TestApp } from '../../../../test/app.js';
import { Loops } from '../../../core/loops/loops.js';

let app: TestApp;
let owner: Tenant;
beforeAll(async () => {
  app = await startTestApp();
  owner = await app.tenant();
});
afterAll(() => app.close());

type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE';
const call = (method: Method, path: string, body?: unknown, headers: Record<string, string> = {}, key = owner.key) =>
  app.inject(method, `/api${path}`, body, key, headers);
const fresh = (prefix: string) => `${prefix}-${randomUUID().slice(0, 8)}`;
const makePool = async (more: object = {}): Promise<string> =>
  (await call('POST', '/work_pools/', { name: fresh('pool'), type: 'process', ...more })).body.name;
const eventsOf = async (id: string) => {
  const text = 'select event, payload from event where resource_id = $1 order by received, id';
  return (await app.db.sql.query(text, [`prefect.work-queue.${id}`])).rows;
};
const past = (seconds: number) => new Date(Date.now() - seconds * 1000).toISOString();

/** A pool with a queue `q`, a deployment on it, and runs that are due. */
async function makeRuns(count: number, queue: object = {}) {
  const pool = await makePool();
  const { body: made } = await call('POST', `/work_pools/${pool}/queues`, { name: 'q', ...queue });
  const flow = (await call('POST', '/flows/', { name: pool })).body;
  const deployment = (
    await call('POST', '/deployments/', { name: 'd', flow_id: flow.id, work_pool_name: pool, work_queue_name: 'q' })
  ).body;
  const runs: { id: string; name: string }[] = [];
  for (let number = 0; number < count; number++) {
    const state = { type: 'SCHEDULED', state_details: { scheduled_time: past(10 - number) } };
    runs.push(
      (await call('POST', `/deployments/${deployment.id}/create_flow_run`, { name: `run ${number}`, state })).body,
    );
  }
  return { pool, queue: made, deployment, runs };
}
const move = (run: { id: string }, type: string) => call('POST', `/flow_runs/${run.id}/set_state`, { state: { type } });

test('an agent’s poll gives out what is due, within the queue’s limit, and makes queue and deployment ready', async () => {
  const { queue, deployment, runs, pool } = await makeRuns(3, { concurrency_limit: 2 });
  const poll = async (body: object, headers = {}) =>
    (await call('POST', `/work_queues/${queue.id}/get_runs`, body, headers)).body.map(
      (run: { name: string }) => run.name,
    );
  const status = async () => (await call('GET', `/work_queues/${queue.id}/status`)).body;
  expect(await poll({ scheduled_before: past(0) }, { 'x-prefect-ui': 'true' })).toEqual(['run 0', 'run 1']);
  expect(await status()).toEqual({
    healthy: false,
    late_runs_count: 0,
    last_polled: null,
    health_check_policy: { maximum_late_runs: 0, maximum_seconds_since_last_polled: 60 },
  });
  expect(await poll({ limit: 1 })).toEqual(['run 0']);
  expect(await status()).toMatchObject({ healthy: true, last_polled: expect.any(String) });
  expect((await call('GET', `/deployments/${deployment.id}`)).body).toMatchObject({ status: 'READY' });
  await move(runs[0]!, 'PENDING');
  expect(await poll({})).toEqual(['run 1']);
  expect(await poll({ scheduled_before: past(3600) })).toEqual([]);
  await call('PATCH', `/work_queues/${queue.id}`, { is_paused: true });
  expect(await poll({})).toEqual([]);
  await call('PATCH', `/work_queues/${queue.id}`, { is_paused: false });
  await call('PATCH', `/work_pools/${pool}`, { is_paused: true });
  expect(await poll({})).toEqual([]);
  expect(await call('POST', `/work_queues/${randomUUID()}/get_runs`, {})).toMatchObject({
    status: 404,
    body: { exception_message: expect.stringMatching(/^Work queue with id .* not found\.$/) },
  });
});

test('a queue in which something is late, or that nobody polls, is not healthy', async () => {
  const { queue } = await makeRuns(1);
  await call('POST', `/work_queues/${queue.id}/get_runs`, {});
  await app.db.sql.query("update run_queue set due = now() - interval '1 minute' where work_queue_id = $1", [queue.id]);
  await app.app.get(Loops).pass('mark-late-runs');
  const status = async () => (await call('GET', `/work_queues/${queue.id}/status`)).body;
  expect(await status()).toMatchObject({ healthy: false, late_runs_count: 1 });
  await app.db.sql.query("update work_queue set last_polled = now() - interval '61 seconds' where id = $1", [queue.id]);
  await app.app.get(Loops).pass('mark-unpolled-queues');
  expect((await call('GET', `/work_queues/${queue.id}`)).body).toMatchObject({ status: 'NOT_READY' });
  const told = (await eventsOf(queue.id)).map((each) => each.event.replace('prefect.work-queue.', ''));
  expect(told).toEqual(['created', 'ready', 'not-ready']);
});

test('a worker’s poll makes the queues that it names ready, and only writes it down now and then', async () => {
  const { pool, queue } = await makeRuns(1);
  const poll = (work_queue_names: string[]) =>
    call('POST', `/work_pools/${pool}/get_scheduled_flow_runs`, { work_queue_names });
  expect((await poll(['q', 'q'])).body).toHaveLength(1);
  const polledAt = async (name: string) => (await call('GET', `/work_pools/${pool}/queues/${name}`)).body.last_polled;
  const first = await polledAt('q');
  expect(first).toEqual(expect.any(String));
  expect(await polledAt('default')).toBeNull();
  await poll([]);
  expect(await polledAt('q')).toBe(first);
  expect(await polledAt('default')).toEqual(expect.any(String));
  expect(await poll(['nowhere'])).toMatchObject({
    status: 404,
    body: { detail: `Work pool queue '${pool}/nowhere' not found.` },
  });
  await call('PATCH', `/work_queues/${queue.id}`, { is_paused: true });
  await poll([]);
  expect((await call('GET', `/work_queues/${queue.id}`)).body).toMatchObject({ status: 'PAUSED' });
});

test('a poll takes what is between two times, or everything that waits', async () => {
  const { pool, deployment } = await makeRuns(1);
  const later = new Date(Date.now() + 3_600_000).toISOString();
  const state = { type: 'SCHEDULED', state_details: { scheduled_time: later } };
  await call('POST', `/deployments/${deployment.id}/create_flow_run`, { name: 'later', state });
  const poll = async (body: object) =>
    (await call('POST', `/work_pools/${pool}/get_scheduled_flow_runs`, body)).body.map(
      (each: { flow_run: { name: string } }) => each.flow_run.name,
    );
  expect(await poll({})).toEqual(['run 0', 'later']);
  expect(await poll({ scheduled_before: past(0).replace('T', ' ') })).toEqual(['run 0']);
  expect(await poll({ scheduled_after: past(0) })).toEqual(['later']);
  expect(await poll({ limit: 0 })).toEqual([]);
  expect((await call('POST', `/work_pools/${pool}/get_scheduled_flow_runs`, { limit: 201 })).status).toBe(422);
});

test('who holds the slots of a pool and of a queue can be seen, page by page', async () => {
  const { pool, queue, runs } = await makeRuns(3, { concurrency_limit: 5 });
  for (const run of runs) await move(run, 'PENDING');
  await move(runs[0]!, 'RUNNING');
  const { body } = await call('POST', `/work_pools/${pool}/concurrency_status`, { flow_run_limit: 2 });
  expect(body).toMatchObject({ active_slots: 3, concurrency_limit: null, count: 2, limit: 200, pages: 1, page: 1 });
  expect(body.queues).toMatchObject([
    { queue_name: 'default', active_slots: 0, concurrency_limit: null, flow_runs: [], flow_run_count: 0 },
    { queue_id: queue.id, queue_name: 'q', active_slots: 3, concurrency_limit: 5, flow_run_count: 3 },
  ]);
  expect(body.queues[1].flow_runs).toHaveLength(2);
  expect((await call('POST', `/work_pools/${pool}/concurrency_status`, { page: 2, limit: 1 })).body).toMatchObject({
    queues: [{ queue_name: 'q' }],
    count: 2,
    pages: 2,
    page: 2,
  });
  const pages = [1, 2].map((page) => call('POST', `/work_queues/${queue.id}/concurrency_status`, { page, limit: 2 }));
  const [first, second] = (await Promise.all(pages)).map((page) => page.body);
  expect(first).toMatchObject({ active_slots: 3, concurrency_limit: 5, count: 3, limit: 2, pages: 2, page: 1 });
  const seen = [...first.flow_runs, ...second.flow_runs];
  expect(seen.map((run: { id: string }) => run.id).toSorted()).toEqual(runs.map((run) => run.id).toSorted());
  expect(seen.find((run: { id: string }) => run.id === runs[0]!.id)).toEqual({
    id: runs[0]!.id,
    name: 'run 0',
    state_type: 'RUNNING',
    state_name: 'Running',
    start_time: expect.any(String),
    state_timestamp: expect.any(String),
    time_in_current_state: expect.any(Number),
  });
  expect((await call('GET', `/work_queues/${queue.id}`)).body.active_slots).toBe(3);
  for (const wrong of [{ page: 0 }, { limit: 201 }])
    expect((await call('POST', `/work_queues/${queue.id}/concurrency_status`, wrong)).status).toBe(422);
  expect((await call('POST', `/work_pools/${pool}/concurrency_status`, { flow_run_limit: 201 })).status).toBe(422);
  expect((await call('POST', '/work_pools/nowhere/concurrency_status', {})).body).toEqual({
    detail: "Work pool 'nowhere' not found.",
  });
});
