import { randomUUID } from 'node:crypto';
import { until } from '@headgate/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Turns } from '../../../core/fair/turns.js';
import { startTestApp, type Tenant, type TestApp } from '../../../../test/app.js';
import { ctxFor } from '../../../../test/ctx.js';
import { before } from '../../../../test/before.js';
import { Live, topics } from '../../../core/live/live.js';
import { Loops } from '../../../core/loops/loops.js';
import { ClaimsService } from '../../runs/index.js';

let app: TestApp;
let owner: Tenant;
beforeAll(async () => {
  app = await startTestApp();
  owner = await app.tenant();
});
afterAll(() => app.close());

const call = (method: 'GET' | 'POST' | 'PATCH', path: string, body?: unknown, headers = {}) =>
  app.inject(method, `/api${path}`, body, owner.key, headers);

/** A pool with a deployment of its own. */
async function makePool(more: object = {}) {
  const name = `pool-${randomUUID().slice(0, 8)}`;
  await call('POST', '/work_pools/', { name, type: 'process', ...more });
  const flow = (await call('POST', '/flows/', { name })).body;
  const deployment = (
    await call('POST', '/deployments/', { name, flow_id: flow.id, work_pool_name: name, entrypoint: 'a.ts:b' })
  ).body;
  const agent = { agent_name: 'agent', agent_id: randomUUID() };
  return {
    name,
    deployment,
    agentId: agent.agent_id,
    run: async (body: object = {}) => (await call('POST', `/deployments/${deployment.id}/create_flow_run`, body)).body,
    claim: async (ask: object = {}) =>
      (await call('POST', `/headgate/work_pools/${name}/claim`, { ...agent, wait_seconds: 0, limit: 10, ...ask })).body,
    renew: async (claim_ids: string[]) =>
      (await call('POST', '/headgate/claims/renew', { agent_id: agent.agent_id, claim_ids })).body,
    abandon: async (claim_ids: string[], agent_id = agent.agent_id) =>
      (await call('POST', '/headgate/claims/abandon', { agent_id, claim_ids })).body,
    release: async (claim_ids: string[]) =>
      (await call('POST', '/headgate/claims/release', { agent_id: agent.agent_id, claim_ids })).body,
  };
}

const expire = (flowRunId: string) =>
  app.db.sql.query("update run_claim set lease_until = now() - interval '1 second' where flow_run_id = $1", [
    flowRunId,
  ]);
const stateOf = async (id: string) => (await call('GET', `/flow_runs/${id}`)).body;

test('a waiting agent gets a run as soon as it is made, PENDING, with what it needs to run it', async () => {
  const pool = await makePool();
  const waiting = pool.claim({ wait_seconds: 20 });
  const made = await pool.run({ parameters: { a: 1 } });
  const { runs } = await waiting;
  expect(runs).toMatchObject([
    {
      flow_run: { id: made.id, state_type: 'PENDING', parameters: { a: 1 } },
      flow: { name: pool.name },
      deployment: { entrypoint: 'a.ts:b' },
    },
  ]);
});

test('a waiting agent gets a run when its time comes', async () => {
  const { pool, made, due } = await before(async (due) => {
    const pool = await makePool();
    const scheduled = { type: 'SCHEDULED', state_details: { scheduled_time: due.toISOString() } };
    const made = await pool.run({ state: scheduled });
    expect((await pool.claim()).runs).toEqual([]);
    return { pool, made, due };
  }, 700);
  const { runs } = await pool.claim({ wait_seconds: 25 });
  expect(runs.map((each: { flow_run: { id: string } }) => each.flow_run.id)).toEqual([made.id]);
  expect(Date.now()).toBeGreaterThanOrEqual(due.getTime());
});

test('however many agents ask at once, every run is handed out once', async () => {
  const pool = await makePool();
  const made = await Promise.all(Array.from({ length: 30 }, () => pool.run()));
  const answers = await Promise.all(Array.from({ length: 12 }, () => pool.claim({ agent_id: randomUUID(), limit: 5 })));
  const ids = answers.flatMap((answer) => answer.runs.map((each: { flow_run: { id: string } }) => each.flow_run.id));
  expect(new Set(ids).size).toBe(ids.length);
  const rest = await pool.claim({ limit: 100 });
  expect(ids.length + rest.runs.length).toBe(made.length);
});

