import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Ctx } from '../../core/access/ctx.js';
import { Loops } from '../../core/loops/loops.js';
import { AppError } from '../../core/errors/app-error.js';
import { startTestApp, type TestApp } from '../../../test/app.js';
import { ctxFor } from '../../../test/ctx.js';
import { Operations } from '../../core/operations/operations.js';
import { createLimit } from './concurrency.operations.js';
import { ConcurrencyService } from './concurrency.service.js';

let app: TestApp;
let service: ConcurrencyService;
let operations: Operations;
let ctx: Ctx;

beforeAll(async () => {
  app = await startTestApp();
  [service, operations] = [app.app.get(ConcurrencyService), app.app.get(Operations)];
});
afterAll(() => app.close());
beforeEach(async () => {
  ctx = ctxFor(await app.tenant());
});

const leaseId = () => crypto.randomUUID();
const lease = (seconds = 60) => ({ id: leaseId(), seconds });
const slotsOf = async (name: string) => (await service.get(ctx, name)).used;
const kindOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'taken',
    (error: unknown) => (error instanceof AppError ? error.kind : error),
  );

async function countOutcomes(tries: Promise<unknown>[]) {
  const counts: Record<string, number> = {};
  for (const outcome of await Promise.all(tries.map(kindOf)))
    counts[String(outcome)] = (counts[String(outcome)] ?? 0) + 1;
  return counts;
}

test('of forty rivals for seven slots, seven get one', async () => {
  await operations.run(ctx, createLimit, { name: 'db', limit: 7 });
  const outcomes = await countOutcomes(
    Array.from({ length: 40 }, () => service.take(ctx, { names: ['db'], slots: 1 }, lease())),
  );
  expect(outcomes).toEqual({ taken: 7, locked: 33 });
  expect(await slotsOf('db')).toBe(7);
});

test('rivals for two limits in either order never hold one without the other, and never block each other for good', async () => {
  await operations.run(ctx, createLimit, { name: 'a', limit: 3 });
  await operations.run(ctx, createLimit, { name: 'b', limit: 5 });
  const orders = [
    ['a', 'b'],
    ['b', 'a'],
  ];
  const outcomes = await countOutcomes(
    Array.from({ length: 40 }, (_, at) => service.take(ctx, { names: orders[at % 2]!, slots: 1 }, lease())),
  );
  expect(outcomes).toEqual({ taken: 3, locked: 37 });
  expect([await slotsOf('a'), await slotsOf('b')]).toEqual([3, 3]);
});

test('rivals that take and give back leave nothing taken', async () => {
  await operations.run(ctx, createLimit, { name: 'db', limit: 3 });
  const once = async () => {
    const held = lease();
    if ((await kindOf(service.take(ctx, { names: ['db'], slots: 1 }, held))) !== 'taken') return 0;
    expect(await slotsOf('db')).toBeLessThanOrEqual(3);
    await service.release(ctx, held.id);
    return 1;
  };
  const rounds = await Promise.all(Array.from({ length: 60 }, once));
  expect(rounds.reduce<number>((sum, each) => sum + each, 0)).toBeGreaterThanOrEqual(3);
  expect(await slotsOf('db')).toBe(0);
});

test('a lease that is given back twice, even at once, gives back once', async () => {
  await operations.run(ctx, createLimit, { name: 'db', limit: 5 });
  const [one, other] = [lease(), lease()];
  await service.take(ctx, { names: ['db'], slots: 2 }, one);
  await service.take(ctx, { names: ['db'], slots: 1 }, other);
  await Promise.all([1, 2, 3].map(() => service.release(ctx, one.id)));
  expect(await slotsOf('db')).toBe(1);
});

test('a lease that was not renewed in time loses its slots, one that was keeps them', async () => {
  await operations.run(ctx, createLimit, { name: 'db', limit: 2 });
  const [lost, kept] = [lease(-1), lease(-1)];
  await service.take(ctx, { names: ['db'], slots: 1 }, lost);
  await service.take(ctx, { names: ['db'], slots: 1 }, kept);
  expect(await service.renew(ctx, kept.id, 60)).toBe(true);
  await app.app.get(Loops).pass('expire-concurrency-leases');
  expect(await slotsOf('db')).toBe(1);
  expect(await service.renew(ctx, lost.id, 60)).toBe(false);
  expect(await service.renew(ctx, kept.id, 60)).toBe(true);
});

test('processes that expire leases at the same time give each back once', async () => {
  await operations.run(ctx, createLimit, { name: 'db', limit: 20 });
  for (let count = 0; count < 10; count++)
    await service.take(ctx, { names: ['db'], slots: 1 }, lease(count < 6 ? -1 : 60));
  await Promise.all([1, 2, 3].map(() => service.expireLeases(2)));
  expect(await slotsOf('db')).toBe(4);
});

test('slots of a rate limit come back with time, fractions included, however often it is written to', async () => {
  // They begin to come back while we are still waiting to hear that the limit is there.
  const started = Date.now();
  await operations.run(ctx, createLimit, { name: 'api', limit: 10, slot_decay_per_second: 50, active_slots: 10 });
  let [taken, longestMs] = [0, 0];
  while (taken < 20) {
    const asked = Date.now();
    if ((await kindOf(service.take(ctx, { names: ['api'], slots: 1, mode: 'rate_limit' }))) === 'taken') taken++;
    longestMs = Math.max(longestMs, Date.now() - asked);
  }
  // Twenty slots at fifty a second; many more refusals than that were written meanwhile. A slot is found by the try after
  // the one that was under way when it came back.
  const ms = Date.now() - started;
  expect(ms).toBeGreaterThan(350);
  expect(ms).toBeLessThan(500 + 40 * longestMs);
});

test('a deployment gets a lease while its limit has room, and null when it has not', async () => {
  const id = await service.ensureLimit(ctx, app.db.db, 'deployment:x', 1);
  expect(await service.ensureLimit(ctx, app.db.db, 'deployment:x', 1)).toBe(id);
  const holder = { type: 'flow_run' as const, id: crypto.randomUUID() };
  const leased = await service.acquire(ctx, id, { leaseSeconds: 60, holder });
  expect(leased).not.toBeNull();
  expect(await service.acquire(ctx, id, { leaseSeconds: 60, holder })).toBeNull();
  await service.release(ctx, leased!);
  expect(await service.acquire(ctx, id, { leaseSeconds: 60, holder })).not.toBeNull();
  await service.deleteLimit(ctx, app.db.db, id);
  expect(await service.acquire(ctx, id, { leaseSeconds: 60, holder })).not.toBeNull();
});

test("the limits and leases of another workspace are nobody else's business", async () => {
  await operations.run(ctx, createLimit, { name: 'db', limit: 1 });
  const held = lease();
  await service.take(ctx, { names: ['db'], slots: 1 }, held);
  const foreign = ctxFor(await app.tenant());
  expect(await service.take(foreign, { names: ['db'], slots: 1 }, lease())).toEqual([]);
  expect(await service.renew(foreign, held.id, 60)).toBe(false);
  await service.release(foreign, held.id);
  expect(await slotsOf('db')).toBe(1);
  expect(await kindOf(service.get(foreign, 'db'))).toBe('notFound');
});
