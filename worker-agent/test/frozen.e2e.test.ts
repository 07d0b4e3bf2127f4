import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { signUp, startSystem, until, type TestAccount, type TestSystem } from '@headgate/testkit';
import { AgentProgram, descendantsOf, fixtures, watchdogOf } from './agent-process.js';
import { startProxy } from './proxy.js';
import { Workspace } from './workspace.js';

/** Whole machines stand still, and go on when others have long taken over. */

/** A Python interpreter that has `prefect`; without one flows of Python are left out. */
const python = process.env['HEADGATE_TEST_PYTHON'];
let system: TestSystem;
let account: TestAccount;
let workspace: Workspace;
const agents: AgentProgram[] = [];
/** What stands still hears nothing, not even the end of its agent. */
const stopped: number[] = [];

beforeAll(async () => {
  system = await startSystem();
  account = await signUp(system.url);
  workspace = new Workspace(account);
});

afterAll(async () => {
  for (const agent of agents) agent.end();
  for (const pid of stopped) send(pid, 'SIGCONT');
  await system?.stop();
});

async function serve(pool: string, url: string, ...options: string[]) {
  const agent = await AgentProgram.loggedIn(url, account);
  agents.push(agent);
  const child = await agent.start('--pool', pool, '--warm', '0', ...(python ? ['--python', python] : []), ...options);
  return { agent, child };
}

/** A run that writes down its claim and the time, fifty times a second. Answers where. */
async function startDiary(
  kind: 'command' | 'typescript' | 'python',
  pool: string,
): Promise<{ id: string; file: string }> {
  const file = join(mkdtempSync(join(tmpdir(), 'frozen-')), kind);
  const script = `trap '' TERM; while :; do echo $HEADGATE_CLAIM_ID $(date +%s%3N) >> ${file}; sleep 0.02; done`;
  const entrypoint = kind === 'python' ? 'flow.py:diary' : 'flows.ts:diary';
  const fields = kind === 'command' ? { job_variables: { command: script } } : { path: fixtures, entrypoint };
  const deployment = await workspace.deploy(`diary/${kind}-${pool}`, fields, pool);
  const parameters = kind === 'command' ? {} : { file };
  const id = await workspace.startRun(deployment, { empirical_policy: { retries: 1, retry_delay: 0 }, parameters });
  return { id, file };
}

type Entry = { claim: string; at: number };
function entriesOf(file: string): Entry[] {
  const lines = readFileSync(file, { encoding: 'utf8', flag: 'a+' }).split('\n').slice(0, -1);
  return lines.map((line) => line.split(' ')).map(([claim, at]) => ({ claim: claim!, at: Number(at) }));
}
const claimsIn = (file: string) => [...new Set(entriesOf(file).map(({ claim }) => claim))];

/** In the worst order: who has to look after the others stops first, and is to wake last. */
function freeze(agent: ChildProcess): number[] {
  const frozen = new Set([watchdogOf(agent), agent.pid!]);
  for (const pid of frozen) send(pid, 'SIGSTOP');
  for (let before = 0; before < frozen.size;) {
    before = frozen.size;
    for (const { pid } of descendantsOf(agent.pid!).filter((each) => !frozen.has(each.pid))) {
      frozen.add(pid);
      send(pid, 'SIGSTOP');
    }
  }
  return [...frozen];
}

/** Commands start others that end at once. */
function send(pid: number, signal: NodeJS.Signals): void {
  if (signal === 'SIGSTOP') stopped.push(pid);
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

test.concurrent('a machine that wakes when others have its runs does nothing more for them', async () => {
  const pool = 'frozen';
  const { child } = await serve(pool, system.url, '--lease-seconds', '15', '--name', 'first');
  const kinds = ['command', 'typescript', ...(python ? (['python'] as const) : [])] as const;
  const diaries = (await Promise.all(kinds.map((kind) => startDiary(kind, pool)))).map(({ file }) => file);
  await until('all are at work', () => diaries.every((file) => entriesOf(file).length > 20), 240);
  const frozen = freeze(child);
  await serve(pool, system.url, '--name', 'second');
  await until('the second one works', () => diaries.every((file) => claimsIn(file).length > 1), 240);
  const wokenAt = Date.now();
  for (const pid of frozen.toReversed()) send(pid, 'SIGCONT');
  const later = (file: string) => entriesOf(file).filter(({ at }) => at >= wokenAt);
  await until('they had the time', () => diaries.every((file) => later(file).length > 100));
  for (const file of diaries) {
    const [first] = claimsIn(file);
    const late = later(file).filter(({ claim }) => claim === first);
    // What was due while it stood still happens in the moment in which it wakes.
    expect(late.filter(({ at }) => at > wokenAt + 500)).toEqual([]);
  }
});

test.concurrent('a TypeScript flow ends with its lease where agent and watchdog both stand still', async () => {
  const pool = 'deserted';
  const { child } = await serve(pool, system.url, '--lease-seconds', '15', '--name', 'first');
  const { file } = await startDiary('typescript', pool);
  await until('it is at work', () => entriesOf(file).length > 20, 240);
  for (const pid of [watchdogOf(child), child.pid!]) send(pid, 'SIGSTOP');
  await serve(pool, system.url, '--name', 'second');
  await until('the second one works', () => claimsIn(file).length > 1, 240);
  const [first] = claimsIn(file);
  expect(entriesOf(file).findLastIndex(({ claim }) => claim === first)).toBe(
    entriesOf(file).findIndex(({ claim }) => claim !== first) - 1,
  );
});

test.concurrent('a run that somebody gives to others while it works is ended without grace', async () => {
  const pool = 'taken';
  await serve(pool, system.url, '--grace', '600', '--limit', '1');
  const { id, file } = await startDiary('command', pool);
  await until('it is at work', () => entriesOf(file).length > 20, 240);
  await workspace.untilState(id, 'RUNNING');
  await serve(pool, system.url);
  await account.api('POST', `/flow_runs/${id}/set_state`, { state: { type: 'SCHEDULED' }, force: true });
  await until('another one works', () => claimsIn(file).length > 1);
  const [first] = claimsIn(file);
  await until('it works alone', () =>
    entriesOf(file)
      .slice(-100)
      .every(({ claim }) => claim !== first),
  );
});

/** A poll of at most a minute, three beats of twenty seconds, and the round of the loop that looks. */
const silenceSecondsMax = 60 + 60 + 10;

test.concurrent.each(['stands still', 'is cut off', 'is killed with its watchdog'])(
  'an agent that %s is offline, and its pool not ready, after the time that is written down',
  async (how) => {
    const proxy = await startProxy(system.url);
    const pool = how.replaceAll(' ', '-');
    const { child } = await serve(pool, proxy.url, '--name', 'silent');
    const seen = async () => [await statusOf(pool), await workerStatusOf(pool)];
    await until('it is there', async () => (await seen()).join() === 'READY,ONLINE');
    if (how === 'is cut off') proxy.cut();
    const signal = how === 'stands still' ? 'SIGSTOP' : 'SIGKILL';
    if (how !== 'is cut off') for (const pid of [watchdogOf(child), child.pid!]) send(pid, signal);
    await until('it is missed', async () => (await seen()).join() === 'NOT_READY,OFFLINE', silenceSecondsMax + 20);
    proxy.close();
  },
);

const statusOf = async (pool: string) => (await account.api<{ status: string }>('GET', `/work_pools/${pool}`)).status;
const workerStatusOf = async (pool: string) =>
  (await account.api<{ status: string }[]>('POST', `/work_pools/${pool}/workers/filter`, {}))[0]?.status;
