import { spawn, type ChildProcess } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { signUp, startSystem, until, type TestAccount, type TestSystem } from '@headgate/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Stored } from './checks.js';
import { numbers } from './numbers.js';
import { kill, processesWith } from './processes.js';

/**
 * Workers of Prefect and the processes of their runs are killed at random. They have no claim and no watchdog: what tells
 * that they are gone is that they say nothing. `FAULT_KILLS` and `HEADGATE_FAULTS_SEED` as for our own agents.
 */
const seed = Number(process.env['HEADGATE_FAULTS_SEED'] ?? 20261130);
const kills = Number(process.env['FAULT_KILLS'] ?? 6);
const workersCount = 2;
const openMax = 4;
/** An interpreter that has Prefect; `npm test` names one. */
const python = process.env['HEADGATE_TEST_PYTHON'];
if (!python) console.log('left out: HEADGATE_TEST_PYTHON names no interpreter that has Prefect');

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'headgate-workers-'));
const restMs = 200;

let system: TestSystem;
let stored: Stored;
let account: TestAccount;
const over = { asking: false, serving: false };
const workers: ChildProcess[] = [];
const asked = new Set<string>();
const killed: string[] = [];

beforeAll(
  async () => {
    if (!python) return;
    system = await startSystem();
    stored = Stored.open(system.databaseUrl);
    account = await signUp(system.url, 'Workers');
    await account.api('POST', '/work_pools/', { name: 'yard', type: 'process', concurrency_limit: openMax });
    await account.api('PATCH', '/headgate/work_pools/yard/recovery', {
      // Longer than a busy machine takes to start Python.
      pending_seconds_max: 60,
      pending_without_worker_seconds_max: 60,
      heartbeat_seconds_max: 60,
    });
    const flow = await account.api<{ id: string }>('POST', '/flows/', { name: 'works' });
    const { id } = await account.api<{ id: string }>('POST', '/deployments/', {
      name: 'python',
      flow_id: flow.id,
      work_pool_name: 'yard',
      concurrency_limit: 3,
      path: import.meta.dirname,
      entrypoint: 'working.py:works',
    });
    for (let at = 0; at < workersCount; at++) startWorker(at);
    const asking = askForRuns(id);
    await killAtRandom();
    over.asking = true;
    await asking;
  },
  300_000 + kills * 30_000,
);
afterAll(async () => {
  over.asking = true;
  over.serving = true;
  for (const { pid } of marked()) kill(pid);
  await stored?.close();
  await system?.stop();
  fs.rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
}, 60_000);

/** As whoever supervises a service does, it is started again whenever it has ended. */
function startWorker(at: number): void {
  const env = {
    ...process.env,
    PREFECT_HOME: path.join(folder, String(at)),
    PREFECT_API_URL: `${system.url}/api`,
    PREFECT_API_AUTH_STRING: account.key,
    PREFECT_FLOWS_HEARTBEAT_FREQUENCY: '30',
    PREFECT_WORKER_QUERY_SECONDS: '1',
    PREFECT_WORKER_HEARTBEAT_SECONDS: '2',
  };
  const words = ['-m', 'prefect', 'worker', 'start', '--pool', 'yard', '--name', `worker-${at}`, '--type', 'process'];
  const log = fs.openSync(path.join(folder, `worker-${at}.log`), 'a');
  const child = spawn(python!, words, { env, cwd: folder, stdio: ['ignore', log, log] });
  fs.closeSync(log);
  workers[at] = child;
  child.once('exit', () => setTimeout(() => !over.serving && startWorker(at), restMs));
}

/** There are always a few runs that wait or are at work. */
async function askForRuns(deployment: string): Promise<void> {
  for (; !over.asking; await sleep(restMs)) {
    if ((await stored.number('select count(*) from flow_run where end_time is null')) >= openMax) continue;
    asked.add((await account.api<{ id: string }>('POST', `/deployments/${deployment}/create_flow_run`, {})).id);
  }
}

/** All that comes of our workers. */
const marked = () =>
  processesWith(`PREFECT_HOME=${folder}/`).map(({ pid, words }) => ({
    pid,
    what: words.includes(' worker ') ? 'worker' : 'user',
  }));

async function killAtRandom(): Promise<void> {
  const random = numbers(seed);
  const pick = <T>(all: T[]): T | undefined => all[Math.floor(random() * all.length)];
  while (killed.length < kills) {
    await until('something is at work', () => marked().some(({ what }) => what === 'user'), 240);
    await sleep(100 + random() * 3_000);
    const what = pick(['worker', 'user', 'all'] as const)!;
    const all = marked();
    const victims = what === 'all' ? all : [pick(all.filter((each) => each.what === what))];
    if (victims.filter((victim) => victim && kill(victim.pid)).length > 0) killed.push(what);
  }
  console.log(`seed ${seed}, killed: ${killed.join(' ')}`);
}

type Open = { id: string; state_name: string; seconds: number; spoke: boolean };
const open = () =>
  stored.rows<Open>(
    `select id, state_name, extract(epoch from now() - updated)::integer as seconds,
            exists (select from event e where e.resource_id = 'prefect.flow-run.' || r.id and e.event = 'prefect.flow-run.heartbeat') as spoke
       from flow_run r where end_time is null`,
  );
/** Killed between its first state and its first heartbeat: nobody can know that it would have sent any (decision 25). */
const diedUnheard = ({ state_name, seconds, spoke }: Open) => state_name === 'Running' && !spoke && seconds > 120;

test.skipIf(!python)('every run that told that it lives came to an end, and no slot or lease is left', async () => {
  await until('all runs have ended', async () => (await open()).every(diedUnheard), 600).catch(() => undefined);
  const left = await open();
  expect(left.filter((run) => !diedUnheard(run))).toEqual([]);
  if (left.length > 0) console.log(`${left.length} killed before their first heartbeat, ended by hand`);
  expect(left.length).toBeLessThan(kills);
  const state = { type: 'CRASHED', message: 'It was killed before its first heartbeat.' };
  for (const { id } of left) await account.api('POST', `/flow_runs/${id}/set_state`, { state, force: true });
  expect(killed).toHaveLength(kills);
  expect(asked.size).toBeGreaterThan(5);
  expect(await stored.leftovers()).toEqual([]);
  await until('no slot is held', async () => (await stored.number('select count(*) from concurrency_lease')) === 0, 60);
  expect(await stored.untrueRuns()).toEqual([]);
});

test.skipIf(!python)('a run that says it Completed was worked on to its end, once', async () => {
  expect(await stored.endedTwice()).toEqual([]);
  const completed = await stored.rows<{ id: string }>(`select id from flow_run where state_type = 'COMPLETED'`);
  const ends = fs.readFileSync(path.join(folder, 'ends'), 'utf8').split('\n').filter(Boolean);
  expect(ends.toSorted()).toEqual(expect.arrayContaining(completed.map(({ id }) => id).toSorted()));
});

test.skipIf(!python)('what still ran when its worker was gone ends by itself', async () => {
  await until('nothing is at work', () => marked().every(({ what }) => what === 'worker'), 60);
});
