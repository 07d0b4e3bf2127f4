import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { startTestApp, type Tenant, type TestApp } from '../../../../test/app.js';
import { ctxFor } from '../../../../test/ctx.js';
import { statementsDuring } from '../../../../test/statements.js';
import { Config } from '../../../core/config/config.js';
import { Live } from '../../../core/live/live.js';
import { LOGGER } from '../../../core/log/log.module.js';
import { WorkersService } from '../workers/workers.service.js';
import { PolledPools } from './polled-pools.js';

/** What agents cost that wait and get nothing, and that nothing is overlooked because of it. */

let app: TestApp;
let owner: Tenant;
let aheadMs = 0;
beforeAll(async () => {
  const now = performance.now.bind(performance);
  vi.spyOn(performance, 'now').mockImplementation(() => now() + aheadMs);
  app = await startTestApp();
  owner = await app.tenant();
  // Until Redis is there nothing is remembered.
  await vi.waitFor(() => expect(app.app.get(Live).connected).toBe(true), { timeout: 60_000 });
});
afterAll(() => app.close());

/** The clock of the process moves on, and never back. */
const later = (seconds: number) => void (aheadMs += seconds * 1000);

const call = (method: 'GET' | 'POST' | 'PATCH' | 'DELETE', path: string, body?: unknown) =>
  app.inject(method, `/api${path}`, body, owner.key);

async function makePool() {
  const name = `pool-${randomUUID().slice(0, 8)}`;
  const { id } = (await call('POST', '/work_pools/', { name, type: 'process' })).body;
  const ids = new Map<string, string>();
  const idOf = (agentName: string) => ids.get(agentName) ?? ids.set(agentName, randomUUID()).get(agentName)!;
  const poll = (agentName = 'agent', queues: string[] = [], waitSeconds = 0) =>
    call('POST', `/headgate/work_pools/${name}/claim`, {
      agent_name: agentName,
      agent_id: idOf(agentName),
      wait_seconds: waitSeconds,
      work_queue_names: queues,
    });
  const workers = async () =>
    (await call('POST', `/work_pools/${name}/workers/filter`, {})).body as {
      name: string;
      status: string;
      last_heartbeat_time: string;
    }[];
  return { id: id as string, name, poll, workers, idOf };
}

const ofPolls = /\b(work_pool|work_queue|worker|run_queue|run_claim)\b/;
const untilTrue = (check: () => Promise<void>) => vi.waitFor(check, { timeout: 30_000, interval: 50 });

test('agents that poll again for nothing cost no statement', async () => {
  const pool = await makePool();
  const names = Array.from({ length: 20 }, (_, at) => `agent-${at}`);
  const pollAll = () => Promise.all(names.map((name) => pool.poll(name)));
  // The first of them makes the pool ready, which is news.
  await pollAll();
  await pollAll();
  expect(await statementsDuring(ofPolls, pollAll)).toBe(0);
});

test('that known agents are still there is written for all of them together', async () => {
  const pool = await makePool();
  const names = Array.from({ length: 60 }, (_, at) => `agent-${at}`);
  for (const name of names) await pool.poll(name);
  const before = new Map((await pool.workers()).map((worker) => [worker.name, worker.last_heartbeat_time]));
  later(25);
  const statements = await statementsDuring(/insert into worker|from work_queue/, async () => {
    for (const name of names) await pool.poll(name);
    await untilTrue(async () => {
      const after = await pool.workers();
      expect(after.filter((each) => each.last_heartbeat_time > before.get(each.name)!)).toHaveLength(names.length);
    });
  });
  // Each on its own took two.
  expect(statements).toBeLessThan(60);
});

test('who comes new is there when the first poll is answered, and so is who was away for long', async () => {
  const pool = await makePool();
  await pool.poll();
  const [first] = await pool.workers();
  expect(first).toMatchObject({ name: 'agent', status: 'ONLINE' });
  later(50);
  await pool.poll();
  expect((await pool.workers())[0]!.last_heartbeat_time > first!.last_heartbeat_time).toBe(true);
});

