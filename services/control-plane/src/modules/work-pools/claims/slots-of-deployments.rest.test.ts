import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApp, type Tenant, type TestApp } from '../../../../test/app.js';
import { brokenInvariants } from '../../../../test/property/invariants.js';
import { Loops } from '../../../core/loops/loops.js';

/** Runs that wait for a slot of their deployment: they get the first that is free, and cost nothing until then. */

let app: TestApp;
let owner: Tenant;
beforeAll(async () => {
  app = await startTestApp();
  owner = await app.tenant();
});
afterAll(async () => {
  expect(await brokenInvariants((text) => app.db.sql.query(text))).toEqual([]);
  await app.close();
});

type Run = { id: string; name: string; state: { state_details: { scheduled_time: string } } };
const call = async (method: 'GET' | 'POST' | 'PATCH' | 'DELETE', path: string, body?: unknown) =>
  (await app.inject(method, `/api${path}`, body, owner.key)).body;
const past = (seconds: number) => new Date(Date.now() - seconds * 1000).toISOString();
const move = (run: { id: string }, type: string, force = false) =>
  call('POST', `/flow_runs/${run.id}/set_state`, { state: { type }, force });
const statesOf = async (run: { id: string }): Promise<string[]> =>
  (await call('GET', `/flow_run_states/?flow_run_id=${run.id}`)).map((state: { name: string }) => state.name);
const names = (runs: Run[]) => runs.map((run) => run.name);

async function makePool(more: object = {}) {
  const name = `pool-${randomUUID().slice(0, 8)}`;
  await call('POST', '/work_pools/', { name, type: 'process', ...more });
  const flow = await call('POST', '/flows/', { name });
  const deploy = (extra: object) =>
    call('POST', '/deployments/', { name: randomUUID(), flow_id: flow.id, work_pool_name: name, ...extra });
  const run = (of: { id: string }, label: string, extra: object = {}): Promise<Run> =>
    call('POST', `/deployments/${of.id}/create_flow_run`, { name: label, ...extra });
  const agent = { agent_name: 'agent', agent_id: randomUUID() };
  const claim = async (limit = 10, wait_seconds = 0): Promise<Run[]> => {
    const { runs } = await call('POST', `/headgate/work_pools/${name}/claim`, { ...agent, limit, wait_seconds });
    return runs.map((each: { flow_run: Run }) => each.flow_run);
  };
  const poll = async (): Promise<Run[]> => {
    const ask = { work_queue_names: [], scheduled_before: new Date().toISOString() };
    const polled = await call('POST', `/work_pools/${name}/get_scheduled_flow_runs`, ask);
    return polled.map((each: { flow_run: Run }) => each.flow_run);
  };
  const queue = (label: string, extra: object) => call('POST', `/work_pools/${name}/queues`, { name: label, ...extra });
  return { name, deploy, run, claim, poll, queue };
}

/** Ends a run that was claimed. */
async function finish(run: Run): Promise<void> {
  await move(run, 'RUNNING');
  await move(run, 'COMPLETED');
}

/** An agent that waits gets its answer from what is done meanwhile, not from the time. */
async function wakes(waiting: Promise<Run[]>, what: () => Promise<unknown>): Promise<Run[]> {
  let isAnswered = false;
  void waiting.then(() => (isAnswered = true));
  await call('GET', '/admin/version');
  expect(isAnswered).toBe(false);
  const from = Date.now();
  await what();
  const runs = await waiting;
  expect(Date.now() - from).toBeLessThan(15_000);
  return runs;
}

test('the run that waits for the slot of its deployment starts when the one before it has ended', async () => {
  const pool = await makePool();
  const alone = await pool.deploy({ concurrency_limit: 1 });
  const [first, second] = [await pool.run(alone, 'first'), await pool.run(alone, 'second')];
  expect(names(await pool.claim())).toEqual(['first']);
  expect(await statesOf(second)).toEqual(['Scheduled', 'AwaitingConcurrencySlot']);
  expect(names(await wakes(pool.claim(10, 30), () => finish(first)))).toEqual(['second']);
  expect(await statesOf(second)).toEqual(['Scheduled', 'AwaitingConcurrencySlot', 'Pending']);
  expect(await move(second, 'RUNNING')).toMatchObject({ status: 'ACCEPT' });
  expect(await pool.claim()).toEqual([]);
});

