import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApp, type Tenant, type TestApp } from '../../../../test/app.js';

let app: TestApp;
let owner: Tenant;
beforeAll(async () => {
  app = await startTestApp();
  owner = await app.tenant();
});
afterAll(() => app.close());

const call = (method: 'POST' | 'DELETE', path: string, body?: unknown) =>
  app.inject(method, `/api${path}`, body, owner.key);
const make = async () =>
  (await call('POST', '/work_pools/', { name: `pool-${randomUUID().slice(0, 8)}`, type: 'process' })).body;

test('workers are listed by their last heartbeat; who missed three beats is offline at once', async () => {
  const { name, id } = await make();
  const beat = (body: object) => call('POST', `/work_pools/${name}/workers/heartbeat`, body);
  expect((await beat({ name: 'slow', heartbeat_interval_seconds: 60 })).status).toBe(204);
  await beat({ name: 'quick', heartbeat_interval_seconds: 10 });
  await beat({ name: 'quiet', surprise: 'ignored' });
  expect((await beat({})).status).toBe(422);
  const list = async (workers: unknown) =>
    (await call('POST', `/work_pools/${name}/workers/filter`, { workers })).body.map(
      (worker: { name: string; status: string }) => `${worker.name} ${worker.status}`,
    );
  expect(await list(null)).toEqual(['quiet ONLINE', 'quick ONLINE', 'slow ONLINE']);
  await app.db.sql.query(
    "update worker set last_heartbeat_time = now() - interval '70 seconds' where work_pool_id = $1 and name <> 'quiet'",
    [id],
  );
  expect((await list({ status: { any_: ['ONLINE'] } })).toSorted()).toEqual(['quiet ONLINE', 'slow ONLINE']);
  expect(await list({ status: { not_any_: ['ONLINE'] } })).toEqual(['quick OFFLINE']);
  const minuteAgo = new Date(Date.now() - 60_000).toISOString();
  expect(await list({ last_heartbeat_time: { after_: minuteAgo } })).toEqual(['quiet ONLINE']);
  expect(
    await list({ operator: 'or_', last_heartbeat_time: { after_: minuteAgo }, status: { any_: ['OFFLINE'] } }),
  ).toHaveLength(2);
  expect((await call('DELETE', `/work_pools/${name}/workers/quick`)).status).toBe(204);
  expect(await call('DELETE', `/work_pools/${name}/workers/quick`)).toMatchObject({
    status: 404,
    body: { detail: 'Worker not found.' },
  });
});

test('of one worker’s heartbeats that come together all are answered', async () => {
  const { name } = await make();
  const beats = Array.from({ length: 20 }, () =>
    call('POST', `/work_pools/${name}/workers/heartbeat`, { name: 'hands' }),
  );
  expect((await Promise.all(beats)).map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 204));
  expect((await call('POST', `/work_pools/${name}/workers/filter`, {})).body).toHaveLength(1);
  expect((await call('POST', '/work_pools/nowhere/workers/heartbeat', { name: 'hands' })).body).toEqual({
    detail: 'Work pool "nowhere" not found.',
  });
});
