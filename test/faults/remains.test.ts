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
 * Agents, their watchdogs and the processes of runs are killed at random, which leave processes behind by intent; then what
 * is left is counted. `FAULT_KILLS=1000` makes it long, `HEADGATE_FAULTS_SEED` repeats a sequence.
 */
const seed = Number(process.env['HEADGATE_FAULTS_SEED'] ?? 20261129);
const kills = Number(process.env['FAULT_KILLS'] ?? 12);
const agentsCount = 2;
const openMax = 6;
/** An interpreter that has Prefect; `npm test` names one. */
const python = process.env['HEADGATE_TEST_PYTHON'];
if (!python) console.log('flows of Python are left out: HEADGATE_TEST_PYTHON names no interpreter that has Prefect');

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'headgate-remains-'));
const program = path.resolve(import.meta.dirname, '../../worker-agent/bin/agent.js');
const script = path.join(import.meta.dirname, 'hold.sh');
const restMs = 200;

let system: TestSystem;
let stored: Stored;
let account: TestAccount;
/** No more runs are asked for; no more agents are started. */
const over = { asking: false, serving: false };
const agents: ChildProcess[] = [];
const asked = new Set<string>();
const killed: string[] = [];

beforeAll(
  async () => {
    for (const each of ['pids', 'locks', 'home']) fs.mkdirSync(path.join(folder, each));
    system = await startSystem();
    stored = Stored.open(system.databaseUrl);
    account = await signUp(system.url, 'Remains');
    await account.api('POST', '/work_pools/', { name: 'remains', type: 'process', concurrency_limit: openMax });
    const deployments = await deployAll();
    for (let at = 0; at < agentsCount; at++) startAgent(at);
    const asking = askForRuns(deployments);
    await killAtRandom();
    over.asking = true;
    await asking;
  },
  300_000 + kills * 10_000,
);
afterAll(async () => {
  over.asking = true;
  over.serving = true;
  for (const { pid } of marked()) kill(pid);
  await stored?.close();
  await system?.stop();
  fs.rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
}, 60_000);

async function deployAll(): Promise<string[]> {
  const flow = await account.api<{ id: string }>('POST', '/flows/', { name: 'leaves' });
  const deploy = async (name: string, fields: object) =>
    (
      await account.api<{ id: string }>('POST', '/deployments/', {
        name,
        flow_id: flow.id,
        work_pool_name: 'remains',
        concurrency_limit: 3,
        path: import.meta.dirname,
        ...fields,
      })
    ).id;
  const command = `: > ${folder}/pids/$$; setsid -f /bin/sh ${script} ${folder}; sleep 1`;
  return [
    await deploy('command', { job_variables: { command } }),
    await deploy('typescript', { entrypoint: 'leaving.ts:leaves', parameters: { folder } }),
    ...(python ? [await deploy('python', { entrypoint: 'leaving.py:leaves', parameters: { folder } })] : []),
  ];
}

/** As whoever supervises a service does, it is started again whenever it has ended. */
function startAgent(at: number): void {
  const home = path.join(folder, 'home', String(at));
  const env = { ...process.env, HEADGATE_HOME: home, HEADGATE_API_URL: account.apiUrl, HEADGATE_API_KEY: account.key };
  const words = [
    'start',
    '--pool',
    'remains',
    '--name',
    `agent-${at}`,
    '--limit',
    '4',
    // Whose watchdog was killed with it waits for this.
    '--lease-seconds',
    '30',
    ...(python ? ['--python', python] : []),
  ];
  const child = spawn(process.execPath, [program, ...words], { env, cwd: folder, stdio: 'ignore' });
  agents[at] = child;
  child.once('exit', () => setTimeout(() => !over.serving && startAgent(at), restMs));
}