test('an agent that has left stays away, though a poll from before is written down after it', async () => {
  const pool = await makePool();
  for (const name of ['left', 'stays']) await pool.poll(name);
  const before = (await pool.workers()).find(({ name }) => name === 'stays')!.last_heartbeat_time;
  later(25);
  for (const name of ['left', 'stays']) await pool.poll(name);
  // As another process hears of it.
  await app.app
    .get(WorkersService)
    .leave(ctxFor(owner), await app.app.get(PolledPools).get(ctxFor(owner), pool.name), 'left', pool.idOf('left'));
  await untilTrue(async () => {
    expect((await pool.workers()).find(({ name }) => name === 'stays')!.last_heartbeat_time > before).toBe(true);
  });
  expect((await pool.workers()).find(({ name }) => name === 'left')).toMatchObject({ status: 'OFFLINE' });
  later(80);
  await pool.poll('left');
  expect((await pool.workers()).find(({ name }) => name === 'left')).toMatchObject({ status: 'ONLINE' });
});

test('an agent that others say is gone is offline at once, and its pool not ready; who has its name since stays', async () => {
  const pool = await makePool();
  const next = async (agent_id: string) => {
    const body = { agent_name: 'agent', agent_id, wait_seconds: 0, work_queue_names: [] };
    expect((await call('POST', `/headgate/work_pools/${pool.name}/claim`, body)).status).toBe(200);
  };
  const gone = (agent_id: string) =>
    call('POST', `/headgate/work_pools/${pool.name}/leave`, { agent_name: 'agent', agent_id });
  const seen = async () => [
    (await pool.workers())[0]!.status,
    (await call('GET', `/work_pools/${pool.name}`)).body.status as string,
  ];
  const [first, second] = [randomUUID(), randomUUID()];
  await next(first);
  expect((await gone(second)).status).toBe(204);
  expect(await seen()).toEqual(['ONLINE', 'READY']);
  await gone(first);
  expect(await seen()).toEqual(['OFFLINE', 'NOT_READY']);
  await next(second);
  await gone(first);
  expect(await seen()).toEqual(['ONLINE', 'READY']);
});

test('agents of one name are counted, and one that leaves takes no other with it', async () => {
  const pool = await makePool();
  const [one, other, third] = [randomUUID(), randomUUID(), randomUUID()];
  const next = (agent_id: string, wait_seconds = 0) =>
    call('POST', `/headgate/work_pools/${pool.name}/claim`, { agent_name: 'twin', agent_id, wait_seconds });
  const gone = (agent_id: string) =>
    call('POST', `/headgate/work_pools/${pool.name}/leave`, { agent_name: 'twin', agent_id });
  const seen = async () => {
    const query = `{ workPool(workspaceId: "${owner.workspaceId}", name: "${pool.name}") { status workers { name status agents } } }`;
    const { status, workers } = (await app.gql(query, {}, { authorization: `Bearer ${owner.key}` })).data.workPool;
    return [status, workers];
  };
  const twins = (status: string, agents: number) => [{ name: 'twin', status, agents }];
  // Two that come in the same moment share a statement.
  const waits = next(other, 8);
  await Promise.all([next(one), next(third)]);
  await untilTrue(async () => expect(await seen()).toEqual(['READY', twins('ONLINE', 3)]));
  await Promise.all([gone(one), gone(third)]);
  expect(await seen()).toEqual(['READY', twins('ONLINE', 1)]);
  // Who stays is said to be there for as long as its poll waits, though another of its name has left.
  const [before] = await pool.workers();
  later(31);
  await untilTrue(async () => {
    expect((await pool.workers())[0]!.last_heartbeat_time > before!.last_heartbeat_time).toBe(true);
  });
  await waits;
  await gone(other);
  expect(await seen()).toEqual(['NOT_READY', twins('OFFLINE', 0)]);
});

test('of agents of one name, one that is seen no more is counted no more', async () => {
  const pool = await makePool();
  const next = (agent_id: string) =>
    call('POST', `/headgate/work_pools/${pool.name}/claim`, { agent_name: 'twin', agent_id, wait_seconds: 0 });
  const [lost, stays] = [randomUUID(), randomUUID()];
  await next(lost);
  await app.db.sql.query(
    `update worker set agents = jsonb_build_object($2::text, now() - interval '61 seconds') where work_pool_id = $1`,
    [pool.id, lost],
  );
  await next(stays);
  const { rows } = await app.db.sql.query(`select agents from worker where work_pool_id = $1`, [pool.id]);
  expect(rows.map(({ agents }) => Object.keys(agents as object))).toEqual([[stays]]);
  await call('POST', `/headgate/work_pools/${pool.name}/leave`, { agent_name: 'twin', agent_id: stays });
  expect((await pool.workers())[0]!.status).toBe('OFFLINE');
});

