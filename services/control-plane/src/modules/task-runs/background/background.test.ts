import { newId } from '@headgate/contracts';
import { until } from '@headgate/testkit';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { startBackground, type Background } from '../../../../test/background.js';
import { before } from '../../../../test/before.js';
import { ctxFor } from '../../../../test/ctx.js';
import { Config } from '../../../core/config/config.js';
import { Database } from '../../../core/db/database.js';
import { Live } from '../../../core/live/live.js';
import { LOGGER } from '../../../core/log/log.module.js';
import type { Logger } from '../../../core/log/logger.js';
import { OffersService } from './offers.service.js';

let world: Background;
beforeAll(async () => {
  world = await startBackground();
});
afterAll(() => world.close());
afterEach(() => world.hangUp());

const freshKey = () => `task-${newId()}`;
const soon = (seconds: number) => new Date(Date.now() + seconds * 1000).toISOString();

const runningEvent = (id: string) => ({
  id: newId(),
  occurred: soon(60),
  event: 'prefect.task-run.Running',
  resource: { 'prefect.resource.id': `prefect.task-run.${id}`, 'prefect.orchestration': 'client' },
  payload: { task_run: { name: 'n' }, validated_state: { type: 'RUNNING', name: 'Running' } },
});
/** What a worker says when it begins with them. */
const start = async (...ids: string[]) =>
  expect((await world.call('POST', '/events', ids.map(runningEvent))).status).toBeLessThan(300);
const lapse = (key: string) => world.db.sql.query(`update task_run_queue set due = now() where task_key = $1`, [key]);