test('runs of a deployment with one slot go through it in their order, each with one wait', async () => {
  const pool = await makePool();
  const alone = await pool.deploy({ concurrency_limit: 1 });
  const made: Run[] = [];
  for (const label of ['1', '2', '3', '4', '5']) made.push(await pool.run(alone, label));
  const [first] = await pool.claim();
  let running = first!;
  for (const label of ['2', '3', '4', '5']) {
    const [next] = await wakes(pool.claim(10, 30), () => finish(running));
    expect(next).toMatchObject({ name: label });
    running = next!;
  }
  await finish(running);
  for (const run of made.slice(1))
    expect(await statesOf(run)).toEqual(['Scheduled', 'AwaitingConcurrencySlot', 'Pending', 'Running', 'Completed']);
});

test('however many wait in front, a queue of lower priority is served at once, and the wait is written once', async () => {
  const waiting = 3_000;
  const pool = await makePool();
  await pool.queue('hi', { priority: 1 });
  const alone = await pool.deploy({ concurrency_limit: 1, work_queue_name: 'hi' });
  const free = await pool.deploy({});
  const holder = await pool.run(alone, 'holder');
  expect(names(await pool.claim(1))).toEqual(['holder']);
  const bodies = Array.from({ length: waiting }, (_, number) => ({ name: `w${number}` }));
  for (let at = 0; at < waiting; at += 200)
    await call('POST', `/headgate/deployments/${alone.id}/flow_runs`, { flow_runs: bodies.slice(at, at + 200) });
  const { rows } = await app.db.sql.query('select count(*)::int as n from run_queue where deployment_id = $1', [
    alone.id,
  ]);
  expect(rows[0].n).toBe(waiting);
  await pool.run(free, 'lower');
  expect(names(await pool.claim(1))).toEqual(['lower']);
  // Who looks on sets all of them aside; from then on a look passes over them.
  while (true) {
    expect(await pool.claim(1)).toEqual([]);
    const left = await app.db.sql.query(
      'select count(*)::int as n from run_queue where deployment_id = $1 and not awaits_slot',
      [alone.id],
    );
    if (left.rows[0].n === 0) break;
  }
  for (let more = 0; more < 3; more++) expect(await pool.claim(1)).toEqual([]);
  expect(await pool.poll()).toEqual([]);
  const written = await app.db.sql.query(
    `select count(*)::int as n from flow_run_state s join flow_run r on r.workspace_id = s.workspace_id and r.id = s.flow_run_id
      where r.deployment_id = $1 and s.name = 'AwaitingConcurrencySlot'`,
    [alone.id],
  );
  expect(written.rows[0].n).toBe(waiting);
  await pool.run(free, 'lower again');
  expect(names(await pool.claim(1))).toEqual(['lower again']);
  expect(await wakes(pool.claim(10, 30), () => finish(holder))).toHaveLength(1);
});

