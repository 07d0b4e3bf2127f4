import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { newId } from '@headgate/contracts';
import { until } from '@headgate/testkit';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { startTestApp, type Tenant, type TestApp } from '../../../../test/app.js';
import { channelWorker, helloOf, type ChannelWorker } from '../../../../test/channel-worker.js';
import { AppModule } from '../../../app.module.js';
import { createHttpApp } from '../../../core/http/http-app.js';
import { WorkPoolsService } from '../pools/work-pools.service.js';

let app: TestApp;
let owner: Tenant;
let stranger: Tenant;
let port: number;
beforeAll(async () => {
  app = await startTestApp();
  [owner, stranger] = [await app.tenant(), await app.tenant()];
  await app.app.listen(0, '127.0.0.1');
  ({ port } = app.app.getHttpServer().address() as AddressInfo);
});
afterAll(() => app.close());

const call = (method: 'GET' | 'POST' | 'PATCH' | 'DELETE', path: string, body?: unknown) =>
  app.inject(method, `/api${path}`, body, owner.key);

const template = {
  job_configuration: { command: '{{ command }}' },
  variables: { properties: { command: { type: 'string' } } },
};
type Caller = { hello?: ReturnType<typeof helloOf>; key?: string | null; who?: Tenant };
const connect = (pool: string, { who = owner, key = owner.key, hello }: Caller = {}) =>
  channelWorker(port, who, pool, { hello, key });
const snapshotsOf = (worker: ChannelWorker) => worker.all('work_pool.snapshot.v1');

async function makePool(more: object = {}): Promise<string> {
  const name = `pool-${randomUUID().slice(0, 8)}`;
  const { status, body } = await call('POST', '/work_pools/', {
    name,
    type: 'process',
    base_job_template: template,
    ...more,
  });
  expect(status, JSON.stringify(body)).toBe(201);
  return name;
}
const poolOf = async (name: string) => (await call('GET', `/work_pools/${name}`)).body;

test('who says hello hears what the pool looks like, is online from then on, and the pool is ready', async () => {
  const name = await makePool({ concurrency_limit: 4 });
  const hello = helloOf({ worker_metadata: { integrations: [] } });
  const worker = await connect(name, { hello });
  const ready = await worker.hear('worker.ready.v1');
  expect(worker.heard[0]).toEqual({ type: 'auth_success' });
  expect(Object.keys(ready).toSorted()).toEqual(['id', 'payload', 'sent_at', 'type']);
  const pool = await poolOf(name);
  const [entry] = (await call('POST', `/work_pools/${name}/workers/filter`, {})).body;
  expect(entry).toMatchObject({ name: 'hands', status: 'ONLINE', heartbeat_interval_seconds: 30 });
  expect(ready.payload).toEqual({
    consumer_id: hello.consumer_id,
    worker_id: entry.id,
    selected_channel_version: 'work_pool_worker_channel.v1',
    effective_heartbeat_interval_seconds: 30,
    accepted_capabilities: ['worker_heartbeat.v1', 'work_pool_snapshot.v1'],
    rejected_capabilities: [],
    effective_max_cleanup_concurrency: 0,
    resolved_work_queues: [{ id: pool.default_queue_id, name: 'default' }],
    initial_snapshot: { snapshot_sequence: 1, reason: 'initial', work_pool: pool },
  });
  expect(pool).toMatchObject({ status: 'READY', active_slots: 0 });
  worker.socket.close();
});

test('changes of the pool arrive as snapshots, those that come together as one', async () => {
  const name = await makePool();
  const worker = await connect(name);
  await worker.hear('worker.ready.v1');
  await call('PATCH', `/work_pools/${name}`, { concurrency_limit: 2 });
  await call('PATCH', `/work_pools/${name}`, { is_paused: true });
  await until('the last change', () => snapshotsOf(worker).at(-1)?.payload['work_pool'].is_paused);
  const [first] = snapshotsOf(worker);
  expect(first!.payload).toMatchObject({ snapshot_sequence: 2, reason: 'work_pool_updated' });
  expect(snapshotsOf(worker).at(-1)!.payload['work_pool']).toEqual(await poolOf(name));
  const before = snapshotsOf(worker).length;
  await call('PATCH', `/work_pools/${name}`, { storage_configuration: { bundle_upload_step: { step: {} } } });
  await until('the next', () => snapshotsOf(worker).length > before);
  expect(snapshotsOf(worker).map((each) => each.payload['snapshot_sequence'])).toEqual(
    snapshotsOf(worker).map((_, at) => at + 2),
  );
  worker.socket.close();
});

test('a change is read once for all channels of a pool, and every one of them is shown it', async () => {
  const name = await makePool();
  const workers = await Promise.all(Array.from({ length: 20 }, () => connect(name)));
  for (const worker of workers) await worker.hear('worker.ready.v1');
  const reads = vi.spyOn(app.app.get(WorkPoolsService), 'getMany');
  await call('PATCH', `/work_pools/${name}`, { concurrency_limit: 7 });
  for (const worker of workers) {
    await until('the change', () => snapshotsOf(worker).at(-1)?.payload['work_pool'].concurrency_limit === 7);
    expect(snapshotsOf(worker).at(-1)!.payload['work_pool']).toEqual(await poolOf(name));
  }
  expect(reads.mock.calls.length).toBeLessThanOrEqual(3);
  reads.mockRestore();
  for (const worker of workers) worker.socket.close();
});

