import { once } from 'node:events';
import { newId } from '@headgate/contracts';
import { until } from '@headgate/testkit';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { startBackground, type Background } from '../../../../test/background.js';
import { wireTime } from '../../../core/events/events.js';
import { Live } from '../../../core/live/live.js';

let world: Background;
beforeAll(async () => {
  world = await startBackground();
});
afterAll(() => world.close());
afterEach(() => world.hangUp());

const freshKey = () => `task-${newId()}`;
const soon = (seconds: number) => new Date(Date.now() + seconds * 1000).toISOString();

describe('a task worker', () => {
  test('gets runs of all its keys in turn, however many of one wait', async () => {
    const [busy, quiet] = [freshKey(), freshKey()];
    for (const key of [busy, busy, busy, quiet]) await world.delay(key);
    const { take } = await world.worker([busy, quiet]);
    const keys = [await take(), await take(), await take(), await take()].map((run) => run.task_key);
    expect(keys).toEqual([busy, quiet, busy, busy]);
  });

  test('gets the next run only after it has acknowledged the last', async () => {
    const key = freshKey();
    await world.delay(key);
    await world.delay(key);
    const { next, frames, say } = await world.worker([key]);
    await next();
    const other = await world.worker([key]);
    await other.take();
    expect(frames).toEqual([]);
    say({ type: 'ack' });
    const third = await world.delay(key);
    const winner = await Promise.race([next(), other.next()]);
    expect(winner.id).toBe(third);
  });

  test('may leave at any time: what it holds goes to others', async () => {
    const key = freshKey();
    const id = await world.delay(key);
    const leaving = await world.worker([key]);
    expect((await leaving.next()).id).toBe(id);
    leaving.say({ type: 'quit' });
    expect(await leaving.closed).toEqual([1000, '']);
    const idle = await world.worker([freshKey()]);
    idle.say({ type: 'quit' });
    expect(await idle.closed).toEqual([1000, '']);
    expect((await (await world.worker([key])).take()).id).toBe(id);
  });

  test.each([
    [{ type: 'hello' }, "expected 'subscribe' message"],
    [{ type: 'subscribe' }, "expected 'keys' in subscribe message"],
    [{ type: 'subscribe', keys: [] }, "expected 'keys' in subscribe message"],
    [{ type: 'subscribe', keys: ['k'] }, "expected 'client_id' in subscribe message"],
    [
      { type: 'subscribe', client_id: 'c', keys: Array.from({ length: 1_001 }, (_, at) => `k${at}`) },
      "expected at most 1000 'keys' in subscribe message",
    ],
  ])('that begins with %j is told what is wrong', async (message, reason) => {
    const { say, closed } = await world.worker([]);
    say(message);
    expect(await closed).toEqual([4001, `Protocol violation: ${reason}`]);
  });

  test('that answers a run with anything but its acknowledgement is turned away, and the run is not lost', async () => {
    const key = freshKey();
    const id = await world.delay(key);
    const rude = await world.worker([key]);
    await rude.next();
    rude.say({ type: 'nonsense' });
    expect(await rude.closed).toEqual([4001, "Protocol violation: expected 'ack' message"]);
    const hasty = await world.worker([freshKey()]);
    hasty.say({ type: 'ack' });
    expect((await hasty.closed)[0]).toBe(4001);
    expect((await (await world.worker([key])).take()).id).toBe(id);
  });

  test('needs a key of the workspace', async () => {
    const socket = await world.connect();
    socket.send(JSON.stringify({ type: 'auth', token: 'pnu_wrong' }));
    expect((await once(socket, 'close'))[0]).toBe(1008);
  });

  test('is listed while it is connected, by the keys that it serves', async () => {
    const [key, other] = [freshKey(), freshKey()];
    const list = async (body: object, who = world.owner) => {
      const { status, body: workers } = await world.call('POST', '/task_workers/filter', body, who.key);
      expect(status).toBe(200);
      return workers as { identifier: string; task_keys: string[]; timestamp: string }[];
    };
    const one = await world.worker([key, other], { clientId: 'host-1' });
    await world.worker([other], { clientId: 'host-2' });
    const by = (task_keys: string[]) => list({ task_worker_filter: { task_keys } });
    await until('both', async () => (await by([other])).length === 2);
    expect((await by([key])).map((each) => [each.identifier, each.task_keys])).toEqual([['host-1', [key, other]]]);
    expect((await list({})).map((each) => each.identifier)).toEqual(expect.arrayContaining(['host-1', 'host-2']));
    expect(await list({ task_worker_filter: { task_keys: [key] } }, world.stranger)).toEqual([]);
    const query = `{ taskWorkers(workspaceId: "${world.owner.workspaceId}", taskKeys: ["${key}"]) { identifier taskKeys } }`;
    const asked = await world.app.inject({
      method: 'POST',
      url: '/graphql',
      payload: { query },
      headers: { authorization: `Bearer ${world.owner.key}` },
    });
    expect(asked.json().data.taskWorkers).toEqual([{ identifier: 'host-1', taskKeys: [key, other] }]);
    one.socket.close();
    await until('one', async () => (await by([key])).length === 0);
    expect((await world.call('POST', '/task_workers/filter', { task_worker_filter: {} })).status).toBe(422);
  });

  test('that went without a word is forgotten', async () => {
    const entry = { identifier: 'ghost', task_keys: ['k'], timestamp: soon(-60) };
    await world.app
      .get(Live)
      .redis.hset(`headgate:task-workers:${world.owner.workspaceId}`, 'c', JSON.stringify(entry));
    const { body } = await world.call('POST', '/task_workers/filter', { task_worker_filter: { task_keys: ['k'] } });
    expect(body).toEqual([]);
  });

  /** As connections of the workspace, which are gone again afterwards. */
  async function withConnections(entries: object[], look: () => Promise<void>): Promise<void> {
    const [{ redis }, hash] = [world.app.get(Live), `headgate:task-workers:${world.stranger.workspaceId}`];
    for (const [at, entry] of entries.entries())
      await redis.hset(hash, `c${at}`, JSON.stringify({ timestamp: wireTime(), ...entry }));
    try {
      await look();
    } finally {
      await redis.del(hash);
    }
  }
  const listed = (task_keys: string[] = []) =>
    world.call('POST', '/task_workers/filter', { task_worker_filter: { task_keys } }, world.stranger.key);

  test('with many connections is one, with the keys of all', async () => {
    const entries = Array.from({ length: 60 }, (_, at) => ({ identifier: 'same', task_keys: ['all', `k${at}`] }));
    await withConnections(entries, async () => {
      const { body } = await listed(['k59', 'elsewhere']);
      expect(body).toEqual([{ identifier: 'same', task_keys: expect.any(Array), timestamp: expect.any(String) }]);
      expect(body[0].task_keys.toSorted()).toEqual(['all', ...entries.map((_, at) => `k${at}`)].toSorted());
      expect((await listed(['elsewhere'])).body).toEqual([]);
    });
  });

  test('that has more keys with others than an answer may hold is not listed, in words', async () => {
    const task_keys = Array.from({ length: 1_000 }, (_, at) => `${at}`.padEnd(100, 'k'));
    const entries = Array.from({ length: 90 }, () => ({ identifier: 'same', task_keys }));
    await withConnections(entries, async () => {
      const detail = 'What was asked for is larger than 8 MB. Please ask for less of it at a time.';
      // Where Redis does not answer in time, the list lacks what it has.
      await until('the refusal', async () => (await listed()).body.detail === detail);
    });
  });
});
