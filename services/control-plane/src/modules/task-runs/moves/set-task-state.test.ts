import { newId, type StateType } from '@headgate/contracts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestApp, type Tenant, type TestApp } from '../../../../test/app.js';

let app: TestApp;
let owner: Tenant;
beforeAll(async () => {
  app = await startTestApp();
  owner = await app.tenant();
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
const inAWhile = () => new Date(Date.now() + 100_000).toISOString();

describe('the cache', () => {
  const complete = async (cache_key: string, more: object = {}) => {
    const { id } = await made();
    return {
      id,
      answer: await set(id, 'COMPLETED', { cache_key, ...more }, { data: { storage_key: 'x' } }),
    };
  };
  const ask = async (cache_key: string, more: object = {}) =>
    (await set((await made()).id, 'RUNNING', { cache_key, ...more })).body;

  test('answers a known key with its last state, fresh and under the name Cached', async () => {
    const key = newId();
    await complete(key);
    const hit = await ask(key);
    expect(hit).toMatchObject({
      status: 'REJECT',
      details: { reason: 'Retrieved state from cache' },
      state: { type: 'COMPLETED', name: 'Cached', data: { storage_key: 'x' } },
    });
    expect(await get(hit.state.state_details.task_run_id)).toMatchObject({ state_name: 'Cached', run_count: 0 });
    expect((await ask(key, { refresh_cache: true })).status).toBe('ACCEPT');
    expect((await ask(key, { deferred: true })).status).toBe('REJECT');
  });

  test('forgets what has expired, and what was deleted', async () => {
    const [expired, deleted] = [newId(), newId()];
    await complete(expired, { cache_expiration: new Date(Date.now() - 1000).toISOString() });
    expect((await ask(expired)).status).toBe('ACCEPT');
    const { id } = await complete(deleted);
    expect((await ask(deleted)).status).toBe('REJECT');
    await call('DELETE', `/task_runs/${id}`);
    expect((await ask(deleted)).status).toBe('ACCEPT');
  });

  test('takes keys of any letters up to its length, and no longer ones', async () => {
    const [long, tooLong] = ['𓀀'.repeat(2000), 'k'.repeat(2001)];
    await complete(long);
    expect((await ask(long)).status).toBe('REJECT');
    const { answer } = await complete(tooLong);
    expect([answer.status, answer.body.status, answer.body.state.type]).toEqual([201, 'REJECT', 'COMPLETED']);
    expect((await ask(tooLong)).status).toBe('ACCEPT');
  });
});

describe('the limit of a tag', () => {
  const limited = async (size: number) => {
    const tag = newId();
    await call('POST', '/concurrency_limits/', { tag, concurrency_limit: size });
    const holders = async () => (await call('GET', `/concurrency_limits/tag/${tag}`)).body.active_slots as string[];
    return { tag, holders };
  };

  test('lets as many run as it says, also when all come at once, and the next when one has ended', async () => {
    const { tag, holders } = await limited(2);
    const runs = await Promise.all(Array.from({ length: 6 }, () => made({ tags: [tag] })));
    const answers = await Promise.all(runs.map((run) => set(run.id, 'RUNNING')));
    const accepted = runs.filter((_, n) => answers[n]!.body.status === 'ACCEPT').map((run) => run.id as string);
    expect(accepted).toHaveLength(2);
    expect((await holders()).sort()).toEqual(accepted.sort());
    const waits = answers.filter((each) => each.body.status === 'WAIT').map((each) => each.body.details);
    expect(waits).toHaveLength(4);
    for (const { reason, delay_seconds: seconds } of waits) {
      expect(reason).toBe(`Concurrency limit reached for tags: ${tag}`);
      expect(seconds >= 1 && seconds <= 10).toBe(true);
    }
    await set(accepted[0]!, 'RUNNING');
    await set(accepted[0]!, 'CANCELLING');
    expect(await holders()).toHaveLength(2);
    for (const id of accepted) await set(id, 'CRASHED', {}, {}, true);
    expect(await holders()).toEqual([]);
  });

  test('of several tags is taken from all or from none', async () => {
    const [free, full] = [await limited(1), await limited(1)];
    await set((await made({ tags: [full.tag] })).id, 'RUNNING');
    const run = await made({ tags: [free.tag, full.tag] });
    expect((await set(run.id, 'RUNNING')).body.status).toBe('WAIT');
    expect(await free.holders()).toEqual([]);
  });

  test('of 0 aborts, and takes nothing from the others', async () => {
    const [free, closed] = [await limited(1), await limited(0)];
    const run = await made({ tags: [free.tag, closed.tag] });
    const { body } = await set(run.id, 'RUNNING');
    expect([body.status, body.details.reason]).toEqual([
      'ABORT',
      `The concurrency limit on tag "${closed.tag}" is 0 and will deadlock if the task tries to run again.`,
    ]);
    expect(await free.holders()).toEqual([]);
  });

  test('is not asked when the start is refused for another reason, or answered from the cache', async () => {
    const { tag, holders } = await limited(1);
    const key = newId();
    await set((await made()).id, 'COMPLETED', { cache_key: key });
    expect((await set((await made({ tags: [tag] })).id, 'RUNNING', { cache_key: key })).body.state.name).toBe('Cached');
    const early = await made({
      tags: [tag],
      state: { type: 'SCHEDULED', state_details: { scheduled_time: inAWhile() } },
    });
    expect((await set(early.id, 'RUNNING')).body.status).toBe('WAIT');
    expect(await holders()).toEqual([]);
  });
});

describe('what is sent again with the same transition id', () => {
  const states = async (id: string) =>
    (await call('GET', `/task_run_states/?task_run_id=${id}`)).body.map((state: { name: string }) => state.name);
  const events = async (id: string) => {
    const filter = { resource: { id: [`prefect.task-run.${id}`] } };
    return (await call('POST', '/events/filter', { filter })).body.total as number;
  };

  test.each([false, true])('changes nothing, says what stands, and tells nothing (force: %s)', async (force) => {
    const { id } = await made();
    const transition_id = newId();
    expect((await set(id, 'RUNNING', { transition_id }, {}, force)).body.status).toBe('ACCEPT');
    const told = await events(id);
    const again = await set(id, 'RUNNING', { transition_id }, {}, force);
    expect(again.status).toBe(200);
    expect(again.body).toMatchObject({ status: 'REJECT', state: { type: 'RUNNING' } });
    expect([(await get(id)).run_count, await states(id), await events(id)]).toEqual([1, ['Pending', 'Running'], told]);
  });

  test.each([false, true])('does not bring back what the run has left (force: %s)', async (force) => {
    const { id } = await made({ empirical_policy: { retries: 1, retry_delay: 0 } });
    const [first, end] = [{ transition_id: newId() }, { transition_id: newId() }];
    await set(id, 'RUNNING', first);
    expect((await set(id, 'FAILED', end)).body.state.name).toBe('AwaitingRetry');
    // The end that became a retry is not the end after all when it is heard a second time.
    expect((await set(id, 'FAILED', end, {}, force)).body).toMatchObject({
      status: 'REJECT',
      state: { name: 'AwaitingRetry' },
    });
    await set(id, 'RUNNING', { transition_id: newId() });
    expect((await set(id, 'FAILED', end, {}, force)).body).toMatchObject({ state: { type: 'RUNNING' } });
    expect((await set(id, 'RUNNING', first, {}, force)).body).toMatchObject({ status: 'REJECT' });
    expect(await states(id)).toEqual(['Pending', 'Running', 'AwaitingRetry', 'Retrying']);
    expect((await get(id)).run_count).toBe(2);
  });

  test('a task run that is made again is the one that there is', async () => {
    const flow = (await call('POST', '/flows/', { name: newId() })).body;
    const run = (await call('POST', '/flow_runs/', { flow_id: flow.id })).body;
    for (const flow_run_id of [null, run.id]) {
      const body = { id: newId(), flow_run_id, task_key: 't', dynamic_key: newId(), state: { type: 'SCHEDULED' } };
      const [one, other] = [await call('POST', '/task_runs/', body), await call('POST', '/task_runs/', body)];
      expect([one.status, other.status, other.body.id]).toEqual([201, 200, one.body.id]);
      expect(await states(one.body.id)).toEqual(['Scheduled']);
    }
  });
});
