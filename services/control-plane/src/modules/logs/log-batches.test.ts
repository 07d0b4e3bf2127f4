import { randomUUID } from 'node:crypto';
import type { LogJson } from '@headgate/contracts/rest/logs';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApp, type Tenant, type TestApp } from '../../../test/app.js';
import { Live, topics } from '../../core/live/live.js';
import { Loops } from '../../core/loops/loops.js';

/** Who gets no answer sends the same again: what came is stored once. */
let app: TestApp;
let owner: Tenant;
beforeAll(async () => {
  app = await startTestApp();
  owner = await app.tenant();
});
afterAll(() => app.close());

const linesOf = (name: string, messages: string[]) =>
  messages.map((message) => ({ name, level: 20, message, timestamp: '2026-11-20T10:00:00.000001Z' }));
const send = async (lines: object[], tenant = owner) =>
  expect((await app.inject('POST', '/api/logs/', lines, tenant.key)).status).toBe(201);
/** As they arrived. */
const stored = async (name: string, { workspaceId } = owner) =>
  (
    await app.db.db
      .selectFrom('log')
      .select('message')
      .where('workspace_id', '=', workspaceId)
      .where('name', '=', name)
      .orderBy('id')
      .execute()
  ).map(({ message }) => message);
const numbers = (count: number) => Array.from({ length: count }, (_, at) => `line ${at}`);
const inBatches = (workspaceId: string) =>
  app.db.db.selectFrom('log_batch').selectAll().where('workspace_id', '=', workspaceId);

test('a request that is sent again stores nothing again, and its lines keep the order in which they arrived', async () => {
  const name = randomUUID();
  await send(linesOf(name, ['b', 'a']));
  await send(linesOf(name, ['c']));
  await send(linesOf(name, ['b', 'a']));
  expect(await stored(name)).toEqual(['b', 'a', 'c']);
});

test('a request is the same however it is spelt, and another one when a line says something else', async () => {
  const [name, run] = [randomUUID(), randomUUID()];
  const line = { name, level: 20, message: 'once', timestamp: '2026-11-20T10:00:00.120000Z', flow_run_id: run };
  await send([line]);
  for (const same of [
    { timestamp: '2026-11-20T10:00:00.120000+00:00' },
    { timestamp: '2026-11-20T11:00:00.12+01:00' },
    { timestamp: '2026-11-20T10:00:00.120Z' },
    { level: '20' },
    { flow_run_id: run.toUpperCase() },
    { task_run_id: null },
    { message: 'on\0ce' },
  ])
    await send([{ ...line, ...same }]);
  await send([Object.fromEntries(Object.entries(line).reverse())]);
  expect(await stored(name)).toEqual(['once']);
  for (const other of [{ timestamp: '2026-11-20T10:00:00.120001Z' }, { level: 30 }, { flow_run_id: null }])
    await send([{ ...line, ...other }]);
  expect(await stored(name)).toHaveLength(4);
});

test('two equal lines in one request are two, and lines that came before in other company are new', async () => {
  const name = randomUUID();
  await send(linesOf(name, ['same', 'same']));
  await send(linesOf(name, ['same', 'same', 'more']));
  expect(await stored(name)).toEqual(['same', 'same', 'same', 'same', 'more']);
});

test('the same request many times at once counts once, among others that are all stored', async () => {
  const name = randomUUID();
  const [again, others] = [linesOf(name, numbers(30)), numbers(40).map((each) => linesOf(name, [`other ${each}`]))];
  await Promise.all(others.flatMap((other, at) => (at % 2 ? [send(other), send(again)] : [send(other)])));
  expect((await stored(name)).sort()).toEqual([...numbers(30), ...numbers(40).map((each) => `other ${each}`)].sort());
});

test('of a long request that broke off in between, the rest gets in', async () => {
  const [name, tenant] = [randomUUID(), await app.tenant()];
  const long = linesOf(name, numbers(1_200));
  await send(long, tenant);
  const whole = await stored(name, tenant);
  expect(whole).toHaveLength(1_200);
  const [first, ...parts] = await inBatches(tenant.workspaceId).orderBy('received').execute();
  expect(parts).toHaveLength(2);
  await app.db.db
    .deleteFrom('log_batch')
    .where('workspace_id', '=', tenant.workspaceId)
    .where('digest', '!=', first!.digest)
    .execute();
  await app.db.db.deleteFrom('log').where('name', '=', name).where('message', 'in', whole.slice(500)).execute();
  await send(long, tenant);
  expect(await stored(name, tenant)).toEqual(whole);
});

test('what another workspace sends is its own', async () => {
  const [name, other] = [randomUUID(), await app.tenant()];
  await Promise.all([send(linesOf(name, ['mine or yours'])), send(linesOf(name, ['mine or yours']), other)]);
  expect([await stored(name), await stored(name, other)]).toEqual([['mine or yours'], ['mine or yours']]);
});

test('who follows is told of stored lines only', async () => {
  const [name, told] = [randomUUID(), [] as string[]];
  const stop = app.app.get(Live).subscribe(topics.logs(owner.workspaceId), (lines) => {
    for (const line of lines as LogJson[]) if (line.name === name) told.push(line.message);
  });
  await send(linesOf(name, ['once']));
  await send(linesOf(name, ['once']));
  await send(linesOf(name, ['last']));
  await expect.poll(() => told).toContain('last');
  stop();
  expect(told).toEqual(['once', 'last']);
});

test('a request that is refused is not remembered: nothing of it came', async () => {
  const [name, tenant] = [randomUUID(), await app.tenant()];
  const impossible = linesOf(name, ['no such day']).map((line) => ({ ...line, timestamp: '2026-13-41T10:00:00.000Z' }));
  for (let times = 0; times < 2; times++)
    expect((await app.inject('POST', '/api/logs/', impossible, tenant.key)).status).toBe(422);
  expect(await inBatches(tenant.workspaceId).execute()).toEqual([]);
});

test('after an hour a request is forgotten, and no sooner', async () => {
  const [name, tenant] = [randomUUID(), await app.tenant()];
  const age = (interval: string) =>
    app.db.db
      .updateTable('log_batch')
      .set({ received: sql`now() - ${interval}::interval` })
      .where('workspace_id', '=', tenant.workspaceId)
      .execute();
  await send(linesOf(name, ['tick']), tenant);
  await age('59 minutes');
  await app.app.get(Loops).pass('forget-log-batches');
  await send(linesOf(name, ['tick']), tenant);
  expect(await stored(name, tenant)).toEqual(['tick']);
  await age('61 minutes');
  expect(await app.app.get(Loops).pass('forget-log-batches')).toEqual({ forgotten: 1 });
  await send(linesOf(name, ['tick']), tenant);
  expect(await stored(name, tenant)).toEqual(['tick', 'tick']);
});
