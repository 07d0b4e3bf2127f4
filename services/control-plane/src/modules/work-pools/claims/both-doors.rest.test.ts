import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApp, type Tenant, type TestApp } from '../../../../test/app.js';

/** Prefect's workers poll, our agents claim: on the same data both doors give out the same runs, in the same order. */

let app: TestApp;
let owner: Tenant;
beforeAll(async () => {
  app = await startTestApp();
  owner = await app.tenant();
});
afterAll(() => app.close());

type Run = { id: string; name: string };
const call = async (method: 'GET' | 'POST' | 'PATCH', path: string, body?: unknown) =>
  (await app.inject(method, `/api${path}`, body, owner.key)).body;
const soon = (seconds: number) => new Date(Date.now() + seconds * 1000).toISOString();

async function makePool(more: object = {}) {
  const name = `pool-${randomUUID().slice(0, 8)}`;
  await call('POST', '/work_pools/', { name, type: 'process', ...more });
  const flow = await call('POST', '/flows/', { name });
  const deploy = (extra: object = {}) =>
    call('POST', '/deployments/', { name: randomUUID(), flow_id: flow.id, work_pool_name: name, ...extra });
  const deployment = await deploy();
  const run = (label: string, at: string, extra: object = {}, of: { id: string } = deployment): Promise<Run> =>
    call('POST', `/deployments/${of.id}/create_flow_run`, {
      name: label,
      state: { type: 'SCHEDULED', state_details: { scheduled_time: at } },
      ...extra,
    });
  const claimRuns = async (limit = 100, queues: string[] = []): Promise<Run[]> => {
    const ask = { agent_name: 'agent', agent_id: randomUUID(), wait_seconds: 0, limit, work_queue_names: queues };
    const { runs } = await call('POST', `/headgate/work_pools/${name}/claim`, ask);
    return runs.map((each: { flow_run: Run }) => each.flow_run);
  };
  const poll = async (body: object = {}): Promise<Run[]> => {
    const ask = { work_queue_names: [], scheduled_before: soon(0.5), ...body };
    const polled = await call('POST', `/work_pools/${name}/get_scheduled_flow_runs`, ask);
    return polled.map((each: { flow_run: Run }) => each.flow_run);
  };
  const queue = (label: string, extra: object = {}) =>
    call('POST', `/work_pools/${name}/queues`, { name: label, ...extra });
  return { name, deploy, run, claim: claimRuns, poll, queue };
}

const names = (runs: Run[]) => runs.map((run) => run.name);
const move = (run: Run, type: string) => call('POST', `/flow_runs/${run.id}/set_state`, { state: { type } });
const active = async (pool: string) => (await call('POST', `/work_pools/${pool}/concurrency_status`, {})).active_slots;

test('by the queue’s priority, then by time, whichever door', async () => {
  const pool = await makePool();
  await pool.queue('second');
  await pool.queue('first', { priority: 1 });
  const [early, middle, late] = [soon(-30), soon(-20), soon(-10)];
  await pool.run('default late', late);
  await pool.run('default early', early);
  await pool.run('second early', early, { work_queue_name: 'second' });
  await pool.run('first late', late, { work_queue_name: 'first' });
  await pool.run('first middle', middle, { work_queue_name: 'first' });
  await pool.run('not due', soon(3600), { work_queue_name: 'first' });
  const expected = ['first middle', 'first late', 'default early', 'default late', 'second early'];
  expect(names(await pool.poll())).toEqual(expected);
  expect(names(await pool.poll({ limit: 3 }))).toEqual(expected.slice(0, 3));
  expect(names(await pool.poll({ work_queue_names: ['second', 'first'] }))).toEqual([
    'first middle',
    'first late',
    'second early',
  ]);
  expect(names(await pool.claim(2))).toEqual(expected.slice(0, 2));
  expect(names(await pool.claim(5, ['second']))).toEqual(['second early']);
  expect(names(await pool.poll())).toEqual(['default early', 'default late']);
  expect(names(await pool.claim())).toEqual(['default early', 'default late']);
});

test('runs that are due at the same time come in the same order', async () => {
  const pool = await makePool();
  const at = soon(-5);
  await Promise.all(['a', 'b', 'c', 'd', 'e', 'f'].map((name) => pool.run(name, at)));
  const polled = names(await pool.poll());
  expect(polled).toHaveLength(6);
  expect(names(await pool.claim())).toEqual(polled);
});

test('the limits of the pool and of each queue hold, whichever door', async () => {
  const pool = await makePool({ concurrency_limit: 3 });
  await pool.queue('narrow', { priority: 1, concurrency_limit: 1 });
  for (const at of [-50, -40]) await pool.run(`narrow ${at}`, soon(at), { work_queue_name: 'narrow' });
  for (const at of [-30, -20, -10]) await pool.run(`wide ${at}`, soon(at));
  expect(names(await pool.poll())).toEqual(['narrow -50', 'wide -30', 'wide -20']);
  const [first] = await pool.claim(1);
  expect(first!.name).toBe('narrow -50');
  expect(names(await pool.poll())).toEqual(['wide -30', 'wide -20']);
  const [, second] = await pool.poll();
  await move(second!, 'PENDING');
  expect(names(await pool.claim())).toEqual(['wide -30']);
  expect(await pool.poll()).toEqual([]);
  expect(await pool.claim()).toEqual([]);
  await move(first!, 'RUNNING');
  await move(first!, 'COMPLETED');
  expect(names(await pool.poll())).toEqual(['narrow -40']);
  expect(names(await pool.claim())).toEqual(['narrow -40']);
});

