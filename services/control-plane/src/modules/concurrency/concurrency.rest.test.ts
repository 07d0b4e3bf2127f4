import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { startTestApp, type Tenant, type TestApp } from '../../../test/app.js';
import { ConcurrencyService } from './concurrency.service.js';

let app: TestApp;
let tenant: Tenant;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());
beforeEach(async () => {
  tenant = await app.tenant();
});

const base = '/api/v2/concurrency_limits';
const post = (path: string, body: unknown = {}) => app.inject('POST', base + path, body, tenant.key);
const get = (path: string) => app.inject('GET', base + path, undefined, tenant.key);
const create = async (body: object) => (await post('/', body)).body;

test('a limit is created with 201 and everything about it', async () => {
  const made = await post('/', { name: 'db', limit: 2 });
  expect(made.status).toBe(201);
  expect(made.body).toEqual({
    id: expect.any(String),
    created: expect.stringMatching(/Z$/),
    updated: expect.stringMatching(/Z$/),
    name: 'db',
    limit: 2,
    active: true,
    active_slots: 0,
    denied_slots: 0,
    slot_decay_per_second: 0,
    avg_slot_occupancy_seconds: 2,
  });
});

test('a name is given once', async () => {
  await create({ name: 'db', limit: 2 });
  const again = await post('/', { name: 'db', limit: 3 });
  expect(again.status).toBe(409);
  expect(again.body.detail).toMatch(/^Data integrity conflict/);
});

test('what is not a limit is refused in the shape of the wire', async () => {
  for (const body of [
    { name: 'a/b', limit: 1 },
    { name: 'a', limit: -1 },
    { name: 'a', limit: 1, colour: 'red' },
    { name: 'a' },
    { name: 'a', limit: 2 ** 31 },
  ]) {
    const refused = await post('/', body);
    expect(refused.status).toBe(422);
    expect(refused.body).toMatchObject({ exception_message: 'Invalid request received.', request_body: body });
  }
});

test('a limit is read, changed and deleted by its id and by its name', async () => {
  const { id } = await create({ name: 'db', limit: 2 });
  expect((await get(`/${id}`)).body).toEqual((await get('/db')).body);
  expect(Object.keys((await get('/db')).body).toSorted()).toEqual([
    'active',
    'active_slots',
    'created',
    'id',
    'limit',
    'name',
    'slot_decay_per_second',
    'updated',
  ]);
  expect((await app.inject('PATCH', `${base}/db`, { limit: 5, active: null }, tenant.key)).status).toBe(204);
  expect((await get(`/${id}`)).body).toMatchObject({ limit: 5, active: true });
  expect((await app.inject('DELETE', `${base}/${id}`, undefined, tenant.key)).status).toBe(204);
  const gone = await get('/db');
  expect([gone.status, gone.body]).toEqual([404, { detail: 'Concurrency Limit not found' }]);
});

test('limits are listed by name, page by page', async () => {
  for (const name of ['b', 'c', 'a']) await create({ name, limit: 1 });
  const names = async (body: object) => (await post('/filter', body)).body.map((each: { name: string }) => each.name);
  expect(await names({ limit: null, offset: null })).toEqual(['a', 'b', 'c']);
  expect(await names({ limit: 1, offset: 1 })).toEqual(['b']);
  const tooMany = await post('/filter', { limit: 201 });
  expect(tooMany.status).toBe(422);
  expect(tooMany.text).toContain('Invalid limit');
});

test('slots are taken with a lease, renewed and given back', async () => {
  const { id } = await create({ name: 'db', limit: 1 });
  const taken = await post('/increment-with-lease', {
    names: ['db', 'unknown'],
    slots: 1,
    mode: 'concurrency',
    lease_duration: 60,
    holder: null,
  });
  expect([taken.status, taken.body]).toEqual([
    200,
    { lease_id: expect.any(String), limits: [{ id, name: 'db', limit: 1 }] },
  ]);
  expect((await post(`/leases/${taken.body.lease_id}/renew`, { lease_duration: 90 })).status).toBe(204);
  expect((await post('/decrement-with-lease', { lease_id: taken.body.lease_id })).status).toBe(204);
  expect((await get('/db')).body.active_slots).toBe(0);
  expect((await post('/decrement-with-lease', { lease_id: taken.body.lease_id })).status).toBe(204);
  const gone = await post(`/leases/${taken.body.lease_id}/renew`);
  expect([gone.status, gone.body]).toEqual([410, { detail: 'Lease not found - it may have expired or been revoked' }]);
});

test('names without a limit do not constrain', async () => {
  const free = await post('/increment-with-lease', {
    names: ['tag:x'],
    slots: 3,
    lease_duration: 60,
    holder: { type: 'task_run', id: crypto.randomUUID() },
  });
  expect([free.status, free.body.limits]).toEqual([200, []]);
});

test('an inactive limit is named but does not constrain', async () => {
  await create({ name: 'off', limit: 1, active: false });
  const taken = await post('/increment-with-lease', { names: ['off'], slots: 5 });
  expect(taken.body.limits).toHaveLength(1);
  expect((await get('/off')).body.active_slots).toBe(0);
  expect((await post(`/leases/${taken.body.lease_id}/renew`)).status).toBe(204);
});