test('who does not read what it is sent is shown the newest when it does, and nothing in between', async () => {
  const properties = Object.fromEntries(
    Array.from({ length: 6_000 }, (_, at) => [`p${at}`, { type: 'string', title: 'x'.repeat(80) }]),
  );
  const name = await makePool({
    base_job_template: { job_configuration: { command: '{{ p0 }}' }, variables: { properties } },
  });
  const [slow, quick] = [await connect(name), await connect(name)];
  for (const worker of [slow, quick]) await worker.hear('worker.ready.v1');
  slow.socket.pause();
  // More than the buffers of the two systems' connections hold.
  const changes = 24;
  for (let change = 1; change <= changes; change++) {
    await call('PATCH', `/work_pools/${name}`, { concurrency_limit: change });
    await until('the change', () => snapshotsOf(quick).at(-1)?.payload['work_pool'].concurrency_limit === change);
  }
  slow.socket.resume();
  await until('the newest', () => snapshotsOf(slow).at(-1)?.payload['work_pool'].concurrency_limit === changes);
  expect(snapshotsOf(slow).length).toBeLessThan(changes);
  expect(snapshotsOf(slow).map((each) => each.payload['snapshot_sequence'])).toEqual(
    snapshotsOf(slow).map((_, at) => at + 2),
  );
  for (const worker of [slow, quick]) worker.socket.close();
});

test('a change made through another process arrives, too', async () => {
  const name = await makePool();
  const other = await createHttpApp(AppModule);
  await other.init();
  await other.getHttpAdapter().getInstance().ready();
  const worker = await connect(name);
  await worker.hear('worker.ready.v1');
  const url = `/api/work_pools/${name}`;
  const headers = { authorization: `Bearer ${owner.key}` };
  const patched = await other.inject({ method: 'PATCH', url, headers, payload: { concurrency_limit: 9 } });
  expect(patched.statusCode).toBe(204);
  const heard = await worker.hear('work_pool.snapshot.v1');
  expect(heard.payload['work_pool'].concurrency_limit).toBe(9);
  expect((await other.inject({ method: 'DELETE', url, headers })).statusCode).toBe(204);
  expect(await worker.closed).toBe('1008 authorization_failed');
  await other.close();
});

test('with the pool goes the channel', async () => {
  const name = await makePool();
  const worker = await connect(name);
  await worker.hear('worker.ready.v1');
  await call('DELETE', `/work_pools/${name}`);
  expect(await worker.closed).toBe('1008 authorization_failed');
});

test('heartbeats are taken, and make up for news that were lost on the way', async () => {
  const name = await makePool();
  const worker = await connect(name);
  await worker.hear('worker.ready.v1');
  await app.db.sql.query("update worker set last_heartbeat_time = now() - interval '1 hour', status = 'OFFLINE'");
  worker.beat({ heartbeat_interval_seconds: 10 });
  await until('the heartbeat', async () => {
    const [entry] = (await call('POST', `/work_pools/${name}/workers/filter`, {})).body;
    return entry.status === 'ONLINE' && entry.heartbeat_interval_seconds === 10;
  });
  expect(snapshotsOf(worker)).toEqual([]);
  await app.db.sql.query('update work_pool set concurrency_limit = 6, updated = now() where name = $1', [name]);
  worker.beat();
  const heard = await worker.hear('work_pool.snapshot.v1');
  expect(heard.payload).toMatchObject({ reason: 'heartbeat_reconciliation', work_pool: { concurrency_limit: 6 } });
  await app.db.sql.query('delete from work_pool where name = $1', [name]);
  worker.beat();
  expect(await worker.closed).toBe('1008 authorization_failed');
});

test('a pool that is not there is made if the worker wants that, with the template that it brings', async () => {
  const name = `made-${randomUUID().slice(0, 8)} ü`;
  const wish = { worker_type: 'docker', create_pool_if_not_found: true, default_base_job_template: template };
  const workers = await Promise.all([1, 2, 3].map(() => connect(name, { hello: helloOf(wish) })));
  for (const worker of workers) {
    const { payload } = await worker.hear('worker.ready.v1');
    expect(payload['initial_snapshot'].work_pool).toMatchObject({ name, type: 'docker', base_job_template: template });
    worker.socket.close();
  }
  const refused = await connect('nowhere');
  expect(await refused.closed).toBe('1008 authorization_failed');
  const reserved = await connect('Prefect-of-mine', { hello: helloOf(wish) });
  expect(await reserved.closed).toBe('1008 authorization_failed');
});