test('a pool hands out no more than its limit allows, and nothing while it is paused', async () => {
  const pool = await makePool({ concurrency_limit: 2 });
  const made = await Promise.all([pool.run(), pool.run(), pool.run()]);
  const { runs } = await pool.claim();
  expect(runs).toHaveLength(2);
  expect((await pool.claim()).runs).toEqual([]);
  await call('POST', `/flow_runs/${runs[0].flow_run.id}/set_state`, { state: { type: 'COMPLETED' }, force: true });
  await call('PATCH', `/work_pools/${pool.name}`, { is_paused: true });
  expect((await pool.claim()).runs).toEqual([]);
  await call('PATCH', `/work_pools/${pool.name}`, { is_paused: false });
  expect((await pool.claim()).runs).toHaveLength(1);
  expect(made).toHaveLength(3);
});

test('queues are served by priority, and a Prefect worker sees the same order', async () => {
  const pool = await makePool();
  await call('POST', `/work_pools/${pool.name}/queues`, { name: 'urgent', priority: 1 });
  const [later, first] = [await pool.run(), await pool.run({ work_queue_name: 'urgent' })];
  const polled = (
    await call('POST', `/work_pools/${pool.name}/get_scheduled_flow_runs`, {
      work_queue_names: [],
      scheduled_before: new Date(Date.now() + 10_000).toISOString().replace('T', ' '),
    })
  ).body;
  expect(polled.map((each: { flow_run: { id: string } }) => each.flow_run.id)).toEqual([first.id, later.id]);
  expect((await pool.claim({ limit: 1 })).runs[0].flow_run.id).toBe(first.id);
});

test('a run whose agent is lost before it started is handed out again; the old claim is worth nothing', async () => {
  const pool = await makePool();
  const made = await pool.run();
  const [{ claim_id: old }] = (await pool.claim()).runs;
  await expire(made.id);
  await app.app.get(Loops).pass('recover-lost-claims');
  expect(await stateOf(made.id)).toMatchObject({ state_type: 'SCHEDULED' });
  const [{ claim_id: next }] = (await pool.claim()).runs;
  const report = (claim: string) =>
    call('POST', `/flow_runs/${made.id}/set_state`, { state: { type: 'RUNNING' } }, { 'x-headgate-claim': claim });
  expect((await report(old)).body).toMatchObject({ status: 'ABORT' });
  expect((await report(next)).body).toMatchObject({ status: 'ACCEPT' });
  expect(await pool.renew([old, next])).toMatchObject({ renewed: [next], lost: [old] });
});

test('a run whose agent is lost while it ran has crashed; with attempts left it is tried again', async () => {
  const pool = await makePool();
  const [plain, retried] = [await pool.run(), await pool.run({ empirical_policy: { retries: 1, retry_delay: 0 } })];
  for (const { flow_run } of (await pool.claim()).runs) {
    await call('POST', `/flow_runs/${flow_run.id}/set_state`, { state: { type: 'RUNNING' } });
    await expire(flow_run.id);
  }
  await app.app.get(Loops).pass('recover-lost-claims');
  expect(await stateOf(plain.id)).toMatchObject({
    state_type: 'CRASHED',
    state: { message: 'The agent agent that ran it was lost.' },
  });
  expect(await stateOf(retried.id)).toMatchObject({ state_type: 'SCHEDULED', state_name: 'AwaitingRetry' });
  expect(await app.app.get(Loops).pass('recover-lost-claims')).toEqual({ recovered: 0 });
});

test('while nobody else has a run, an agent that was given up may still say how it ended', async () => {
  const pool = await makePool();
  const retried = { empirical_policy: { retries: 1, retry_delay: 0 } };
  const [ended, free, taken] = [await pool.run(), await pool.run(retried), await pool.run(retried)];
  const claims = new Map<string, string>();
  for (const { flow_run, claim_id } of (await pool.claim()).runs) {
    claims.set(flow_run.id, claim_id);
    await call('POST', `/flow_runs/${flow_run.id}/set_state`, { state: { type: 'RUNNING' } });
    await expire(flow_run.id);
  }
  await app.app.get(Loops).pass('recover-lost-claims');
  const tell = async (id: string, type: string) =>
    (await call('POST', `/flow_runs/${id}/set_state`, { state: { type } }, { 'x-headgate-claim': claims.get(id)! }))
      .body.status;
  expect(await tell(ended.id, 'RUNNING')).toBe('ABORT');
  expect(await tell(ended.id, 'COMPLETED')).toBe('ACCEPT');
  expect(await stateOf(ended.id)).toMatchObject({
    state_type: 'COMPLETED',
    state: { message: 'Told late by an agent that had been given up.' },
  });
  expect(await tell(free.id, 'RUNNING')).toBe('ABORT');
  expect(await tell(free.id, 'COMPLETED')).toBe('ACCEPT');
  expect((await pool.claim()).runs.map((each: { flow_run: { id: string } }) => each.flow_run.id)).toEqual([taken.id]);
  expect(await tell(taken.id, 'COMPLETED')).toBe('ABORT');
  expect(await stateOf(taken.id)).toMatchObject({ state_type: 'PENDING' });
});

