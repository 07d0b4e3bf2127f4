import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { cloneDatabase, until } from '@headgate/testkit';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { startTestApp, type Tenant, type TestApp } from './app.js';

const statementSeconds = 5;
/** At the gate, for a connection, for the answer, and what a busy machine adds. */
const boundMs = 15_000 + 5_000 + (statementSeconds + 5) * 1000 + 90_000;

let app: TestApp;
let owner: Tenant;
let network: Awaited<ReturnType<typeof startNetwork>>;
beforeAll(async () => {
  const { url } = await cloneDatabase(inject('adminUrl'), inject('template'));
  network = await startNetwork(new URL(url));
  app = await startTestApp({ DATABASE_URL: network.url, HEADGATE_STATEMENT_SECONDS: String(statementSeconds) });
  owner = await app.tenant();
});
afterAll(async () => {
  network.carries(true);
  await app.close();
  network.close();
});

/** A network to the database that can lose all that is sent, without a word to either side. */
async function startNetwork(url: URL) {
  let carries = true;
  const ends = new Set<Socket>();
  const server: Server = createServer((near) => {
    const far = connect(Number(url.port || 5432), url.hostname);
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      ends.add(from);
      const isLost = { now: !carries };
      from.on('data', (data: Buffer) => {
        // What has lost something is lost for good.
        isLost.now ||= !carries;
        if (!isLost.now) to.write(data);
      });
      from.on('error', () => undefined).once('close', () => (ends.delete(from), to.destroy()));
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const through = new URL(url);
  through.hostname = '127.0.0.1';
  through.port = String((server.address() as AddressInfo).port);
  return {
    url: through.href,
    carries: (does: boolean) => void (carries = does),
    close: () => (ends.forEach((end) => end.destroy()), server.close()),
  };
}

const asks: [string, () => ReturnType<TestApp['inject']>][] = [
  ['a read', () => app.inject('POST', '/api/flows/filter', {}, owner.key)],
  ['a search', () => app.inject('POST', '/api/flow_runs/filter', { flow_runs: { name: { like_: 'x' } } }, owner.key)],
  ['a write', () => app.inject('POST', '/api/flows/', { name: `f${Math.random()}` }, owner.key)],
  [
    'a transaction',
    () => app.inject('POST', '/api/variables/', { name: `v${Math.random()}`.replace('.', ''), value: 1 }, owner.key),
  ],
];

test('a statement that takes longer than it may is ended in the server, and its sender told to come again', async () => {
  await expect(app.db.sql.query('select pg_sleep(30)')).rejects.toMatchObject({ code: '57014' });
  const { rows } = await app.db.sql.query(
    "select count(*)::int as n from pg_stat_activity where query like 'select pg_sleep%' and state = 'active' and pid <> pg_backend_pid()",
  );
  expect(rows[0].n).toBe(0);
});

test('a database whose network has gone without a word: all are told to come again, and it is found when it is back', async () => {
  for (const [, ask] of asks) expect((await ask()).status).toBeLessThan(300);
  network.carries(false);
  // Who asks whether we may get traffic hears that before any statement is given up.
  const ready = app.inject('GET', '/ready');
  const read = app.inject('POST', '/api/flows/filter', {}, owner.key);
  expect(await Promise.race([ready.then(() => 'ready'), read.then(() => 'read')])).toBe('ready');
  expect(await ready).toMatchObject({ status: 503, body: { message: 'Not ready: the database cannot be reached.' } });
  expect((await app.inject('GET', '/health')).status).toBe(200);
  await read;
  const started = Date.now();
  const answers = await Promise.all(asks.flatMap(([, ask]) => Array.from({ length: 6 }, ask)));
  // Those who found connections wait for their answer, and some of the others for fifteen seconds at a gate.
  expect(new Set(answers.map(({ status }) => status)).has(503)).toBe(true);
  for (const { status, headers } of answers) {
    expect([429, 503]).toContain(status);
    expect(headers).toMatchObject({ 'retry-after': '2', ...(status === 503 && { 'prefect-maintenance': 'true' }) });
  }
  expect(Date.now() - started).toBeLessThan(boundMs);
  network.carries(true);
  await until('it is ready again', async () => (await app.inject('GET', '/ready')).status === 200);
  await until('all are answered again', async () => {
    const again = await Promise.all(asks.map(([, ask]) => ask()));
    return again.every(({ status }) => status < 300);
  });
  for (let times = 0; times < 20; times++)
    expect((await Promise.all(asks.map(([, ask]) => ask()))).every(({ status }) => status < 300)).toBe(true);
});