test('runs that wait behind a full limit are written no more, however often agents, workers and loops look', async () => {
  const pool = await makePool();
  const alone = await pool.deploy({ concurrency_limit: 1 });
  await pool.run(alone, 'holder');
  expect(names(await pool.claim(1))).toEqual(['holder']);
  for (let at = 0; at < 20; at++) await pool.run(alone, `w${at}`);
  const look = async () => {
    expect(await pool.claim(5)).toEqual([]);
    expect(await pool.poll()).toEqual([]);
    await app.app.get(Loops).pass('mark-late-runs');
  };
  /** The transactions that wrote these rows last, and how many states there are. */
  const written = async () => {
    const { rows } = await app.db.sql.query(
      `select q.flow_run_id, q.xmin::text as queued, r.xmin::text as run,
              (select count(*)::int from flow_run_state s where s.workspace_id = r.workspace_id and s.flow_run_id = r.id) as states
         from run_queue q join flow_run r on r.workspace_id = q.workspace_id and r.id = q.flow_run_id
        where q.deployment_id = $1 order by q.flow_run_id`,
      [alone.id],
    );
    return rows;
  };
  await look();
  const before = await written();
  expect(before.map(({ states }) => states)).toEqual(Array.from({ length: 20 }, () => 2));
  for (let more = 0; more < 5; more++) await look();
  expect(await written()).toEqual(before);
});

test('a worker is offered who waits for a slot when there is one, in order, and may start it at once', async () => {
  const pool = await makePool();
  const alone = await pool.deploy({ concurrency_limit: 1 });
  const at = { state: { type: 'SCHEDULED', state_details: { scheduled_time: past(60) } } };
  const [first, second, third] = [
    await pool.run(alone, 'first', at),
    await pool.run(alone, 'second', at),
    await pool.run(alone, 'third'),
  ];
  expect(await move(first, 'PENDING')).toMatchObject({ status: 'ACCEPT' });
  for (const run of [third, second]) {
    const { status, state } = await move(run, 'PENDING');
    expect({ status, name: state.name }).toEqual({ status: 'REJECT', name: 'AwaitingConcurrencySlot' });
    expect(Date.parse(state.state_details.scheduled_time)).toBeGreaterThan(Date.now());
  }
  expect(await pool.poll()).toEqual([]);
  // Refused again it goes on with the wait that it has.
  expect(await move(second, 'PENDING')).toMatchObject({
    status: 'REJECT',
    details: { reason: 'Deployment concurrency limit reached.' },
    state: { name: 'AwaitingConcurrencySlot' },
  });
  expect(await statesOf(second)).toEqual(['Scheduled', 'AwaitingConcurrencySlot']);
  await finish(first);
  expect(names(await pool.poll())).toEqual(['second']);
  expect(await move(second, 'PENDING')).toMatchObject({ status: 'ACCEPT' });
  expect(await move(second, 'RUNNING')).toMatchObject({ status: 'ACCEPT' });
});

test('a worker is offered first what finds a slot, then what will be told to wait', async () => {
  const pool = await makePool();
  await pool.queue('hi', { priority: 1 });
  const alone = await pool.deploy({ concurrency_limit: 1, work_queue_name: 'hi' });
  await move(await pool.run(alone, 'holder'), 'PENDING');
  await pool.run(alone, 'told to wait');
  await pool.run(await pool.deploy({}), 'lower');
  expect(names(await pool.poll())).toEqual(['lower', 'told to wait']);
});

test('a process that serves a deployment is offered who waits for a slot when there is one', async () => {
  const pool = await makePool();
  const served = await pool.deploy({ concurrency_limit: 1, work_pool_name: null });
  const [first, second] = [await pool.run(served, 'first'), await pool.run(served, 'second')];
  const due = async () =>
    names(
      await call('POST', '/deployments/get_scheduled_flow_runs', {
        deployment_ids: [served.id],
        scheduled_before: new Date().toISOString(),
      }),
    );
  expect(await due()).toEqual(['first', 'second']);
  await move(first, 'PENDING');
  await move(second, 'PENDING');
  expect(await due()).toEqual([]);
  await finish(first);
  expect(await due()).toEqual(['second']);
});