test('a claim whose lease has run out is kept by the agent that renews it before anybody has looked', async () => {
  const pool = await makePool();
  const made = await pool.run();
  const [{ claim_id }] = (await pool.claim()).runs;
  await expire(made.id);
  expect(await pool.renew([claim_id])).toMatchObject({ renewed: [claim_id], lost: [] });
  expect(await app.app.get(Loops).pass('recover-lost-claims')).toEqual({ recovered: 0 });
  expect(await stateOf(made.id)).toMatchObject({ state_type: 'PENDING' });
});

test('what an agent abandons is recovered at once, and only what is its own', async () => {
  const pool = await makePool();
  const made = await pool.run({ empirical_policy: { retries: 1, retry_delay: 0 } });
  const [{ claim_id }] = (await pool.claim({ lease_seconds: 3600 })).runs;
  await call('POST', `/flow_runs/${made.id}/set_state`, { state: { type: 'RUNNING' } });
  expect(await pool.abandon([claim_id], randomUUID())).toEqual({ abandoned: [] });
  expect(await app.app.get(Loops).pass('recover-lost-claims')).toEqual({ recovered: 0 });
  expect(await pool.abandon([claim_id])).toEqual({ abandoned: [claim_id] });
  expect(await app.app.get(Loops).pass('recover-lost-claims')).toEqual({ recovered: 1 });
  expect(await stateOf(made.id)).toMatchObject({ state_type: 'SCHEDULED', state_name: 'AwaitingRetry' });
});

test('an agent hears of cancellations while it waits, with all its slots taken', async () => {
  const pool = await makePool();
  const made = await pool.run();
  await pool.claim();
  await call('POST', `/flow_runs/${made.id}/set_state`, { state: { type: 'RUNNING' } });
  const waiting = pool.claim({ limit: 0, wait_seconds: 20 });
  await call('POST', `/flow_runs/${made.id}/set_state`, { state: { type: 'CANCELLING' } });
  expect(await waiting).toEqual({ runs: [], cancelling: [made.id] });
});

test('a run wakes one of those who wait, and runs that come together spread over them', async () => {
  const pool = await makePool();
  const answers: { runs: unknown[] }[] = [];
  const waiting = Array.from({ length: 10 }, async () => {
    answers.push(await pool.claim({ agent_id: randomUUID(), wait_seconds: 10 }));
  });
  await expect.poll(() => app.app.get(ClaimsService).waiting).toBe(10);
  await pool.run();
  await Promise.race(waiting);
  expect(answers.map(({ runs }) => runs.length)).toEqual([1]);
  await call('POST', `/deployments/${pool.deployment.id}/create_flow_run/bulk`, [{}, {}, {}, {}]);
  await Promise.all(waiting);
  expect(answers.map(({ runs }) => runs.length).toSorted()).toEqual([0, 0, 0, 0, 0, 1, 1, 1, 1, 1]);
});

test('a cancellation is told to the agent that has the run, again until it has seen to it, and to no other', async () => {
  const pool = await makePool();
  const made = await pool.run();
  await pool.claim();
  await call('POST', `/flow_runs/${made.id}/set_state`, { state: { type: 'RUNNING' } });
  const other = pool.claim({ agent_id: randomUUID(), wait_seconds: 1 });
  const holder = pool.claim({ limit: 0, wait_seconds: 20 });
  await call('POST', `/flow_runs/${made.id}/set_state`, { state: { type: 'CANCELLING' } });
  expect(await holder).toEqual({ runs: [], cancelling: [made.id] });
  expect(await other).toEqual({ runs: [], cancelling: [] });
  expect(await pool.claim({ limit: 0 })).toEqual({ runs: [], cancelling: [made.id] });
  await call('POST', `/flow_runs/${made.id}/set_state`, { state: { type: 'CANCELLED' }, force: true });
  expect(await pool.claim({ limit: 0 })).toEqual({ runs: [], cancelling: [] });
});

type Freeing = (run: { id: string }, pool: string) => Promise<unknown>;
const stateTo =
  (state: object): Freeing =>
  ({ id }) =>
    call('POST', `/flow_runs/${id}/set_state`, { state, force: true });