/** There are always a few runs that wait or are at work. */
async function askForRuns(deployments: string[]): Promise<void> {
  const count = (which: string) => stored.number(`select count(*) from flow_run where end_time is null and ${which}`);
  for (let turn = 0; !over.asking; await sleep(restMs)) {
    if ((await count("(state_type <> 'SCHEDULED' or state_name = 'Scheduled')")) >= openMax) continue;
    // Those that wait to be tried again, or for a slot, are seen to the end: not more than there is time for.
    if ((await count('true')) >= 2 * openMax) continue;
    const id = deployments[(turn += 1) % deployments.length]!;
    const draft = { empirical_policy: { retries: 20, retry_delay: 0 } };
    asked.add((await account.api<{ id: string }>('POST', `/deployments/${id}/create_flow_run`, draft)).id);
  }
}

/** All that comes of our agents. */
const marked = () =>
  processesWith(`HEADGATE_HOME=${folder}/`).map((one) => {
    const { words } = one;
    const what = words.includes('watchdog-process') ? 'watchdog' : words.includes('bin/agent.js') ? 'agent' : 'user';
    return { ...one, what };
  });

async function killAtRandom(): Promise<void> {
  const random = numbers(seed);
  const pick = <T>(all: T[]): T | undefined => all[Math.floor(random() * all.length)];
  const isAtWork = () =>
    fs.readdirSync(path.join(folder, 'locks')).length > 0 && marked().some(({ what }) => what === 'user');
  while (killed.length < kills) {
    await until('something is at work', isAtWork, 120);
    await sleep(100 + random() * 900);
    const what = pick(['agent', 'agent', 'agent and watchdog', 'user', 'user', 'user', 'watchdog'] as const)!;
    const all = marked();
    const victim = pick(all.filter((each) => each.what === (what === 'agent and watchdog' ? 'agent' : what)));
    if (!victim) continue;
    // Before the agent, which would start another one.
    const itsWatchdogs = all.filter((each) => each.what === 'watchdog' && each.parent === victim.pid);
    if (what === 'agent and watchdog') for (const { pid } of itsWatchdogs) kill(pid);
    if (kill(victim.pid)) killed.push(what);
  }
  console.log(`seed ${seed}, killed: ${killed.join(' ')}`);
}

test('every run came to an end, and no slot, claim or lease is left', async () => {
  const open = () =>
    stored.rows('select id, state_name, run_count, now() - updated as since from flow_run where end_time is null');
  // Each is begun anew until nobody kills it: on a busy machine that takes minutes.
  await until('all runs have ended', async () => (await open()).length === 0, 600).catch(() => undefined);
  expect(await open()).toEqual([]);
  expect(killed).toHaveLength(kills);
  expect(asked.size).toBeGreaterThan(5);
  expect(await stored.leftovers()).toEqual([]);
  await until('no slot is held', async () => (await stored.number('select count(*) from concurrency_lease')) === 0, 60);
  expect(await stored.untrueRuns()).toEqual([]);
}, 700_000);

test('no copy of a run began while something of an earlier one was alive', () => {
  const overlaps = path.join(folder, 'overlaps');
  expect(fs.existsSync(overlaps) ? fs.readFileSync(overlaps, 'utf8') : '').toBe('');
});

test(
  'no process is left: of the runs when they have ended, and none at all when the agents have',
  { timeout: 120_000 },
  async () => {
    const written = fs.readdirSync(path.join(folder, 'pids')).map(Number);
    expect(written.length).toBeGreaterThan(asked.size);
    // A process that tells of its end by itself does so before its agent has looked what it left behind.
    const left = () => marked().filter(({ pid, what }) => what === 'user' && written.includes(pid));
    await until('nothing is left of the runs', () => left().length === 0, 60).catch(() => undefined);
    expect(left()).toEqual([]);
    // Those that were killed with their watchdogs have others in their place, which have ended what they left.
    over.serving = true;
    for (const agent of agents) agent.kill('SIGKILL');
    await until('nothing is left', () => marked().length === 0, 30);
  },
);