test('an agent is there for as long as its poll waits, and its queues are polled', async () => {
  const pool = await makePool();
  const waits = pool.poll('patient', [], 10);
  await untilTrue(async () => expect(await pool.workers()).toHaveLength(1));
  for (let round = 0; round < 2; round++) {
    const before = (await pool.workers())[0]!.last_heartbeat_time;
    later(31);
    await untilTrue(async () => expect((await pool.workers())[0]!.last_heartbeat_time > before).toBe(true));
  }
  await waits;
});

test('an agent that has left is not brought back by a poll that still waits', async () => {
  const pool = await makePool();
  const polls = ['left', 'stays'].map((name) => pool.poll(name, [], 8));
  await untilTrue(async () => expect(await pool.workers()).toHaveLength(2));
  await call('POST', `/headgate/work_pools/${pool.name}/leave`, {
    agent_name: 'left',
    agent_id: pool.idOf('left'),
  });
  const before = (await pool.workers()).find(({ name }) => name === 'stays')!.last_heartbeat_time;
  later(31);
  await untilTrue(async () => {
    expect((await pool.workers()).find(({ name }) => name === 'stays')!.last_heartbeat_time > before).toBe(true);
  });
  expect((await pool.workers()).find(({ name }) => name === 'left')).toMatchObject({ status: 'OFFLINE' });
  await Promise.all(polls);
});

test('a pool that is deleted is there for no further poll, in this process and in others', async () => {
  const live = new Live(app.app.get(Config), app.app.get(LOGGER));
  const neighbour = new PolledPools(app.db, live);
  neighbour.onModuleInit();
  await vi.waitFor(() => expect(live.connected).toBe(true), { timeout: 30_000 });
  const pool = await makePool();
  expect((await pool.poll()).status).toBe(200);
  expect(await neighbour.get(ctxFor(owner), pool.name)).toMatchObject({ id: pool.id });
  await call('DELETE', `/work_pools/${pool.name}`);
  expect((await pool.poll()).status).toBe(404);
  await untilTrue(() => expect(neighbour.get(ctxFor(owner), pool.name)).rejects.toMatchObject({ kind: 'notFound' }));
  neighbour.onModuleDestroy();
  live.onApplicationShutdown();
});

test('a pool of the same name in another workspace is another one', async () => {
  const pool = await makePool();
  const stranger = await app.tenant();
  const ask = { agent_name: 'agent', agent_id: randomUUID(), wait_seconds: 0 };
  const pollOfStranger = () => app.inject('POST', `/api/headgate/work_pools/${pool.name}/claim`, ask, stranger.key);
  expect([(await pool.poll()).status, (await pollOfStranger()).status]).toEqual([200, 404]);
});

test('who polls for a queue that is not there is told each time, and one that loses its queue within a poll or two', async () => {
  const pool = await makePool();
  await call('POST', `/work_pools/${pool.name}/queues`, { name: 'narrow' });
  for (let time = 0; time < 2; time++) expect((await pool.poll('agent', ['nowhere'])).status).toBe(404);
  expect((await pool.poll('agent', ['narrow'])).status).toBe(200);
  await call('DELETE', `/work_pools/${pool.name}/queues/narrow`);
  later(25);
  await untilTrue(async () => expect((await pool.poll('agent', ['narrow'])).status).toBe(404));
});

test('a pool that nobody served is ready again as soon as its agent polls', async () => {
  const pool = await makePool();
  await pool.poll();
  await app.app
    .get(WorkersService)
    .leave(ctxFor(owner), await app.app.get(PolledPools).get(ctxFor(owner), pool.name), 'agent', pool.idOf('agent'));
  expect((await call('GET', `/work_pools/${pool.name}`)).body).toMatchObject({ status: 'NOT_READY' });
  await pool.poll();
  expect((await call('GET', `/work_pools/${pool.name}`)).body).toMatchObject({ status: 'READY' });
});
