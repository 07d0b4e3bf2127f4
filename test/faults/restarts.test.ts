import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { freePort } from '@headgate/all-in-one';
import { signUp, until, type TestAccount } from '@headgate/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Stored } from './checks.js';
import { Clients } from './clients.js';
import { Installation } from './installation.js';
import { expectNothingLost } from './nothing-lost.js';
import { startRedis } from './victims.js';

/** An interpreter that has Prefect; `npm test` names one. Without it the flows of Python are left out. */
const python = process.env['HEADGATE_TEST_PYTHON'];
if (!python) console.log('flows of Python are left out: HEADGATE_TEST_PYTHON names no interpreter that has Prefect');

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'headgate-restarts-'));
const stopFile = path.join(folder, 'stop');

let installation: Installation;
let redis: Awaited<ReturnType<typeof startRedis>>;
let account: TestAccount;
let stored: Stored;
let clients: Clients;
const flows: { ended: Promise<unknown[]>; child: ChildProcess; output(): string }[] = [];

beforeAll(async () => {
  fs.chmodSync(folder, 0o755);
  redis = await startRedis(await freePort(), path.join(folder, 'valkey.log'));
  const settings = { REDIS_URL: redis.url, HEADGATE_FREEZE_SECONDS: '6' };
  installation = await Installation.start(path.join(folder, 'data'), settings);
  stored = Stored.open(installation.databaseUrl);
  account = await signUp(installation.url, 'Restarts');
  await account.api('POST', '/work_pools/', { name: 'yard', type: 'process' });
  await account.api('POST', '/v2/concurrency_limits/', { name: 'slots', limit: 2 });
  const flow = await account.api<{ id: string }>('POST', '/flows/', { name: 'restarts' });
  const asked = await account.api<{ id: string }>('POST', '/deployments/', {
    name: 'asked',
    flow_id: flow.id,
    work_pool_name: 'yard',
  });
  clients = new Clients(account);
  clients.start(flow.id, { asked: asked.id });
  for (let at = 0; at < 2; at++) startFlow();
  if (python) await until('the flows of Python run', () => runningFlows('RUNNING', 2), 240);
});
afterAll(async () => {
  for (const { child } of flows) child.kill('SIGKILL');
  await stored?.close();
  await installation?.stop();
  redis?.end();
  fs.rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
});

/** As a person starts one at a terminal, on the address of a self-hosted server. */
function startFlow(): void {
  if (!python) return;
  const env = {
    ...process.env,
    PREFECT_API_URL: `${installation.url}/api`,
    PREFECT_API_AUTH_STRING: account.key,
    PREFECT_HOME: path.join(folder, 'prefect'),
    PREFECT_SERVER_ALLOW_EPHEMERAL_MODE: 'false',
    PREFECT_LOGGING_TO_API_BATCH_INTERVAL: '0.5',
  };
  const program = path.join(import.meta.dirname, 'paced.py');
  const child = spawn(python, [program, stopFile], { env, cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (data: Buffer) => (output = (output + data.toString()).slice(-20_000)));
  flows.push({ child, ended: once(child, 'close'), output: () => output });
}

const runningFlows = async (state: string, atLeast: number): Promise<boolean> =>
  (await stored
    .number(
      `select count(*) from flow_run r join flow f on f.id = r.flow_id where f.name = 'paced' and r.state_type = $1`,
      [state],
    )
    .catch(() => 0)) >= atLeast;

/** A write that is sent again until it is done: then the whole way to the disk works. */
async function untilWorking(): Promise<void> {
  await installation.untilReady();
  expect((await clients.insist('POST', '/flows/', { name: 'restarts' })).status).toBeLessThan(300);
}

test.each(['api', 'loops'] as const)('a %s that was stopped as a whole is ended and started again', async (name) => {
  const before = await installation.pids();
  await installation.torment(name, 'SIGSTOP');
  await untilWorking();
  const other = name === 'api' ? 'loops' : 'api';
  expect((await installation.pids())[other]).toBe(before[other]);
  await expect.poll(() => installation.log()).toMatch(new RegExp(`"process":"${name}","msg":"has not answered`));
});

test.each([
  ['an orderly', 'SIGINT'],
  ['a violent', 'SIGKILL'],
] as const)(
  '%s restart of Postgres leaves api and loops where they are, and says that it will pass',
  async (_, signal) => {
    const before = await installation.pids();
    let over = false;
    const answers = (async () => {
      const seen: Headers[] = [];
      while (!over) {
        const answer = await account.call('POST', '/flows/', { name: 'restarts' });
        if (answer.status === 503) seen.push(answer.headers);
      }
      return seen;
    })();
    await installation.tormentPostgres(signal);
    await untilWorking();
    over = true;
    const later = await answers;
    expect(later.length).toBeGreaterThan(0);
    for (const headers of later) {
      expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
      expect(headers.get('prefect-maintenance')).toBe('true');
    }
    expect(await installation.pids()).toEqual(before);
  },
);

test('a restart of Redis leaves api and loops where they are', async () => {
  const before = await installation.pids();
  await redis.kill();
  await untilWorking();
  expect(await installation.pids()).toEqual(before);
});

test('while everything is restarted nobody is refused', async () => {
  const failures = new Set<string>();
  let over = false;
  const asking = (async () => {
    while (!over)
      await fetch(`${installation.url}/api/health`, { headers: { connection: 'close' } }).catch((error: Error) =>
        failures.add(String((error.cause as { code?: string } | undefined)?.code)),
      );
  })();
  // One that starts now meets nothing but "later".
  const restarted = Promise.all([installation.restart(), installation.tormentPostgres('SIGINT'), redis.kill()]);
  startFlow();
  await restarted;
  await untilWorking();
  await installation.torment('api', 'SIGKILL');
  await installation.torment('loops', 'SIGKILL');
  await untilWorking();
  over = true;
  await asking;
  // A connection that a killed process had taken is cut.
  expect([...failures].filter((code) => !['ECONNRESET', 'UND_ERR_SOCKET'].includes(code))).toEqual([]);
});

test.skipIf(!python)('no run of Python failed while all of this was restarted', async () => {
  await until('the flow that started in between runs too', () => runningFlows('RUNNING', 3), 240);
  fs.writeFileSync(stopFile, '');
  for (const { ended, output } of flows) expect((await ended)[0], output()).toBe(0);
  await until('all of them are completed', () => runningFlows('COMPLETED', 3), 240);
  const others = await stored.rows(`select r.state_type, r.state_name from flow_run r join flow f on f.id = r.flow_id
    where f.name = 'paced' and r.state_type <> 'COMPLETED'`);
  expect(others).toEqual([]);
});

test('nothing that was acknowledged is lost', async () => {
  clients.over = true;
  const open = "select count(*) from flow_run where id = any($1) and state_type <> 'COMPLETED'";
  await until(
    'every run that was asked for has ended',
    async () => (await stored.number(open, [[...clients.promises.asked]]).catch(() => 1)) === 0,
    300,
  );
  clients.drained = true;
  await clients.ended();
  await expectNothingLost(clients.promises, stored);
});