test.each<[string, Freeing]>([
  ['ends', stateTo({ type: 'COMPLETED' })],
  [
    'waits to be tried again',
    stateTo({ type: 'SCHEDULED', state_details: { scheduled_time: '2200-01-01T00:00:00Z' } }),
  ],
  ['is paused', stateTo({ type: 'PAUSED' })],
  ['is deleted', ({ id }) => app.inject('DELETE', `/api/flow_runs/${id}`, undefined, owner.key)],
  [
    'is deleted among others',
    ({ id }) => call('POST', '/flow_runs/bulk_delete', { flow_runs: { id: { any_: [id] } } }),
  ],
  [
    'need not be the only one any more',
    async (_, pool) => {
      await call('PATCH', `/work_pools/${pool}/queues/default`, { concurrency_limit: 2 });
      await call('PATCH', `/work_pools/${pool}`, { concurrency_limit: 2 });
    },
  ],
])('when the run that has the slot of a pool or a queue %s, the next run starts at once', async (_, free) => {
  for (const [ofPool, ofQueue] of [
    [{ concurrency_limit: 1 }, {}],
    [{}, { concurrency_limit: 1 }],
  ]) {
    const pool = await makePool(ofPool);
    await call('PATCH', `/work_pools/${pool.name}/queues/default`, ofQueue);
    const [first, second] = [await pool.run(), await pool.run()];
    expect((await pool.claim()).runs).toHaveLength(1);
    const waiting = pool.claim({ wait_seconds: 20 });
    await expect.poll(() => app.app.get(ClaimsService).waiting).toBe(1);
    const { id } = (await call('GET', `/work_pools/${pool.name}`)).body;
    let rings = 0;
    // Who only looks now and then would come upon it, too, but later.
    const end = app.app.get(Live).subscribe(topics.pool(id), () => rings++);
    await free(first, pool.name);
    expect(rings).toBeGreaterThan(0);
    const { runs } = await waiting;
    end();
    expect(runs.map((each: { flow_run: { id: string } }) => each.flow_run.id)).toEqual([second.id]);
  }
});

test('a run that somebody has locked for a moment is not left lying', async () => {
  const pool = await makePool();
  const made = await pool.run();
  const lock = await app.db.sql.connect();
  await lock.query('begin');
  await lock.query('select from run_queue where flow_run_id = $1 for update', [made.id]);
  const waiting = pool.claim({ wait_seconds: 20 });
  await expect.poll(() => app.app.get(ClaimsService).waiting).toBe(1);
  await lock.query('rollback');
  lock.release();
  expect((await waiting).runs).toHaveLength(1);
});

// Once in ten times the desk was rung while it asked when to look again, and forgot it.
test.each([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])('what was claimed for somebody who has left is due again (%i)', async () => {
  const pool = await makePool();
  const left = new AbortController();
  const claims = app.app.get(ClaimsService);
  const found = (await call('GET', `/work_pools/${pool.name}`)).body;
  const ctx = ctxFor(owner);
  const wish = (agentId: string) => {
    const slots = { limit: 10, queueNames: [], leaseSeconds: 30 };
    return { poolId: found.id, agentId, agentName: 'agent', ...slots };
  };
  const gone = Array.from({ length: 5 }, () => claims.claim(ctx, wish(randomUUID()), 20, left.signal));
  await expect.poll(() => claims.waiting).toBe(5);
  const made = pool.run();
  // In the middle of the look, or before it, or after it.
  left.abort();
  const lost = (await Promise.all(gone)).flatMap(({ runs }) => runs);
  const { runs } = lost.length > 0 ? { runs: lost } : await pool.claim({ wait_seconds: 10 });
  expect(runs.map((each: { flow_run: { id: string } }) => each.flow_run.id)).toEqual([(await made).id]);
});

test('what an agent gives back before it started is due again at once', async () => {
  const pool = await makePool();
  const made = await pool.run();
  const [{ claim_id }] = (await pool.claim()).runs;
  expect(await pool.release([claim_id])).toEqual({ released: [claim_id] });
  expect((await pool.claim()).runs[0].flow_run.id).toBe(made.id);
});

test('who polls is seen: the worker is online, the pool ready; who is gone is offline', async () => {
  const pool = await makePool();
  await pool.claim();
  expect((await call('GET', `/work_pools/${pool.name}`)).body).toMatchObject({ status: 'READY' });
  expect(
    (await call('POST', `/work_pools/${pool.name}/workers/filter`, { workers: { status: { any_: ['ONLINE'] } } })).body,
  ).toMatchObject([{ name: 'agent' }]);
  await app.db.sql.query("update worker set last_heartbeat_time = now() - interval '10 minutes'");
  await app.app.get(Loops).pass('mark-lost-workers');
  expect((await call('GET', `/work_pools/${pool.name}`)).body).toMatchObject({ status: 'NOT_READY' });
});

