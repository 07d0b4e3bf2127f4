import { randomUUID } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { newId } from '@headgate/contracts';
import { until } from '@headgate/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Tenant } from '../../../../test/app.js';
import { channelWorker, helloOf, type ChannelWorker, type Frame } from '../../../../test/channel-worker.js';
import { startStage, type Stage } from '../../../../test/loops/stage.js';
import { made } from '../../../../test/property/http.js';
import { AppModule } from '../../../app.module.js';
import { createHttpApp } from '../../../core/http/http-app.js';

let stage: Stage;
let port: number;
const opened: ChannelWorker[] = [];
beforeAll(async () => {
  stage = await startStage();
  await stage.app.app.listen(0, '127.0.0.1');
  ({ port } = stage.app.app.getHttpServer().address() as AddressInfo);
});
afterAll(() => {
  for (const worker of opened) worker.socket.close();
  return stage.app.close();
});

const kind = 'cancelling_timeout_teardown.v1';
const able = (more: object = {}) =>
  helloOf({
    requested_capabilities: ['worker_heartbeat.v1', 'work_pool_snapshot.v1', 'cleanup_delivery.v1'],
    handled_cleanup_kinds: [kind],
    max_cleanup_concurrency: 1,
    ...more,
  });

async function connect(pool: string, hello = able(), who: Tenant = stage.tenant, at = port): Promise<ChannelWorker> {
  const worker = await channelWorker(at, who, pool, { hello });
  opened.push(worker);
  await worker.hear('worker.ready.v1');
  return worker;
}

async function makePool(type = 'docker'): Promise<string> {
  return (await made(stage.http('POST', '/work_pools/', { name: `pool-${randomUUID().slice(0, 8)}`, type }))).name;
}

/** A run of the pool that was told to cancel six minutes ago, and whose infrastructure does not listen. */
async function stuckRun(pool: string, more: { pid?: string | null; queue?: string } = {}): Promise<string> {
  const { pid = 'box-1', queue } = more;
  const { id } = await stage.deployment({ work_pool_name: pool, work_queue_name: queue ?? 'default' });
  const run = await made(stage.http('POST', `/deployments/${id}/create_flow_run`, {}));
  await stage.move(run.id, { type: 'RUNNING' }, true);
  if (pid !== null) await stage.http('PATCH', `/flow_runs/${run.id}`, { infrastructure_pid: pid });
  await stage.move(run.id, { type: 'CANCELLING' }, true);
  await stage.sql(`update flow_run_by_state set until = until - interval '6 minutes' where flow_run_id = $1`, [run.id]);
  return run.id;
}
const timeOut = () => stage.loops.pass('finish-cancellations');
const takeBack = () => stage.loops.pass('take-back-teardowns');
const leaseRunsOut = (runId: string) =>
  stage.sql(`update run_teardown set lease_until = now() - interval '1 second' where flow_run_id = $1`, [runId]);
const kept = async (runId: string) =>
  (await stage.sql('select * from run_teardown where flow_run_id = $1', [runId])).rows[0];

const messages = (worker: ChannelWorker) => worker.all('cleanup.message.v1');
const nthMessage = (worker: ChannelWorker, n: number) =>
  until(`message ${n}`, () => messages(worker)[n - 1]) as Promise<Frame>;

/** Says it and hears the answer to it. */
async function operate(worker: ChannelWorker, operation: string, message: object, more: object = {}) {
  const { message_id, reservation_token } = message as { message_id: string; reservation_token: string };
  const id = worker.say(`cleanup.${operation}.v1`, { message_id, reservation_token, ...more });
  const answer = await until('the answer', () => worker.heard.find((each) => each.payload?.request_frame_id === id));
  return (answer as Frame).payload;
}
/** Whatever was on its way to the worker has arrived when this has. */
const settled = (worker: ChannelWorker) => operate(worker, 'renew', { message_id: newId(), reservation_token: 'x' });

