import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { newId } from '@headgate/contracts';
import { until } from '@headgate/testkit';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { startTestApp, type Tenant, type TestApp } from '../../../../test/app.js';
import { Config } from '../../../core/config/config.js';
import { Database } from '../../../core/db/database.js';
import { Live } from '../../../core/live/live.js';
import { LOGGER } from '../../../core/log/log.module.js';
import type { Logger } from '../../../core/log/logger.js';
import { OffersService } from './offers.service.js';

let app: TestApp;
let owner: Tenant;
let stranger: Tenant;
let port: number;
const open: WebSocket[] = [];
beforeAll(async () => {
  app = await startTestApp();
  [owner, stranger] = [await app.tenant(), await app.tenant()];
  await app.app.listen(0, '127.0.0.1');
  ({ port } = app.app.getHttpServer().address() as AddressInfo);
});
afterAll(() => app.close());
afterEach(async () => {
  for (const socket of open.splice(0)) {
    if (socket.readyState !== socket.CLOSED) await Promise.all([once(socket, 'close'), socket.terminate()]);
  }
});

const call = (method: 'GET' | 'POST' | 'DELETE', path: string, body?: unknown, key = owner.key) =>
  app.inject(method, `/api${path}`, body, key);
const freshKey = () => `task-${newId()}`;
const soon = (seconds: number) => new Date(Date.now() + seconds * 1000).toISOString();

/** What `.delay()` asks for. */
async function delay(taskKey: string, details: object = {}, key = owner.key): Promise<string> {
  const state_details = { deferred: true, task_parameters_id: newId(), ...details };
  const body = { task_key: taskKey, dynamic_key: newId(), state: { type: 'SCHEDULED', state_details } };
  const { status, body: run } = await call('POST', '/task_runs/', body, key);
  expect(status).toBe(201);
  return run.id;
}

type Got = { id: string; task_key: string; state: { type: string; state_details: { task_parameters_id: string } } };