test('an agent that says that it ends is offline at once, and seen again with its next poll', async () => {
  const pool = await makePool();
  const status = async () => {
    const { body } = await call('POST', `/work_pools/${pool.name}/workers/filter`, {});
    return [body[0].status, (await call('GET', `/work_pools/${pool.name}`)).body.status];
  };
  await pool.claim();
  expect(await status()).toEqual(['ONLINE', 'READY']);
  const leave = (name: string) =>
    call('POST', `/headgate/work_pools/${name}/leave`, { agent_name: 'agent', agent_id: pool.agentId });
  expect((await leave(pool.name)).status).toBe(204);
  expect(await status()).toEqual(['OFFLINE', 'NOT_READY']);
  await pool.claim();
  expect(await status()).toEqual(['ONLINE', 'READY']);
  expect((await leave('no-such-pool')).status).toBe(404);
});

test('a deployment of a pool that somebody serves is ready from the start', async () => {
  const pool = await makePool();
  expect(pool.deployment.status).toBe('NOT_READY');
  await pool.claim();
  const flow = (await call('POST', '/flows/', { name: pool.name })).body;
  const { body } = await call('POST', '/deployments/', { name: 'second', flow_id: flow.id, work_pool_name: pool.name });
  expect(body.status).toBe('READY');
});

test('a heartbeat answers nothing, or the bare id to who asks for it', async () => {
  const pool = await makePool();
  const beat = (more: object) =>
    call('POST', `/work_pools/${pool.name}/workers/heartbeat`, { name: 'w', heartbeat_interval_seconds: 30, ...more });
  expect((await beat({})).status).toBe(204);
  const response = await app.app.inject({
    method: 'POST',
    url: `/api/work_pools/${pool.name}/workers/heartbeat`,
    payload: { name: 'w', return_id: true },
    headers: { authorization: `Bearer ${owner.key}` },
  });
  expect(response.statusCode).toBe(200);
  expect(response.headers['content-type']).toContain('text/plain');
  expect(response.body).toMatch(/^[0-9a-f-]{36}$/);
});

test('a long poll takes its turn before its body is read, and gives it back before it waits', async () => {
  const [pool, other] = [await makePool(), await app.tenant()];
  const [gate, party] = [app.app.get(Turns).at('light'), owner.workspaceId];
  await app.inject('GET', '/api/me', undefined, other.key);
  const names = ['one', 'two', 'three', 'four', 'five', 'six'];
  const waiting = names.map((agent_name) => pool.claim({ agent_name, agent_id: randomUUID(), wait_seconds: 8 }));
  const seen = 'select 1 from worker where name = any($1)';
  await until('all wait', async () => (await app.db.sql.query(seen, [names])).rowCount === names.length);
  // More than four may not be at work.
  for (let at = 0; at < 4; at++) await gate.enter(party);
  const late = pool.claim({ agent_name: 'late' });
  await until('the next poll waits for its turn', () => gate.waitsFor(party) > 0);
  expect((await app.db.sql.query(seen, [['late']])).rowCount).toBe(0);
  for (let at = 0; at < 4; at++) gate.leave(party);
  expect(await late).toMatchObject({ runs: [] });
  await Promise.all(waiting);
});

test.each<[string, object, object]>([
  ['runs', { parameters: { x: 'y'.repeat(490_000) } }, {}],
  ['deployments', {}, { job_variables: { x: 'y'.repeat(1_200_000) } }],
])(
  'of large %s an agent gets as many as one answer holds, the others stay to be had',
  async (_what, run, more) => {
    const pool = await makePool();
    const { status } = await call('PATCH', `/deployments/${pool.deployment.id}`, more);
    expect(status).toBe(204);
    const made: string[] = [];
    for (let at = 0; at < 9; at++) {
      const asked = { flow_runs: Array.from({ length: 9 }, () => run) };
      made.push(
        ...(await call('POST', `/headgate/deployments/${pool.deployment.id}/flow_runs`, asked)).body.flow_run_ids,
      );
    }
    const got: string[] = [];
    while (got.length < made.length) {
      const { runs } = await pool.claim({ limit: 100, wait_seconds: 20 });
      expect(runs.length).toBeGreaterThan(0);
      expect(runs.length).toBeLessThan(50);
      got.push(...runs.map((each: { flow_run: { id: string } }) => each.flow_run.id));
    }
    expect(new Set(got)).toEqual(new Set(made));
  },
  120_000,
);