test('a worker that can is asked to end what a run left whose cancellation timed out, until it has', async () => {
  const pool = await makePool();
  const worker = await connect(pool);
  expect((await worker.hear('worker.ready.v1')).payload).toMatchObject({
    accepted_capabilities: ['worker_heartbeat.v1', 'work_pool_snapshot.v1', 'cleanup_delivery.v1'],
    rejected_capabilities: [],
    effective_max_cleanup_concurrency: 1,
  });
  const runId = await stuckRun(pool);
  await timeOut();
  const run = await stage.read(runId);
  expect(run.state_type).toBe('CANCELLED');
  const { payload } = await nthMessage(worker, 1);
  expect(payload).toEqual({
    message_id: run.state.id,
    kind,
    reservation_token: expect.any(String),
    lease_expires_at: expect.any(String),
    delivery_count: 1,
    work_queue_id: run.work_queue_id,
    target: { flow_run_id: runId, infrastructure_pid: 'box-1' },
    data: {},
  });
  const leaseSeconds = (Date.parse(payload['lease_expires_at']) - Date.now()) / 1000;
  expect(leaseSeconds).toBeGreaterThan(0);
  expect(leaseSeconds).toBeLessThanOrEqual(31);
  const renewed = await operate(worker, 'renew', payload);
  expect(renewed).toMatchObject({ operation: 'renew', status: 'accepted', reason: null, detail: null });
  expect(renewed['lease_expires_at'] > payload['lease_expires_at']).toBe(true);
  expect(await operate(worker, 'ack', payload)).toMatchObject({
    message_id: payload['message_id'],
    operation: 'ack',
    status: 'accepted',
    lease_expires_at: null,
    reason: null,
  });
  expect(await kept(runId)).toBeUndefined();
  await stage.rivals('finish-cancellations');
  await takeBack();
  expect(await operate(worker, 'ack', payload)).toMatchObject({ status: 'not_found', reason: 'message_not_found' });
  expect(messages(worker)).toHaveLength(1);
});

test('who connects later is given what waits, and only who shows the token has a say', async () => {
  const pool = await makePool();
  const runId = await stuckRun(pool);
  await timeOut();
  const worker = await connect(pool);
  const { payload } = await nthMessage(worker, 1);
  const wrong = { ...payload, reservation_token: randomUUID() };
  for (const operation of ['ack', 'renew', 'release']) {
    const more = operation === 'release' ? { reason: 'tired' } : {};
    const refused = { operation, status: 'invalid_token', reason: 'reservation_token_mismatch' };
    expect(await operate(worker, operation, wrong, more)).toMatchObject(refused);
  }
  const elsewhere = await connect(await makePool());
  expect(await operate(elsewhere, 'ack', payload)).toMatchObject({
    status: 'unauthorized',
    reason: 'work_pool_mismatch',
  });
  const unable = await connect(pool, helloOf());
  expect(await operate(unable, 'ack', payload)).toMatchObject({
    status: 'unauthorized',
    reason: 'cleanup_delivery_not_accepted',
  });
  expect(await kept(runId)).toBeDefined();
});

test('what is given back or not answered for in time is delivered again, three times in all', async () => {
  const pool = await makePool();
  const runId = await stuckRun(pool);
  await timeOut();
  const worker = await connect(pool);
  const first = (await nthMessage(worker, 1)).payload;
  expect(await operate(worker, 'release', first, { reason: 'tired' })).toMatchObject({ status: 'accepted' });
  const second = (await nthMessage(worker, 2)).payload;
  expect(second).toMatchObject({ message_id: first['message_id'], delivery_count: 2 });
  expect(second['reservation_token']).not.toBe(first['reservation_token']);
  expect(await operate(worker, 'ack', first)).toMatchObject({ status: 'invalid_token' });
  await leaseRunsOut(runId);
  expect(await operate(worker, 'renew', second)).toMatchObject({ status: 'expired', reason: 'lease_expired' });
  await takeBack();
  const third = (await nthMessage(worker, 3)).payload;
  expect(third).toMatchObject({ message_id: first['message_id'], delivery_count: 3 });
  await leaseRunsOut(runId);
  const dead = { status: 'dead_lettered', reason: 'max_delivery_attempts_reached' };
  expect(await operate(worker, 'ack', third)).toMatchObject(dead);
  expect(await takeBack()).toMatchObject({ freed: 0, dead: 1 });
  expect(await kept(runId)).toBeUndefined();
  expect(messages(worker)).toHaveLength(3);
});

test('the third release ends a message, too', async () => {
  const pool = await makePool();
  const runId = await stuckRun(pool);
  await timeOut();
  const worker = await connect(pool);
  for (const [n, status] of [
    [1, 'accepted'],
    [2, 'accepted'],
    [3, 'dead_lettered'],
  ] as const)
    expect(await operate(worker, 'release', (await nthMessage(worker, n)).payload, { reason: 'tired' })).toMatchObject({
      operation: 'release',
      status,
    });
  expect(await kept(runId)).toBeUndefined();
});

test('a worker holds no more at once than it can, also with two connections; what it ends makes room', async () => {
  const pool = await makePool();
  for (let runs = 0; runs < 4; runs++) await stuckRun(pool, { pid: `box-${runs}` });
  await timeOut();
  const hello = able({ max_cleanup_concurrency: 2 });
  const worker = await connect(pool, hello);
  await nthMessage(worker, 2);
  const twin = await connect(pool, hello);
  for (const each of [worker, twin]) await settled(each);
  expect([messages(worker).length, messages(twin).length]).toEqual([2, 0]);
  expect(await operate(worker, 'ack', messages(worker)[0]!.payload)).toMatchObject({ status: 'accepted' });
  await nthMessage(worker, 3);
  await settled(worker);
  expect(messages(worker)).toHaveLength(3);
  const other = await connect(pool, able({ worker_name: 'more hands' }));
  await nthMessage(other, 1);
  const boxes = [...messages(worker), ...messages(other)].map((each) => each.payload['target'].infrastructure_pid);
  expect(boxes.toSorted()).toEqual(['box-0', 'box-1', 'box-2', 'box-3']);
});