test('a lease of an inactive limit holds none of its slots, and gives none back when it has become active', async () => {
  const { id } = await create({ name: 'asleep', limit: 3, active: false });
  const taken = await post('/increment-with-lease', { names: ['asleep'], slots: 2 });
  expect((await app.inject('PATCH', `${base}/${id}`, { active: true }, tenant.key)).status).toBe(204);
  await post('/increment', { names: ['asleep'], slots: 2 });
  expect((await get('/asleep')).body.active_slots).toBe(2);
  expect((await post('/decrement-with-lease', { lease_id: taken.body.lease_id })).status).toBe(204);
  expect((await get('/asleep')).body.active_slots).toBe(2);
});

test('who finds too few slots is locked out, told when to come back, and counted', async () => {
  await create({ name: 'db', limit: 1, active_slots: 1 });
  const locked = await post('/increment-with-lease', { names: ['db'], slots: 1 });
  expect([locked.status, locked.body]).toEqual([423, { detail: 'Locked' }]);
  expect(Number(locked.headers['retry-after'])).toBeGreaterThan(0);
  const { rows } = await app.db.sql.query(
    'select denied_slots, active_slots from concurrency_limit where workspace_id = $1',
    [tenant.workspaceId],
  );
  expect(rows).toEqual([{ denied_slots: 1, active_slots: 1 }]);
});

test('more slots than the limit has are refused for good', async () => {
  await create({ name: 'db', limit: 2 });
  const refused = await post('/increment', { names: ['db'], slots: 3 });
  expect([refused.status, refused.body]).toEqual([422, { detail: 'Slots requested is greater than the limit' }]);
});

test('a limit without decay is no rate limit, and says which it is', async () => {
  await create({ name: 'db', limit: 2 });
  const refused = await post('/increment', { names: ['db'], slots: 1, mode: 'rate_limit' });
  expect(refused.status).toBe(422);
  expect(refused.body.detail).toContain("'db'");
});

test('a plain increment holds until a decrement, which also tells how long slots are held', async () => {
  const { id } = await create({ name: 'db', limit: 2 });
  expect((await post('/increment', { names: ['db'], slots: 2, create_if_missing: null })).body).toEqual([
    { id, name: 'db', limit: 2 },
  ]);
  expect((await post('/decrement', { names: ['db'], slots: 2, occupancy_seconds: 20 })).body).toEqual([
    { id, name: 'db', limit: 2 },
  ]);
  const { rows } = await app.db.sql.query(
    'select active_slots, avg_slot_occupancy_seconds as average from concurrency_limit where workspace_id = $1',
    [tenant.workspaceId],
  );
  // 20 s for two slots is 10 s each; one of four samples of a mean that was 2 s.
  expect(rows).toEqual([{ active_slots: 0, average: 4 }]);
});

test('a lease lasts between a minute and a day, and a holder is of a known kind', async () => {
  for (const wrong of [
    { lease_duration: 59 },
    { lease_duration: 86_401 },
    { holder: { type: 'person', id: crypto.randomUUID() } },
    { holder: { type: 'flow_run', id: 'x' } },
    { slots: 0 },
  ]) {
    expect((await post('/increment-with-lease', { names: ['db'], slots: 1, ...wrong })).status).toBe(422);
  }
});

test('a lease outlives its limit: who holds it goes on renewing it until it is released or expires', async () => {
  await create({ name: 'db', limit: 1 });
  const lease = (await post('/increment-with-lease', { names: ['db'], slots: 1 })).body.lease_id as string;
  const renew = async () => (await post(`/leases/${lease}/renew`)).status;
  await app.inject('DELETE', `${base}/db`, undefined, tenant.key);
  expect(await renew()).toBe(204);
  await create({ name: 'db', limit: 1 });
  expect((await get('/db')).body.active_slots).toBe(0);
  await app.db.sql.query(`update concurrency_lease set expires = now() - interval '1 second' where id = $1`, [lease]);
  await app.app.get(ConcurrencyService).expireLeases();
  expect(await renew()).toBe(410);
  expect((await get('/db')).body.active_slots).toBe(0);
});

test('making, changing and deleting a limit is told, by either kind of limit', async () => {
  const { id } = await create({ name: 'db', limit: 2 });
  await app.inject('PATCH', `${base}/db`, { limit: 3 }, tenant.key);
  await app.inject('DELETE', `${base}/${id}`, undefined, tenant.key);
  const tag = { tag: 'gpu', concurrency_limit: 1 };
  for (const size of [1, 4])
    await app.inject('POST', '/api/concurrency_limits/', { ...tag, concurrency_limit: size }, tenant.key);
  await app.inject('DELETE', '/api/concurrency_limits/tag/gpu', undefined, tenant.key);
  const filter = { filter: { event: { prefix: ['prefect.concurrency-limit.'] }, order: 'ASC' } };
  const { body } = await app.inject('POST', '/api/events/filter', filter, tenant.key);
  const told = body.events.map(
    (event: { event: string; resource: Record<string, string>; payload: { limit: number } }) =>
      `${event.event.split('.').at(-1)} ${event.resource['prefect.resource.name']} ${event.payload.limit}`,
  );
  expect(told).toEqual([
    'created db 2',
    'updated db 3',
    'deleted db 3',
    'created tag:gpu 1',
    'updated tag:gpu 4',
    'deleted tag:gpu 4',
  ]);
  expect(body.events[0]).toMatchObject({
    resource: { 'prefect.resource.id': `prefect.concurrency-limit.${id}` },
    payload: { name: 'db', limit: 2, active: true, slot_decay_per_second: 0 },
  });
});