test.each<[string, (limit: { name: string }, holder: Run) => Promise<unknown>]>([
  ['a run of another pool ends', (_, holder) => finish(holder)],
  ['the limit is raised', ({ name }) => call('PATCH', `/v2/concurrency_limits/${name}`, { limit: 2 })],
  ['the limit is switched off', ({ name }) => call('PATCH', `/v2/concurrency_limits/${name}`, { active: false })],
  ['the limit is deleted', ({ name }) => call('DELETE', `/v2/concurrency_limits/${name}`)],
  [
    'a slot is given back by hand',
    ({ name }) => call('POST', '/v2/concurrency_limits/decrement', { names: [name], slots: 1 }),
  ],
  ['the run that has the slot is deleted', (_, holder) => call('DELETE', `/flow_runs/${holder.id}`)],
  [
    'the lease of the slot runs out',
    async (_, holder) => {
      await app.db.sql.query(
        `update concurrency_lease set expires = now() - interval '1 second' where holder_id = $1`,
        [holder.id],
      );
      await app.app.get(Loops).pass('expire-concurrency-leases');
    },
  ],
])('who waits for a limit that deployments share is woken when %s', async (_, free) => {
  const limit = await call('POST', '/v2/concurrency_limits/', { name: `shared-${randomUUID()}`, limit: 1 });
  const [one, other] = [await makePool(), await makePool()];
  const holding = await one.deploy({ global_concurrency_limit_id: limit.id });
  const waiting = await other.deploy({ global_concurrency_limit_id: limit.id });
  const holder = await one.run(holding, 'holder');
  expect(names(await one.claim())).toEqual(['holder']);
  await other.run(waiting, 'waits');
  expect(await other.claim()).toEqual([]);
  expect(names(await wakes(other.claim(1, 30), () => free(limit, holder)))).toEqual(['waits']);
});

test('who waits is woken when its deployment gives its limit up', async () => {
  const pool = await makePool();
  const alone = await pool.deploy({ concurrency_limit: 1 });
  await move(await pool.run(alone, 'holder'), 'PENDING');
  await pool.run(alone, 'waits');
  expect(await pool.claim()).toEqual([]);
  const given = await wakes(pool.claim(1, 30), () =>
    call('PATCH', `/deployments/${alone.id}`, { concurrency_limit: null }),
  );
  expect(names(given)).toEqual(['waits']);
});

test('the limits of pool, queue and deployment hold together', async () => {
  const pool = await makePool({ concurrency_limit: 3 });
  await pool.queue('narrow', { priority: 1, concurrency_limit: 1 });
  const alone = await pool.deploy({ concurrency_limit: 1 });
  const free = await pool.deploy({});
  for (const label of ['a1', 'a2']) await pool.run(alone, label);
  for (const label of ['n1', 'n2']) await pool.run(free, label, { work_queue_name: 'narrow' });
  for (const label of ['f1', 'f2', 'f3']) await pool.run(free, label);
  const claimed = [...(await pool.claim()), ...(await pool.claim())];
  expect(names(claimed)).toEqual(['n1', 'a1', 'f1']);
  await finish(claimed[1]!);
  expect(names(await pool.claim())).toEqual(['a2']);
});

test('a run that is due while its deployment has no slot waits for one, though nobody asks for it', async () => {
  const pool = await makePool();
  const alone = await pool.deploy({ concurrency_limit: 1 });
  await move(await pool.run(alone, 'holder'), 'PENDING');
  const overdue = { state: { type: 'SCHEDULED', state_details: { scheduled_time: past(60) } } };
  const run = await pool.run(alone, 'waits', overdue);
  for (let pass = 0; pass < 3; pass++) await app.app.get(Loops).pass('mark-late-runs');
  expect(await statesOf(run)).toEqual(['Scheduled', 'AwaitingConcurrencySlot']);
});

test('where a deployment cancels what finds no slot, it is cancelled by whoever asks for it', async () => {
  const pool = await makePool();
  const alone = await pool.deploy({ concurrency_limit: 1, concurrency_options: { collision_strategy: 'CANCEL_NEW' } });
  await move(await pool.run(alone, 'holder'), 'PENDING');
  const refused = await pool.run(alone, 'refused');
  expect(await pool.claim()).toEqual([]);
  expect(await statesOf(refused)).toEqual(['Scheduled', 'Cancelled']);
});