test('nobody is asked who did not agree to it, does other things, or belongs to another pool or workspace', async () => {
  const pool = await makePool();
  const stranger = await stage.app.tenant();
  await stage.app.inject('POST', '/api/work_pools/', { name: pool, type: 'docker' }, stranger.key);
  const others = await Promise.all([
    connect(pool, helloOf()),
    connect(pool, able({ handled_cleanup_kinds: ['pending_claim_teardown.v1'] })),
    connect(await makePool()),
    connect(pool, able(), stranger),
  ]);
  const runId = await stuckRun(pool);
  await timeOut();
  for (const other of others) {
    other.beat();
    await settled(other);
    expect(messages(other)).toEqual([]);
  }
  const [foreign] = others.slice(-1) as [ChannelWorker];
  const worker = await connect(pool);
  const { payload } = await nthMessage(worker, 1);
  expect(await operate(foreign, 'ack', payload)).toMatchObject({ status: 'not_found' });
  expect(await kept(runId)).toBeDefined();
});

test('of what waits, a worker of some queues is given theirs first', async () => {
  const pool = await makePool();
  await made(stage.http('POST', `/work_pools/${pool}/queues`, { name: 'urgent' }));
  await stuckRun(pool, { pid: 'plain' });
  await timeOut();
  await stuckRun(pool, { pid: 'urgent', queue: 'urgent' });
  await timeOut();
  const worker = await connect(pool, able({ work_queue_names: ['urgent'] }));
  const { payload } = await nthMessage(worker, 1);
  expect(payload['target'].infrastructure_pid).toBe('urgent');
  await operate(worker, 'ack', payload);
  expect((await nthMessage(worker, 2)).payload['target'].infrastructure_pid).toBe('plain');
});

test('the loop may be cut off anywhere, and run in several processes: one message is left, and told everywhere', async () => {
  const pool = await makePool();
  const { max_cleanup_concurrency: _, ...saysNotHowMany } = able();
  const other = await createHttpApp(AppModule);
  await other.listen(0, '127.0.0.1');
  const elsewhere = (other.getHttpServer().address() as AddressInfo).port;
  const worker = await connect(pool, saysNotHowMany as ReturnType<typeof able>, stage.tenant, elsewhere);
  const runId = await stuckRun(pool);
  await stage.cutOff('finish-cancellations', 'run_teardown', 'insert');
  expect([(await stage.read(runId)).state_type, await kept(runId)]).toEqual(['CANCELLED', undefined]);
  await stage.cutOff('finish-cancellations', 'run_cleanup', 'delete');
  expect(await kept(runId)).toBeUndefined();
  await stage.rivals('finish-cancellations');
  const { payload } = await nthMessage(worker, 1);
  expect(await operate(worker, 'ack', payload)).toMatchObject({ status: 'accepted' });
  await stage.isIdle('finish-cancellations');
  expect(messages(worker)).toHaveLength(1);
  worker.socket.close();
  await worker.closed;
  await other.close();
});

test('nothing is left by runs without infrastructure, of pools without workers, or that were cancelled in time', async () => {
  const pool = await makePool();
  const managed = await makePool('prefect:managed');
  const runs = [await stuckRun(pool, { pid: null }), await stuckRun(managed), await stuckRun(pool)];
  await stage.move(runs[2]!, { type: 'CANCELLED' }, true);
  await timeOut();
  for (const runId of runs) {
    expect((await stage.read(runId)).state_type).toBe('CANCELLED');
    expect(await kept(runId)).toBeUndefined();
  }
});

test('what nobody asked for within a day is forgotten, and with a pool goes what waits in it', async () => {
  const pool = await makePool();
  const runs = [await stuckRun(pool), await stuckRun(pool)] as const;
  await timeOut();
  await stage.sql(`update run_teardown set created = now() - interval '25 hours' where flow_run_id = $1`, [runs[0]]);
  expect(await takeBack()).toMatchObject({ forgotten: 1 });
  expect([await kept(runs[0]), (await kept(runs[1]))?.infrastructure_pid]).toEqual([undefined, 'box-1']);
  await stage.http('DELETE', `/work_pools/${pool}`);
  expect(await kept(runs[1])).toBeUndefined();
});
