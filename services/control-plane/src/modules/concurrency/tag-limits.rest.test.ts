import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { startTestApp, type Tenant, type TestApp } from '../../../test/app.js';

let app: TestApp;
let tenant: Tenant;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());
beforeEach(async () => {
  tenant = await app.tenant();
});

const base = '/api/concurrency_limits';
const post = (path: string, body: unknown = {}) => app.inject('POST', base + path, body, tenant.key);
const get = (path: string) => app.inject('GET', base + path, undefined, tenant.key);
const remove = (path: string) => app.inject('DELETE', base + path, undefined, tenant.key);
const taskRun = () => crypto.randomUUID();

test('the limit of a tag is made with 201, and resized with 200', async () => {
  const made = await post('/', { tag: 'db', concurrency_limit: 2 });
  expect(made.status).toBe(201);
  expect(made.body).toEqual({
    id: expect.any(String),
    created: expect.any(String),
    updated: expect.any(String),
    tag: 'db',
    concurrency_limit: 2,
    active_slots: [],
  });
  const again = await post('/', { tag: 'db', concurrency_limit: 3 });
  expect([again.status, again.body.id, again.body.concurrency_limit]).toEqual([200, made.body.id, 3]);
});

test('it is the limit of version 2 with the prefix tag:', async () => {
  const { id } = (await post('/', { tag: 'db', concurrency_limit: 2 })).body;
  expect((await app.inject('GET', '/api/v2/concurrency_limits/tag:db', undefined, tenant.key)).body.id).toBe(id);
  await app.inject('POST', '/api/v2/concurrency_limits/', { name: 'plain', limit: 1 }, tenant.key);
  expect((await post('/filter', {})).body.map((each: { tag: string }) => each.tag)).toEqual(['db']);
});

test('it is read and deleted by id and by tag', async () => {
  const { id } = (await post('/', { tag: 'a/b', concurrency_limit: 2 })).body;
  expect((await get('/tag/a%2Fb')).body.id).toBe(id);
  expect((await get(`/${id}`)).body.tag).toBe('a/b');
  const deleted = await remove('/tag/a%2Fb');
  expect([deleted.status, deleted.text]).toEqual([200, 'null']);
  expect((await get(`/${id}`)).status).toBe(404);
  const other = (await post('/', { tag: 'c', concurrency_limit: 2 })).body;
  expect((await remove(`/${other.id}`)).status).toBe(200);
});

test('a limit that is off is not held, and so not named', async () => {
  await app.inject('POST', '/api/v2/concurrency_limits/', { name: 'tag:off', limit: 1, active: false }, tenant.key);
  expect((await post('/increment', { names: ['off'], task_run_id: taskRun() })).body).toEqual([]);
  expect((await get('/tag/off')).body.active_slots).toEqual([]);
});

test('task runs hold slots by name, until the limit is reached', async () => {
  const { id } = (await post('/', { tag: 'db', concurrency_limit: 1 })).body;
  const [one, other] = [taskRun(), taskRun()];
  expect((await post('/increment', { names: ['db', 'free'], task_run_id: one })).body).toEqual([
    { id, name: 'db', limit: 1 },
  ]);
  expect((await get('/tag/db')).body.active_slots).toEqual([one]);
  const locked = await post('/increment', { names: ['db'], task_run_id: other });
  expect([locked.status, locked.body]).toEqual([423, { detail: 'Concurrency limit for the db tag has been reached' }]);
  expect(Number(locked.headers['retry-after'])).toBeGreaterThan(0);
  expect((await post('/decrement', { names: ['db'], task_run_id: one })).body).toEqual([
    { id, name: 'tag:db', limit: 1 },
  ]);
  expect((await post('/increment', { names: ['db'], task_run_id: other })).status).toBe(200);
});

test('a limit of nought never opens, so that nobody is told to come back', async () => {
  await post('/', { tag: 'closed', concurrency_limit: 0 });
  const locked = await post('/increment', { names: ['closed'], task_run_id: taskRun() });
  expect(locked.status).toBe(423);
  expect(locked.headers['retry-after']).toBeUndefined();
});

test('a reset takes the slots away, or gives them to those that it names', async () => {
  await post('/', { tag: 'db', concurrency_limit: 2 });
  await post('/increment', { names: ['db'], task_run_id: taskRun() });
  const named = [taskRun(), taskRun()];
  const reset = await post('/tag/db/reset', { slot_override: named });
  expect([reset.status, reset.text]).toEqual([200, 'null']);
  expect((await get('/tag/db')).body.active_slots.toSorted()).toEqual(named.toSorted());
  expect((await post('/increment', { names: ['db'], task_run_id: taskRun() })).status).toBe(423);
  await post('/tag/db/reset', {});
  expect((await get('/tag/db')).body.active_slots).toEqual([]);
  expect((await post('/increment', { names: ['db'], task_run_id: taskRun() })).status).toBe(200);
});

test('what a task run asks for again, one after the other or at once, takes no second slot', async () => {
  await post('/', { tag: 'db', concurrency_limit: 1 });
  await post('/', { tag: 'net', concurrency_limit: 3 });
  const one = taskRun();
  const both = () => post('/increment', { names: ['db', 'net'], task_run_id: one });
  const answers = [await both(), ...(await Promise.all(Array.from({ length: 8 }, both)))];
  for (const { status, body } of answers) expect([status, body]).toEqual([200, answers[0]!.body]);
  const used = async (tag: string) =>
    (await app.inject('GET', `/api/v2/concurrency_limits/tag:${tag}`, undefined, tenant.key)).body.active_slots;
  expect([await used('db'), await used('net')]).toEqual([1, 1]);
  expect((await get('/tag/db')).body.active_slots).toEqual([one]);
  await post('/decrement', { names: ['db'], task_run_id: one });
  expect([await used('db'), await used('net')]).toEqual([0, 0]);
  expect((await both()).status).toBe(200);
});

test('of many who ask for the first time at once, as one task run, each is answered and one slot is taken', async () => {
  await post('/', { tag: 'db', concurrency_limit: 1 });
  const one = taskRun();
  const asked = () => post('/increment', { names: ['db'], task_run_id: one });
  expect((await Promise.all(Array.from({ length: 12 }, asked))).map(({ status }) => status)).toEqual(
    Array(12).fill(200),
  );
  expect((await get('/tag/db')).body.active_slots).toEqual([one]);
  expect((await post('/increment', { names: ['db'], task_run_id: taskRun() })).status).toBe(423);
});

test('a task run that holds some of the tags takes the others', async () => {
  await post('/', { tag: 'db', concurrency_limit: 1 });
  await post('/', { tag: 'net', concurrency_limit: 1 });
  const one = taskRun();
  await post('/increment', { names: ['db'], task_run_id: one });
  expect((await post('/increment', { names: ['db', 'net'], task_run_id: one })).status).toBe(200);
  for (const tag of ['db', 'net']) expect((await get(`/tag/${tag}`)).body.active_slots).toEqual([one]);
});
