import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { Agent, request, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { until } from '@headgate/testkit';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { TenancyDb } from '../src/modules/tenancy/prisma.js';
import { startTestApp, type Tenant, type TestApp } from './app.js';

let app: TestApp;
let owner: Tenant;
let admin: pg.Client;
beforeAll(async () => {
  app = await startTestApp();
  owner = await app.tenant();
  admin = new pg.Client({ connectionString: app.databaseUrl });
  await admin.connect();
});
afterAll(async () => {
  await admin.end();
  await app.close();
});

const call = (path: string, body: unknown = {}) => app.inject('POST', `/api${path}`, body, owner.key);

/** What a restart of Postgres does to every connection. */
async function endConnections(): Promise<number> {
  const { rowCount } = await admin.query(
    'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
  );
  return rowCount ?? 0;
}

/** Each way to the database in use, between two statements, when its connection ends. */
const waysIn: [string, () => (hold: () => Promise<void>) => Promise<unknown>][] = [
  [
    'a client of the write path',
    () => async (hold) => {
      const client = await app.db.sql.connect();
      await hold();
      await client.query('select 1').finally(() => client.release());
    },
  ],
  ...(['db', 'searches'] as const).map((name): (typeof waysIn)[number] => [
    `a transaction of ${name}`,
    () => (hold) =>
      app.db[name].transaction().execute(async (tx) => {
        await hold();
        await tx.selectFrom('flow').selectAll().execute();
      }),
  ]),
  [
    'a transaction of Prisma',
    () => (hold) =>
      app.app.get(TenancyDb).run((prisma) =>
        prisma.$transaction(async (tx) => {
          await hold();
          await tx.account.count();
        }),
      ),
  ],
];

test.each(waysIn)('%s outlives the end of its connection', async (_, use) => {
  const used = use()(async () => void (await endConnections()));
  await expect(used).rejects.toThrow();
  await until('the next request is answered', async () => (await call('/flows/filter')).status === 200);
});

test('requests whose connections end are answered, or told that they are to come again', async () => {
  const answers: Awaited<ReturnType<typeof call>>[] = [];
  let over = false;
  const ask = async (path: string, body: unknown) => {
    while (!over) answers.push(await call(path, body));
  };
  const asking = [
    ask('/flows/', { name: 'f' }),
    ask('/flows/filter', {}),
    ask('/work_pools/filter', {}),
    ask('/logs/', [{ name: 'x', level: 20, message: 'm', timestamp: new Date().toISOString() }]),
  ];
  const later = () => answers.filter((answer) => answer.status === 503);
  await until('some were sent away', async () => (await endConnections()) > 0 && later().length > 5);
  over = true;
  await Promise.all(asking);
  expect(answers.filter((answer) => answer.status !== 503 && answer.status > 201)).toEqual([]);
  for (const { headers } of later())
    expect(headers).toMatchObject({ 'retry-after': '2', 'prefect-maintenance': 'true' });
});

test('the lock by which others know that an api is up is taken again after its connection ended', async () => {
  const holders = async () =>
    (
      await admin.query<{ pid: number }>(
        "select pid from pg_locks where locktype = 'advisory' and mode = 'ShareLock' and database = (select oid from pg_database where datname = current_database()) order by pid",
      )
    ).rows.map(({ pid }) => pid);
  await until('the lock is held', async () => (await holders()).length > 0);
  const before = await holders();
  await endConnections();
  await until('another connection holds the lock', async () => (await holders()).some((pid) => !before.includes(pid)));
  // It took the place of the one that was lost, and none beside it.
  await expect.poll(holders).toHaveLength(1);
});

test('an end in good order answers what it has begun, and asks others on kept connections to come again', async () => {
  const ending = await startTestApp();
  const { key } = await ending.tenant();
  await ending.app.listen(0, '127.0.0.1');
  const { port } = ending.app.getHttpServer().address() as AddressInfo;
  const agent = new Agent({ keepAlive: true });
  const ask = async (path: string, body: object): Promise<{ status: number; headers: object }> => {
    const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
    const sent = request({ port, agent, path: `/api${path}`, method: 'POST', headers });
    sent.end(JSON.stringify(body));
    const [answer] = (await once(sent, 'response')) as [IncomingMessage];
    answer.resume();
    await once(answer, 'end');
    return { status: answer.statusCode!, headers: answer.headers };
  };
  await ask('/work_pools/', { name: 'p', type: 'process' });
  const socket = new WebSocket(`ws://127.0.0.1:${port}/api/events/out`, 'prefect');
  const closed = once(socket, 'close');
  await once(socket, 'open');
  const arrived = once(ending.app.getHttpServer(), 'request');
  const waiting = ask('/headgate/work_pools/p/claim', { agent_name: 'a', agent_id: randomUUID(), wait_seconds: 20 });
  await arrived;
  const started = performance.now();
  const end = ending.close();
  const refused = await until('somebody is sent away', () =>
    ask('/flows/filter', {}).then(
      (answer) => (answer.status === 503 ? answer : null),
      () => null,
    ),
  );
  expect(refused.headers).toMatchObject({ 'retry-after': '2', 'prefect-maintenance': 'true', connection: 'close' });
  expect((await waiting).status).toBe(200);
  expect((await closed)[0]).toBe(1012);
  await end;
  expect(performance.now() - started).toBeLessThan(19_000);
  agent.destroy();
});