test('an empty template is filled by the worker, another one is left alone', async () => {
  const [empty, full] = [await makePool({ base_job_template: {} }), await makePool()];
  const brought = { job_configuration: { env: '{{ env }}' }, variables: { properties: { env: { type: 'object' } } } };
  for (const name of [empty, full]) {
    const worker = await connect(name, { hello: helloOf({ default_base_job_template: brought }) });
    await worker.hear('worker.ready.v1');
    worker.socket.close();
  }
  expect((await poolOf(empty)).base_job_template).toEqual(brought);
  expect((await poolOf(full)).base_job_template).toEqual(template);
  const wrong = { job_configuration: { env: '{{ nothing }}' }, variables: { properties: { env: {} } } };
  const bare = await makePool({ base_job_template: {} });
  const worker = await connect(bare, { hello: helloOf({ default_base_job_template: wrong }) });
  expect(await worker.closed).toBe('1002 protocol_error');
});

test('a worker of some queues hears their ids; a queue that is not there ends the channel', async () => {
  const name = await makePool();
  const { body: queue } = await call('POST', `/work_pools/${name}/queues`, { name: 'urgent' });
  const worker = await connect(name, { hello: helloOf({ work_queue_names: ['urgent', 'urgent'] }) });
  const { payload } = await worker.hear('worker.ready.v1');
  expect(payload['resolved_work_queues']).toEqual([{ id: queue.id, name: 'urgent' }]);
  worker.socket.close();
  const lost = await connect(name, { hello: helloOf({ work_queue_names: ['nowhere'] }) });
  expect(await lost.closed).toBe('1008 authorization_failed');
});

test('who cannot clean anything up is not agreed with on cleanup, and what it says of it is unauthorized', async () => {
  const name = await makePool();
  const hello = helloOf({
    requested_capabilities: ['worker_heartbeat.v1', 'work_pool_snapshot.v1', 'cleanup_delivery.v1', 'telepathy.v1'],
    max_cleanup_concurrency: 1,
  });
  const worker = await connect(name, { hello });
  const { payload } = await worker.hear('worker.ready.v1');
  expect(payload).toMatchObject({
    accepted_capabilities: ['worker_heartbeat.v1', 'work_pool_snapshot.v1'],
    rejected_capabilities: ['cleanup_delivery.v1', 'telepathy.v1'],
    effective_max_cleanup_concurrency: 0,
  });
  const message_id = newId();
  worker.say('cleanup.ack.v1', { message_id, reservation_token: 'none' });
  const answer = await worker.hear('cleanup.operation_result.v1');
  expect(answer.payload).toMatchObject({ message_id, operation: 'ack', status: 'unauthorized' });
  worker.socket.close();
});

test('who does not keep to the protocol is told so', async () => {
  const name = await makePool();
  const hellos: [object, string][] = [
    [{ supported_channel_versions: ['work_pool_worker_channel.v9'] }, '1008 unsupported_version'],
    [{ requested_capabilities: ['worker_heartbeat.v1'] }, '1002 protocol_error'],
    [{ handled_cleanup_kinds: ['cancelling_timeout_teardown.v1'] }, '1002 protocol_error'],
    [{ heartbeat_interval_seconds: 0 }, '1002 protocol_error'],
    [{ surprise: true }, '1002 protocol_error'],
  ];
  for (const [wrong, end] of hellos) expect(await (await connect(name, { hello: helloOf(wrong) })).closed).toBe(end);
  const said: ((worker: ChannelWorker) => void)[] = [
    (worker) => worker.socket.send('not json'),
    (worker) => worker.say('worker.hello.v1', helloOf()),
    (worker) => worker.beat({ consumer_id: newId() }),
    (worker) => worker.beat({ worker_name: 'somebody else' }),
    (worker) => worker.say('cleanup.dance.v1', {}),
    (worker) => worker.say('cleanup.ack.v1', { message_id: newId(), reservation_token: '' }),
    (worker) => worker.say('cleanup.release.v1', { message_id: newId(), reservation_token: 'some' }),
  ];
  for (const say of said) {
    const worker = await connect(name);
    await worker.hear('worker.ready.v1');
    say(worker);
    expect(await worker.closed).toBe('1002 protocol_error');
  }
});

test('without a valid key, or with a stranger’s, there is no channel; a stranger’s pool is not there', async () => {
  const name = await makePool();
  expect(await (await connect(name, { key: null })).closed).toBe('1008 authentication_failed');
  expect(await (await connect(name, { key: 'pnu_wrong' })).closed).toBe('1008 authentication_failed');
  expect(await (await connect(name, { key: stranger.key })).closed).toBe('1008 authentication_failed');
  expect(await (await connect(name, { key: stranger.key, who: stranger })).closed).toBe('1008 authorization_failed');
  const bare = new WebSocket(`ws://127.0.0.1:${port}/api/work_pools/${name}/workers/connect`, {
    headers: { authorization: `Bearer ${owner.key}` },
  });
  const [code, reason] = (await once(bare, 'close')) as [number, Buffer];
  expect(`${code} ${reason.toString()}`).toBe('1008 authentication_failed');
});