/** A task worker as the client opens it; acknowledges what it gets only when it is told to. */
async function worker(keys: string[], { clientId = newId(), who = owner } = {}) {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/api/task_runs/subscriptions/scheduled`, 'prefect');
  open.push(socket);
  const frames: any[] = [];
  const closed = once(socket, 'close').then(([code, reason]) => [code, String(reason)] as [number, string]);
  socket.on('message', (data: Buffer) => frames.push(JSON.parse(data.toString())));
  await once(socket, 'open');
  const say = (message: object) => socket.send(JSON.stringify(message));
  say({ type: 'auth', token: who.key });
  await until('greeting', () => frames.shift()?.type === 'auth_success');
  if (keys.length > 0) say({ type: 'subscribe', keys, client_id: clientId });
  const next = async (): Promise<Got> => {
    await until('a run', () => frames.length > 0);
    return frames.shift();
  };
  const take = async (): Promise<Got> => {
    const run = await next();
    say({ type: 'ack' });
    return run;
  };
  return { socket, frames, closed, say, next, take };
}
const queued = async (taskKey: string) =>
  (await app.db.sql.query('select * from task_run_queue where task_key = $1', [taskKey])).rows;

describe('a background run', () => {
  test('reaches a task worker whole, whether it was there first or later', async () => {
    const key = freshKey();
    const early = await delay(key);
    const { take } = await worker([key]);
    const first = await take();
    expect(first).toMatchObject({ id: early, task_key: key, state: { type: 'SCHEDULED', name: 'Scheduled' } });
    expect(first.state.state_details.task_parameters_id).toMatch(/-/);
    const { estimated_start_time_delta: _, ...read } = (await call('GET', `/task_runs/${early}`)).body;
    expect(first).toMatchObject(read);
    const late = await delay(key);
    expect((await take()).id).toBe(late);
    await until('an empty queue', async () => (await queued(key)).length === 0);
  });

  test('goes to one worker only, of many', async () => {
    const key = freshKey();
    const workers = await Promise.all(Array.from({ length: 5 }, () => worker([key])));
    const got: string[] = [];
    for (const each of workers) {
      each.socket.on('message', (data: Buffer) => {
        got.push(JSON.parse(data.toString()).id);
        each.say({ type: 'ack' });
      });
    }
    const sent = await Promise.all(Array.from({ length: 40 }, () => delay(key)));
    await until('all runs', () => got.length >= sent.length);
    await until('an empty queue', async () => (await queued(key)).length === 0);
    expect([...got].sort()).toEqual([...sent].sort());
  });

  test('that was not acknowledged is offered again before all others, once', async () => {
    const key = freshKey();
    const [first, second] = [await delay(key), await delay(key)];
    const killed = await worker([key]);
    expect((await killed.next()).id).toBe(first);
    const other = await worker([key]);
    expect((await other.next()).id).toBe(second);
    killed.socket.terminate();
    other.say({ type: 'ack' });
    expect((await other.take()).id).toBe(first);
    await until('an empty queue', async () => (await queued(key)).length === 0);
  });

  test('is held back from others for as long as its worker is there, and freed when its lease runs out', async () => {
    const key = freshKey();
    const id = await delay(key);
    const silent = await worker([key]);
    expect((await silent.next()).id).toBe(id);
    const other = await worker([key]);
    const [offer] = await queued(key);
    expect(Date.parse(offer.due) - Date.now()).toBeGreaterThan(20_000);
    // What a process leaves behind that died with the socket: an offer, and nobody who renews it.
    await app.db.sql.query(`update task_run_queue set offer_id = gen_random_uuid(), due = now() where task_key = $1`, [
      key,
    ]);
    app.app.get(Live).publish(`task-queue:${owner.workspaceId}`, key);
    expect((await other.take()).id).toBe(id);
    silent.say({ type: 'ack' });
    await until('an empty queue', async () => (await queued(key)).length === 0);
  });

  test('waits in the database, not in the process that took it in', async () => {
    const key = freshKey();
    const id = await delay(key);
    expect(await queued(key)).toMatchObject([{ task_run_id: id, urgent: false, offer_id: null }]);
  });

  test('reaches those who wait at another api process at once, and each process offers it to one', async () => {
    const [config, log] = [app.app.get(Config), app.app.get<Logger>(LOGGER)];
    const [database, live] = [new Database(config, log), new Live(config, log)];
    const elsewhere = new OffersService(database, live);
    await until('Redis', () => live.connected);
    const [key, leaves] = [freshKey(), new AbortController()];
    const bell = elsewhere.bellFor(owner, [key]);
    const waiting = elsewhere.next(owner, [key], bell, leaves.signal);
    const id = await delay(key);
    const offer = await waiting;
    expect(offer?.run.id).toBe(id);
    const { frames, take } = await worker([key]);
    const other = await delay(key);
    expect((await take()).id).toBe(other);
    await elsewhere.takeBack(owner, offer!);
    expect((await take()).id).toBe(id);
    expect(frames).toEqual([]);
    leaves.abort();
    expect(await elsewhere.next(owner, [key], bell, leaves.signal)).toBeNull();
    bell.stop();
    live.onApplicationShutdown();
    await database.onApplicationShutdown();
  });

  test('that is scheduled for later is offered when it is due, not before', async () => {
    const key = freshKey();
    const [later, now] = [await delay(key, { scheduled_time: soon(1.5) }), await delay(key)];
    const { take } = await worker([key]);
    expect((await take()).id).toBe(now);
    const { id, state } = (await take()) as Got & { state: { state_details: { scheduled_time: string } } };
    expect(id).toBe(later);
    expect(Date.now()).toBeGreaterThanOrEqual(Date.parse(state.state_details.scheduled_time));
  });

  test('that awaits its retry goes before those that were never tried', async () => {
    const key = freshKey();
    const [fresh, tried] = [await delay(key), await delay(key)];
    const retry = { type: 'SCHEDULED', name: 'AwaitingRetry', state_details: { deferred: true } };
    expect((await call('POST', `/task_runs/${tried}/set_state`, { state: retry })).status).toBe(201);
    const { take } = await worker([key]);
    expect([(await take()).id, (await take()).id]).toEqual([tried, fresh]);
  });

  test.each([
    [
      'cancelled',
      (id: string) => call('POST', `/task_runs/${id}/set_state`, { state: { type: 'CANCELLED' }, force: true }),
    ],
    ['deleted', (id: string) => call('DELETE', `/task_runs/${id}`)],
    ['told to be running', (id: string) => call('POST', '/events', [runningEvent(id)])],
  ])('that was %s before anybody took it is not offered', async (_, end) => {
    const key = freshKey();
    const [ended, left] = [await delay(key), await delay(key)];
    expect((await end(ended)).status).toBeLessThan(300);
    expect((await queued(key)).map((row) => row.task_run_id)).toEqual([left]);
    expect((await (await worker([key])).take()).id).toBe(left);
  });

  test('whose state somebody else wrote is left out when its turn comes', async () => {
    const key = freshKey();
    const [ended, left] = [await delay(key), await delay(key)];
    await app.db.sql.query(`update task_run set state_type = 'CANCELLED' where id = $1`, [ended]);
    expect((await (await worker([key])).take()).id).toBe(left);
    await until('an empty queue', async () => (await queued(key)).length === 0);
  });

  test('of the same key in another workspace is not seen', async () => {
    const key = freshKey();
    const [ours, theirs] = [await worker([key]), await worker([key], { who: stranger })];
    const id = await delay(key, {}, stranger.key);
    expect((await theirs.take()).id).toBe(id);
    const own = await delay(key);
    expect((await ours.take()).id).toBe(own);
  });

  const runningEvent = (id: string) => ({
    id: newId(),
    occurred: soon(60),
    event: 'prefect.task-run.Running',
    resource: { 'prefect.resource.id': `prefect.task-run.${id}`, 'prefect.orchestration': 'client' },
    payload: { task_run: { name: 'n' }, validated_state: { type: 'RUNNING', name: 'Running' } },
  });
});

describe('a task worker', () => {
  test('gets runs of all its keys in turn, however many of one wait', async () => {
    const [busy, quiet] = [freshKey(), freshKey()];
    for (const key of [busy, busy, busy, quiet]) await delay(key);
    const { take } = await worker([busy, quiet]);
    const keys = [await take(), await take(), await take(), await take()].map((run) => run.task_key);
    expect(keys).toEqual([busy, quiet, busy, busy]);
  });

  test('gets the next run only after it has acknowledged the last', async () => {
    const key = freshKey();
    await delay(key);
    await delay(key);
    const { next, frames, say } = await worker([key]);
    await next();
    const other = await worker([key]);
    await other.take();
    expect(frames).toEqual([]);
    say({ type: 'ack' });
    const third = await delay(key);
    const winner = await Promise.race([next(), other.next()]);
    expect(winner.id).toBe(third);
  });

  test('may leave at any time: what it holds goes to others', async () => {
    const key = freshKey();
    const id = await delay(key);
    const leaving = await worker([key]);
    expect((await leaving.next()).id).toBe(id);
    leaving.say({ type: 'quit' });
    expect(await leaving.closed).toEqual([1000, '']);
    const idle = await worker([freshKey()]);
    idle.say({ type: 'quit' });
    expect(await idle.closed).toEqual([1000, '']);
    expect((await (await worker([key])).take()).id).toBe(id);
  });

  test.each([
    [{ type: 'hello' }, "expected 'subscribe' message"],
    [{ type: 'subscribe' }, "expected 'keys' in subscribe message"],
    [{ type: 'subscribe', keys: [] }, "expected 'keys' in subscribe message"],
    [{ type: 'subscribe', keys: ['k'] }, "expected 'client_id' in subscribe message"],
  ])('that begins with %j is told what is wrong', async (message, reason) => {
    const { say, closed } = await worker([]);
    say(message);
    expect(await closed).toEqual([4001, `Protocol violation: ${reason}`]);
  });

  test('that answers a run with anything but its acknowledgement is turned away, and the run is not lost', async () => {
    const key = freshKey();
    const id = await delay(key);
    const rude = await worker([key]);
    await rude.next();
    rude.say({ type: 'nonsense' });
    expect(await rude.closed).toEqual([4001, "Protocol violation: expected 'ack' message"]);
    const hasty = await worker([freshKey()]);
    hasty.say({ type: 'ack' });
    expect((await hasty.closed)[0]).toBe(4001);
    expect((await (await worker([key])).take()).id).toBe(id);
  });

  test('needs a key of the workspace', async () => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/api/task_runs/subscriptions/scheduled`, 'prefect');
    open.push(socket);
    await once(socket, 'open');
    socket.send(JSON.stringify({ type: 'auth', token: 'pnu_wrong' }));
    expect((await once(socket, 'close'))[0]).toBe(1008);
  });

  test('is listed while it is connected, by the keys that it serves', async () => {
    const [key, other] = [freshKey(), freshKey()];
    const list = async (body: object, who = owner) => {
      const { status, body: workers } = await call('POST', '/task_workers/filter', body, who.key);
      expect(status).toBe(200);
      return workers as { identifier: string; task_keys: string[]; timestamp: string }[];
    };
    const one = await worker([key, other], { clientId: 'host-1' });
    await worker([other], { clientId: 'host-2' });
    const by = (task_keys: string[]) => list({ task_worker_filter: { task_keys } });
    await until('both', async () => (await by([other])).length === 2);
    expect((await by([key])).map((each) => [each.identifier, each.task_keys])).toEqual([['host-1', [key, other]]]);
    expect((await list({})).map((each) => each.identifier)).toEqual(expect.arrayContaining(['host-1', 'host-2']));
    expect(await list({ task_worker_filter: { task_keys: [key] } }, stranger)).toEqual([]);
    one.socket.close();
    await until('one', async () => (await by([key])).length === 0);
    expect((await call('POST', '/task_workers/filter', { task_worker_filter: {} })).status).toBe(422);
  });

  test('that went without a word is forgotten', async () => {
    const entry = { identifier: 'ghost', task_keys: ['k'], timestamp: soon(-60) };
    await app.app.get(Live).redis.hset(`headgate:task-workers:${owner.workspaceId}`, 'c', JSON.stringify(entry));
    const { body } = await call('POST', '/task_workers/filter', { task_worker_filter: { task_keys: ['k'] } });
    expect(body).toEqual([]);
  });
});
