import { randomUUID } from 'node:crypto';
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { signUp, until, type TestAccount } from '@headgate/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Stored } from './checks.js';
import { numbers } from './numbers.js';
import { startVictims, type Victims } from './victims.js';

/** Two processes follow the log of events; they and the database are killed while events come in. */
const seed = Number(process.env['HEADGATE_FAULTS_SEED'] ?? 20261206);
const deathsMin = 8;
const batch = 20;

let victims: Victims;
let stored: Stored;
let accounts: TestAccount[];
const followers: (ChildProcess | null)[] = [null, null];
/** The names of events of each account, in the order in which they were acknowledged. */
const sent = new Map<string, string[]>();
let over = false;

beforeAll(async () => {
  victims = await startVictims();
  stored = Stored.open(victims.databaseUrl);
  await stored.rows('create table heard (at bigserial, workspace_id uuid, id uuid, event text, process integer)');
  accounts = await Promise.all(['A', 'B', 'C'].map((name) => signUp(victims.url, name)));
  await Promise.all([start(0), start(1)]);
  const writing = accounts.map((account) => write(account));
  await killAtRandom();
  over = true;
  await Promise.all(writing);
  const all = () => [...sent.values()].reduce((sum, { length }) => sum + length, 0);
  await until('all is heard', async () => (await heardCount()) >= all(), 300);
});
afterAll(async () => {
  for (const follower of followers) follower?.kill('SIGKILL');
  await stored.close();
  await victims.stop();
});

const heardCount = () => stored.number('select count(*) from heard').catch(() => 0);

async function start(at: number): Promise<void> {
  const child = fork(path.join(import.meta.dirname, 'follow.mjs'), {
    env: {
      ...process.env,
      DATABASE_URL: victims.databaseUrl,
      REDIS_URL: victims.redisUrl,
      HEADGATE_SECRET: 'a-secret-for-tests-that-is-long-enough-to-pass',
      HEADGATE_LOG_LEVEL: 'fatal',
    },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  await once(child, 'message');
  followers[at] = child;
}

/** Sends event after event, a few at a time, each batch until it is acknowledged. */
async function write({ call, workspaceId }: TestAccount): Promise<void> {
  const names: string[] = [];
  sent.set(workspaceId, names);
  while (!over) {
    const first = Date.now();
    const events = Array.from({ length: batch }, (_, at) => ({
      id: randomUUID(),
      occurred: new Date(first + at).toISOString(),
      event: `n.${names.length + at}`,
      resource: { 'prefect.resource.id': 'test.number' },
    }));
    const isTaken = () => call('POST', '/events', events).then(({ status }) => status === 204);
    while (!(await isTaken().catch(() => false))) await sleep(50);
    names.push(...events.map(({ event }) => event));
  }
}

/** Each time when something was heard since the last. */
async function killAtRandom(): Promise<void> {
  const random = numbers(seed);
  for (let deaths = 0; deaths < deathsMin; deaths++) {
    const before = await heardCount();
    await until('something is heard', async () => (await heardCount()) > before, 120);
    await sleep(random() * 500);
    if (deaths % 4 === 3) await victims.kill('postgres');
    else {
      const at = deaths % 2;
      const gone = once(followers[at]!, 'exit');
      followers[at]!.kill('SIGKILL');
      await gone;
      await start(at);
    }
  }
}

test('whoever dies, each event is taken once, and those of a workspace in their order', async () => {
  for (const { workspaceId } of accounts) {
    const heard = await stored.rows<{ event: string }>('select event from heard where workspace_id = $1 order by at', [
      workspaceId,
    ]);
    expect(sent.get(workspaceId)!.length).toBeGreaterThan(batch);
    expect(heard.map(({ event }) => event)).toEqual(sent.get(workspaceId));
  }
});

test('both have taken a share', async () => {
  expect(await stored.number('select count(distinct process) from heard')).toBeGreaterThan(1);
});