test('a limit of nothing lets nothing through', async () => {
  const pool = await makePool();
  await pool.queue('shut', { concurrency_limit: 0 });
  await pool.run('never', soon(-5), { work_queue_name: 'shut' });
  expect(await pool.poll()).toEqual([]);
  expect(await pool.claim()).toEqual([]);
});

test('paused queues and pools give nothing out, whichever door', async () => {
  const pool = await makePool();
  await pool.queue('other', { priority: 1, is_paused: true });
  await pool.run('in the paused one', soon(-20), { work_queue_name: 'other' });
  await pool.run('in the default one', soon(-10));
  expect(names(await pool.poll())).toEqual(['in the default one']);
  await call('PATCH', `/work_pools/${pool.name}`, { is_paused: true });
  expect(await pool.poll()).toEqual([]);
  expect(await pool.claim()).toEqual([]);
  await call('PATCH', `/work_pools/${pool.name}`, { is_paused: false });
  expect(names(await pool.claim())).toEqual(['in the default one']);
  await call('PATCH', `/work_pools/${pool.name}/queues/other`, { is_paused: false });
  expect(names(await pool.poll())).toEqual(['in the paused one']);
});

test('a run that its own process will retry is nobody else’s', async () => {
  const pool = await makePool();
  const run = await pool.run('retried in place', soon(-5), { empirical_policy: { retries: 1, retry_delay: 0 } });
  for (const type of ['PENDING', 'RUNNING', 'FAILED']) await move(run, type);
  expect(await call('GET', `/flow_runs/${run.id}`)).toMatchObject({ state_name: 'AwaitingRetry' });
  expect(await pool.poll()).toEqual([]);
  expect(await pool.claim()).toEqual([]);
});

test('the limit of a deployment holds at both doors: who finds it taken waits anew', async () => {
  const pool = await makePool();
  const single = await pool.deploy({ concurrency_limit: 1 });
  const runs = [await pool.run('one', soon(-9), {}, single), await pool.run('two', soon(-8), {}, single)];
  expect(names(await pool.poll())).toEqual(['one', 'two']);
  expect(names(await pool.claim())).toEqual(['one']);
  expect(await call('GET', `/flow_runs/${runs[1]!.id}`)).toMatchObject({ state_name: 'AwaitingConcurrencySlot' });
  const third = await pool.run('three', soon(-7), {}, single);
  expect(names(await pool.poll())).toEqual(['three']);
  expect(await move(third, 'PENDING')).toMatchObject({
    status: 'REJECT',
    state: { name: 'AwaitingConcurrencySlot' },
  });
});

test('a run that is past waiting when it is created holds its slot from the first moment', async () => {
  const pool = await makePool({ concurrency_limit: 2 });
  const ahead = await pool.run('ahead', soon(-30), { state: { type: 'PENDING' } });
  await pool.run('next', soon(-20));
  await pool.run('after', soon(-10));
  expect(await active(pool.name)).toBe(1);
  expect(names(await pool.poll())).toEqual(['next']);
  await move(ahead, 'RUNNING');
  expect(await active(pool.name)).toBe(1);
  await move(ahead, 'COMPLETED');
  expect(names(await pool.poll())).toEqual(['next', 'after']);
});

test('of pollers and claimers at once none gets a run twice, and all together keep within the limits', async () => {
  const pool = await makePool({ concurrency_limit: 7 });
  await pool.queue('narrow', { priority: 1, concurrency_limit: 2 });
  const at = soon(-60);
  await Promise.all(
    Array.from({ length: 30 }, (_, number) =>
      pool.run(`run ${number}`, at, number % 2 ? { work_queue_name: 'narrow' } : {}),
    ),
  );
  const started: Run[] = [];
  const work = async () => {
    const polled = await pool.poll();
    const answers = await Promise.all(polled.map(async (run) => ({ run, answer: await move(run, 'PENDING') })));
    started.push(...answers.filter(({ answer }) => answer.status === 'ACCEPT').map(({ run }) => run));
  };
  for (let round = 0; round < 12; round++) {
    const claims = Promise.all([pool.claim(5), pool.claim(5), pool.claim(5)]);
    await Promise.all([work(), work(), claims.then((all) => started.push(...all.flat()))]);
    const queues = (await call('POST', `/work_pools/${pool.name}/concurrency_status`, {})).queues;
    expect(await active(pool.name)).toBeLessThanOrEqual(7);
    expect(
      queues.find((each: { queue_name: string }) => each.queue_name === 'narrow').active_slots,
    ).toBeLessThanOrEqual(2);
    const done = started.slice(-7);
    for (const run of done) if (await move(run, 'RUNNING')) await move(run, 'COMPLETED');
  }
  expect(new Set(started.map((run) => run.id)).size).toBe(started.length);
});

test('claimers at once never hand out more than a limit allows', async () => {
  for (let round = 0; round < 5; round++) {
    const pool = await makePool({ concurrency_limit: 2 });
    await Promise.all(Array.from({ length: 12 }, (_, number) => pool.run(`run ${number}`, soon(-5))));
    const claimed = (await Promise.all(Array.from({ length: 8 }, () => pool.claim(3)))).flat();
    expect(claimed.length).toBeLessThanOrEqual(2);
    expect(await active(pool.name)).toBe(claimed.length);
  }
});

test('claimers at once never hand out more than a queue allows', async () => {
  const pool = await makePool();
  await pool.queue('narrow', { concurrency_limit: 2 });
  await Promise.all(
    Array.from({ length: 12 }, (_, number) => pool.run(`run ${number}`, soon(-5), { work_queue_name: 'narrow' })),
  );
  const claimed = (await Promise.all(Array.from({ length: 8 }, () => pool.claim(3)))).flat();
  expect(claimed.length).toBeLessThanOrEqual(2);
});