describe('a background run', () => {
  test('reaches a task worker whole, whether it was there first or later', async () => {
    const key = freshKey();
    const early = await world.delay(key);
    const { take } = await world.worker([key]);
    const first = await take();
    expect(first).toMatchObject({ id: early, task_key: key, state: { type: 'SCHEDULED', name: 'Scheduled' } });
    expect(first.state.state_details.task_parameters_id).toMatch(/-/);
    const { estimated_start_time_delta: _, ...read } = (await world.call('GET', `/task_runs/${early}`)).body;
    expect(first).toMatchObject(read);
    const late = await world.delay(key);
    expect((await take()).id).toBe(late);
    await start(early, late);
    await until('an empty queue', async () => (await world.queued(key)).length === 0);
  });

  test('goes to one worker only, of many', async () => {
    const key = freshKey();
    const workers = await Promise.all(Array.from({ length: 5 }, () => world.worker([key])));
    const got: string[] = [];
    for (const each of workers) {
      each.socket.on('message', (data: Buffer) => {
        got.push(JSON.parse(data.toString()).id);
        each.say({ type: 'ack' });
      });
    }
    const sent = await Promise.all(Array.from({ length: 40 }, () => world.delay(key)));
    await until('all runs', () => got.length >= sent.length);
    await start(...sent);
    await until('an empty queue', async () => (await world.queued(key)).length === 0);
    expect([...got].sort()).toEqual([...sent].sort());
  });

  test('that was not acknowledged is offered again before all others, once', async () => {
    const key = freshKey();
    const [first, second] = [await world.delay(key), await world.delay(key)];
    const killed = await world.worker([key]);
    expect((await killed.next()).id).toBe(first);
    const other = await world.worker([key]);
    expect((await other.next()).id).toBe(second);
    killed.socket.terminate();
    other.say({ type: 'ack' });
    expect((await other.take()).id).toBe(first);
    await start(first, second);
    await until('an empty queue', async () => (await world.queued(key)).length === 0);
  });

  test('is held back from others for as long as its worker is there, and freed when its lease runs out', async () => {
    const key = freshKey();
    const id = await world.delay(key);
    const silent = await world.worker([key]);
    expect((await silent.next()).id).toBe(id);
    const other = await world.worker([key]);
    const [offer] = await world.queued(key);
    expect(Date.parse(offer.due) - Date.now()).toBeGreaterThan(20_000);
    // What a process leaves behind that died with the socket: an offer, and nobody who renews it.
    await world.db.sql.query(
      `update task_run_queue set offer_id = gen_random_uuid(), due = now() where task_key = $1`,
      [key],
    );
    world.app.get(Live).publish(`task-queue:${world.owner.workspaceId}`, key);
    expect((await other.take()).id).toBe(id);
    silent.say({ type: 'ack' });
    await start(id);
    await until('an empty queue', async () => (await world.queued(key)).length === 0);
  });

  test('that was acknowledged but not started outlives its worker; one that was started is not offered again', async () => {
    const key = freshKey();
    const [started, waiting] = [await world.delay(key), await world.delay(key)];
    const killed = await world.worker([key]);
    expect([(await killed.take()).id, (await killed.take()).id]).toEqual([started, waiting]);
    await start(started);
    await until('one to be left', async () => (await world.queued(key)).length === 1);
    const [held] = await world.queued(key);
    expect(Date.parse(held.due)).toBeGreaterThan(Date.now());
    killed.socket.terminate();
    await lapse(key);
    const other = await world.worker([key]);
    expect((await other.take()).id).toBe(waiting);
    expect(other.frames).toEqual([]);
  });

  test('is kept for its worker as long as that is there, and only while it is not started', async () => {
    const key = freshKey();
    const [one, two] = [await world.delay(key), await world.delay(key)];
    const offers = world.app.get(OffersService);
    const ctx = ctxFor(world.owner);
    const bell = offers.bellFor(ctx, [key]);
    const next = async () => (await offers.next(ctx, [key], bell, new AbortController().signal))!;
    const held = [await next(), await next()];
    bell.stop();
    await start(one);
    await lapse(key);
    await until('the start to be recorded', async () => (await world.queued(key)).length === 1);
    expect((await offers.renew(ctx, held)).map(({ run }) => run.id)).toEqual([two]);
    const [row] = await world.queued(key);
    expect(Date.parse(row.due)).toBeGreaterThan(Date.now());
  });

  test('waits in the database, not in the process that took it in', async () => {
    const key = freshKey();
    const id = await world.delay(key);
    expect(await world.queued(key)).toMatchObject([{ task_run_id: id, urgent: false, offer_id: null }]);
  });

  test('reaches those who wait at another api process at once, and each process offers it to one', async () => {
    const [config, log] = [world.app.get(Config), world.app.get<Logger>(LOGGER)];
    const [database, live] = [new Database(config, log), new Live(config, log)];
    const elsewhere = new OffersService(database, live);
    const ctx = ctxFor(world.owner);
    await until('Redis', () => live.connected);
    const [key, leaves] = [freshKey(), new AbortController()];
    const bell = elsewhere.bellFor(ctx, [key]);
    const waiting = elsewhere.next(ctx, [key], bell, leaves.signal);
    const id = await world.delay(key);
    const offer = await waiting;
    expect(offer?.run.id).toBe(id);
    const { frames, take } = await world.worker([key]);
    const other = await world.delay(key);
    expect((await take()).id).toBe(other);
    await elsewhere.takeBack(ctx, offer!);
    expect((await take()).id).toBe(id);
    expect(frames).toEqual([]);
    leaves.abort();
    expect(await elsewhere.next(ctx, [key], bell, leaves.signal)).toBeNull();
    bell.stop();
    live.onApplicationShutdown();
    await database.onApplicationShutdown();
  });

  test('that is scheduled for later is offered when it is due, not before', async () => {
    const { later, take } = await before(async (moment) => {
      const key = freshKey();
      const later = await world.delay(key, { scheduled_time: moment.toISOString() });
      const now = await world.delay(key);
      const { take } = await world.worker([key]);
      expect((await take()).id).toBe(now);
      return { later, take };
    });
    const { id, state } = await take();
    expect(id).toBe(later);
    expect(Date.now()).toBeGreaterThanOrEqual(Date.parse(state.state_details.scheduled_time));
  });

  test('that awaits its retry goes before those that were never tried', async () => {
    const key = freshKey();
    const [fresh, tried] = [await world.delay(key), await world.delay(key)];
    const retry = { type: 'SCHEDULED', name: 'AwaitingRetry', state_details: { deferred: true } };
    expect((await world.call('POST', `/task_runs/${tried}/set_state`, { state: retry })).status).toBe(201);
    const { take } = await world.worker([key]);
    expect([(await take()).id, (await take()).id]).toEqual([tried, fresh]);
  });

  test.each([
    [
      'cancelled',
      (id: string) => world.call('POST', `/task_runs/${id}/set_state`, { state: { type: 'CANCELLED' }, force: true }),
    ],
    ['deleted', (id: string) => world.call('DELETE', `/task_runs/${id}`)],
    ['told to be running', (id: string) => world.call('POST', '/events', [runningEvent(id)])],
  ])('that was %s before anybody took it is not offered', async (_, end) => {
    const key = freshKey();
    const [ended, left] = [await world.delay(key), await world.delay(key)];
    expect((await end(ended)).status).toBeLessThan(300);
    expect((await world.queued(key)).map((row) => row.task_run_id)).toEqual([left]);
    expect((await (await world.worker([key])).take()).id).toBe(left);
  });

  test('whose state somebody else wrote is left out when its turn comes', async () => {
    const key = freshKey();
    const [ended, left] = [await world.delay(key), await world.delay(key)];
    await world.db.sql.query(`update task_run set state_type = 'CANCELLED' where id = $1`, [ended]);
    expect((await (await world.worker([key])).take()).id).toBe(left);
    await start(left);
    await until('an empty queue', async () => (await world.queued(key)).length === 0);
  });

  test('of the same key in another workspace is not seen', async () => {
    const key = freshKey();
    const [ours, theirs] = [await world.worker([key]), await world.worker([key], { who: world.stranger })];
    const id = await world.delay(key, {}, world.stranger.key);
    expect((await theirs.take()).id).toBe(id);
    const own = await world.delay(key);
    expect((await ours.take()).id).toBe(own);
  });
});
