import { execFileSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { signUp, startSystem, until, type TestAccount, type TestSystem } from '@headgate/testkit';
import { AgentProgram, fixtures, isAlive, watchdogOf } from './agent-process.js';
import { startProxy } from './proxy.js';
import { Workspace } from './workspace.js';

/** A Python interpreter that has `prefect`; without one flows of Python are left out. */
const python = process.env['HEADGATE_TEST_PYTHON'];
let system: TestSystem;
let account: TestAccount;
let workspace: Workspace;
const agents: AgentProgram[] = [];

beforeAll(async () => {
  system = await startSystem();
  account = await signUp(system.url);
  workspace = new Workspace(account);
});

afterEach(() => {
  for (const agent of agents.splice(0)) agent.end();
});
afterAll(() => system?.stop());

let pools = 0;
async function begin(...options: string[]): Promise<{ pool: string; agent: AgentProgram; child: ChildProcess }> {
  const pool = `pool-${(pools += 1)}`;
  return { pool, ...(await serve(pool, system.url, ...options)) };
}

async function serve(pool: string, url: string, ...options: string[]) {
  const agent = await AgentProgram.loggedIn(url, account);
  agents.push(agent);
  const child = await agent.start('--pool', pool, '--warm', '0', ...(python ? ['--python', python] : []), ...options);
  return { agent, child };
}

/** Where processes write down their ids, one file each. */
const newFolder = () => mkdtempSync(join(tmpdir(), 'remains-'));

/** Which of those that wrote down their ids are alive. */
function aliveIn(folder: string): number[] {
  const rows = execFileSync('ps', ['-eo', 'pid=,stat='], { encoding: 'utf8' }).split('\n');
  const running = rows.map((row) => row.trim().split(/\s+/)).filter(([, state]) => !state?.startsWith('Z'));
  const written = new Set(readdirSync(folder));
  return running
    .map(([pid]) => pid!)
    .filter((pid) => written.has(pid))
    .map(Number);
}

/** Starts a run of each kind, deaf to SIGTERM and with a child in a session of its own; answers the runs. */
async function startDeaf(pool: string, folder: string): Promise<string[]> {
  const stay = (line: string) => `trap "" TERM HUP; : > ${folder}/$$; ${line} while :; do sleep 0.2; done`;
  const command = stay(`setsid -f /bin/sh -c '${stay('')}';`);
  const deployments = [
    await workspace.deployCommand('deaf/command', command, pool),
    await workspace.deploy('deaf/typescript', { path: fixtures, entrypoint: 'flows.ts:deaf' }, pool),
    ...(python ? [await workspace.deploy('deaf/python', { path: fixtures, entrypoint: 'flow.py:deaf' }, pool)] : []),
  ];
  const parameters = (at: number) => (at === 0 ? {} : { parameters: { folder } });
  const runs = await Promise.all(deployments.map((id, at) => workspace.startRun(id, parameters(at))));
  await until('all of them and their children work', () => aliveIn(folder).length >= 2 * runs.length, 240);
  await Promise.all(runs.map((run) => workspace.untilState(run, 'RUNNING')));
  return runs;
}

test('an agent that is killed leaves nothing running, and the control plane hears of it at once', async () => {
  const { pool, child } = await begin();
  const folder = newFolder();
  const runs = await startDeaf(pool, folder);
  child.kill('SIGKILL');
  await until('nothing is left', () => aliveIn(folder).length === 0);
  // Its leases would have lasted for minutes.
  for (const run of runs) expect((await workspace.untilState(run, 'CRASHED')).state?.message).toMatch(/was lost/);
});

test('an agent that is killed while it has nothing to do is offline at once, and others of its name are not', async () => {
  const { pool, child } = await begin('--name', 'twin');
  const { child: twin } = await serve(pool, system.url, '--name', 'twin');
  const status = async () => (await account.api<{ status: string }>('GET', `/work_pools/${pool}`)).status;
  const seen = async () => {
    const [worker] = await account.api<Seen[]>('POST', `/work_pools/${pool}/workers/filter`, {});
    // Later it would be offline in any case.
    return Date.now() - Date.parse(worker!.last_heartbeat_time) < 55_000 && worker!.status;
  };
  type Seen = { status: string; last_heartbeat_time: string };
  await until('both are counted', async () => (await agentsOf(pool)) === 2);
  child.kill('SIGKILL');
  await until('one of them is gone', async () => (await agentsOf(pool)) === 1);
  expect([await seen(), await status()]).toEqual(['ONLINE', 'READY']);
  twin.kill('SIGKILL');
  await until('nobody is there', async () => (await seen()) === 'OFFLINE');
  expect(await status()).toBe('NOT_READY');
});

/** How many agents go by the one name that the pool knows. */
async function agentsOf(pool: string): Promise<number | null> {
  const query = `{ workPools(workspaceId: "${account.workspaceId}") { nodes { name workers { agents } } } }`;
  type Pools = { workPools: { nodes: { name: string; workers: { agents: number | null }[] }[] } };
  const { workPools } = await account.graphql<Pools>(query);
  return workPools.nodes.find(({ name }) => name === pool)!.workers[0]?.agents ?? null;
}

test('what an agent left that was killed with its watchdog is ended by the next agent of its home, and by no other', async () => {
  const { pool, agent, child } = await begin();
  const folder = newFolder();
  await startDeaf(pool, folder);
  await killWithWatchdog(child);
  expect(aliveIn(folder).length).toBeGreaterThan(0);
  await begin();
  expect(aliveIn(folder).length).toBeGreaterThan(0);
  await agent.start('--pool', pool, '--warm', '0');
  await until('nothing is left', () => aliveIn(folder).length === 0);
});

test('the runs of an agent that was killed with its watchdog are given up by the next one of the same home, at once', async () => {
  const { pool, agent, child } = await begin();
  const folder = newFolder();
  const runs = await startDeaf(pool, folder);
  await killWithWatchdog(child);
  await agent.start('--pool', pool, '--warm', '0');
  // Its leases would have lasted for minutes.
  for (const run of runs) expect((await workspace.untilState(run, 'CRASHED')).state?.message).toMatch(/was lost/);
  expect(aliveIn(folder)).toEqual([]);
  await until('the page is gone', () => pagesOf(agent).length === 0);
});

test.each(['another home', 'the same home'])(
  'an agent of %s that a run had started goes on, with its runs, when the rest of that run is ended as an orphan',
  async (which) => {
    const { pool, agent, child } = await begin();
    const [folder, inner] = [newFolder(), `pool-${(pools += 1)}`];
    const home = which === 'another home' ? newFolder() : agent.home;
    const program = join(fixtures, '../../bin/agent.js');
    const nested = `HEADGATE_HOME=${home} ${process.execPath} ${program} start --pool ${inner} --warm 0`;
    const stays = `trap "" TERM HUP; : > ${folder}/$$; while :; do sleep 0.2; done`;
    const command = `${nested} > ${folder}.log 2>&1 & echo $! > ${folder}.pid; ${stays}`;
    const outer = await workspace.startRun(await workspace.deployCommand('starts/agent', command, pool));
    const file = join(newFolder(), 'diary');
    const run = await workspace.startRun(
      await untilDeployed(() => workspace.deployCommand('keeps/diary', diary(file), inner)),
    );
    await until('the inner run works', () => entriesOf(file).length > 5);
    const nestedPid = Number(readFileSync(`${folder}.pid`, 'utf8'));
    try {
      await killWithWatchdog(child);
      await agent.start('--pool', pool, '--warm', '0');
      await until('the rest of the outer run is ended', () => aliveIn(folder).length === 0);
      await workspace.untilState(outer, 'CRASHED');
      const seen = entriesOf(file).length;
      await until('the inner run goes on', () => entriesOf(file).length > seen + 20);
      expect(isAlive(nestedPid)).toBe(true);
      expect(new Set(entriesOf(file)).size).toBe(1);
      expect((await workspace.getRun(run)).state_type).toBe('RUNNING');
      expect(readFileSync(`${folder}.log`, 'utf8')).not.toMatch(/given up|no longer ours|lost/);
    } finally {
      process.kill(nestedPid, 'SIGKILL');
    }
  },
);

/** The pool is made by the agent that serves it. */
const untilDeployed = (deploy: () => Promise<string>) => until('its pool is there', () => deploy().catch(() => null));

/** Both at once, in this order: the agent would start another one. */
async function killWithWatchdog(agent: ChildProcess): Promise<void> {
  const gone = once(agent, 'exit');
  for (const pid of [watchdogOf(agent), agent.pid!]) process.kill(pid, 'SIGKILL');
  await gone;
}

const pagesOf = ({ home }: AgentProgram) => readdirSync(join(home, 'spool', 'claims'));

test('an agent that is stopped says Crashed when nothing is left', async () => {
  const { pool, child } = await begin('--drain-seconds', '0', '--grace', '1');
  const folder = newFolder();
  const runs = await startDeaf(pool, folder);
  const ended = runs.map(async (run) => {
    const { state } = await workspace.untilState(run, 'CRASHED');
    return state?.message;
  });
  const gone = once(child, 'exit');
  child.kill('SIGTERM');
  for (const message of await Promise.all(ended)) expect(message).toMatch(/was stopped before the run had finished/);
  expect(aliveIn(folder)).toEqual([]);
  expect((await gone)[0]).toBe(0);
});

test('a run that is cancelled is Cancelled when nothing is left', async () => {
  const { pool } = await begin('--grace', '1');
  const folder = newFolder();
  const runs = await startDeaf(pool, folder);
  for (const run of runs) await workspace.cancel(run);
  for (const run of runs) await workspace.untilState(run, 'CANCELLED');
  expect(aliveIn(folder)).toEqual([]);
});

/** A run that writes down its claim ten times a second, as long as it lives. */
const diary = (file: string) => `trap "" TERM; while :; do echo $HEADGATE_CLAIM_ID >> ${file}; sleep 0.1; done`;
const entriesOf = (file: string) => readFileSync(file, { encoding: 'utf8', flag: 'a+' }).split('\n').filter(Boolean);
const changesIn = (entries: string[]) => entries.filter((each, at) => at > 0 && each !== entries[at - 1]).length;

test('a run whose process says itself that it is cancelled is Cancelled when nothing is left', async () => {
  const { pool } = await begin();
  const ways = { typescript: 'flows.ts:mother', ...(python && { python: 'flow.py:mother' }) };
  for (const [name, entrypoint] of Object.entries(ways)) {
    const folder = newFolder();
    const deployment = await workspace.deploy(`mother/${name}`, { path: fixtures, entrypoint }, pool);
    const run = await workspace.startRun(deployment, { parameters: { folder } });
    await until('it and its child work', () => aliveIn(folder).length === 2, 240);
    await workspace.untilState(run, 'RUNNING');
    await workspace.cancel(run);
    // Looked at as often as it is answered: its child has ended by then, if only just.
    await until('it is Cancelled', async () => {
      for (let look = 0; look < 20; look++) if ((await workspace.getRun(run)).state_type === 'CANCELLED') return true;
      return false;
    });
    expect(aliveIn(folder), name).toEqual([]);
    expect((await workspace.statesOf(run)).filter((state) => /Cancel|Crash|Fail/.test(state))).toEqual([
      'Cancelling',
      'Cancelled',
    ]);
  }
});

test.each(['is cut off', 'stands still'])(
  'while an agent %s for longer than its lease, its run is ended before another one begins it',
  async (how) => {
    const proxy = await startProxy(system.url);
    const pool = `pool-${(pools += 1)}`;
    const { child } = await serve(pool, proxy.url, '--lease-seconds', '15', '--name', 'first');
    const file = join(newFolder(), 'diary');
    const id = await workspace.deployCommand('two/copies', diary(file), pool);
    const run = await workspace.startRun(id, { empirical_policy: { retries: 1, retry_delay: 0 } });
    await until('it works', () => entriesOf(file).length > 5);
    const [claim] = entriesOf(file);
    if (how === 'is cut off') proxy.cut();
    else child.kill('SIGSTOP');
    await serve(pool, system.url, '--name', 'second');
    await until('the second one works', () => entriesOf(file).at(-1) !== claim);
    const seen = entriesOf(file).length;
    proxy.mend();
    child.kill('SIGCONT');
    await until('both had the time to write', () => entriesOf(file).length > seen + 30);
    expect(changesIn(entriesOf(file))).toBe(1);
    expect((await workspace.getRun(run)).state_type).toBe('RUNNING');
    proxy.close();
  },
);

test('a run that has begun is ours for longer than one that is prepared, and is kept when we are cut off', async () => {
  const proxy = await startProxy(system.url);
  const pool = `pool-${(pools += 1)}`;
  const { agent } = await serve(pool, proxy.url);
  const go = join(newFolder(), 'go');
  const run = await workspace.startRun(
    await workspace.deployCommand('kept/run', `until [ -e ${go} ]; do sleep 0.2; done`, pool),
  );
  await until('it is prepared', () => proxy.sent().includes('"lease_seconds":30}'));
  await until('it has begun', () => proxy.sent().includes('"lease_seconds":300}'));
  proxy.cut();
  await until('it is noticed', () => agent.log().includes('what runs goes on for as long as its lease, 300 s'));
  proxy.mend();
  await until('it is back', () => agent.log().includes('is back after'));
  writeFileSync(go, '');
  expect((await workspace.untilEnded(run)).state_type).toBe('COMPLETED');
  proxy.close();
});

test('what ended while its agent was given up is told when that is back', async () => {
  const proxy = await startProxy(system.url);
  const pool = `pool-${(pools += 1)}`;
  await serve(pool, proxy.url, '--lease-seconds', '15');
  const go = join(newFolder(), 'go');
  const id = await workspace.deployCommand('late/verdict', `until [ -e ${go} ]; do sleep 0.1; done`, pool);
  const run = await workspace.startRun(id);
  await workspace.untilState(run, 'RUNNING');
  proxy.cut();
  writeFileSync(go, '');
  await workspace.untilState(run, 'CRASHED');
  proxy.mend();
  expect((await workspace.untilState(run, 'COMPLETED')).state?.message).toMatch(/Told late/);
  proxy.close();
});

test('a process that goes on after the end of its run has the time to flush, longer than a lease', async () => {
  const { pool, agent } = await begin('--lease-seconds', '15');
  const run = await workspace.startRun(await workspace.deployCommand('goes/on', 'sleep 300', pool));
  await workspace.untilState(run, 'RUNNING');
  await workspace.complete(run);
  await until('it is ended', () => agent.log().includes('ending it'), 90);
  expect(agent.log()).toContain('has ended (Completed), and its process goes on: ending it');
});

test.skipIf(!python)(
  'a run whose client could not ask whether it may begin is given back, and begins later',
  async () => {
    const proxy = await startProxy(system.url);
    const pool = `pool-${(pools += 1)}`;
    const { agent } = await serve(pool, proxy.url);
    const fields = {
      path: fixtures,
      entrypoint: 'flow.py:speaks',
      job_variables: { env: { PREFECT_CLIENT_MAX_RETRIES: '0' } },
    };
    const run = await workspace.startRun(await workspace.deploy('not/begun', fields, pool), { parameters: { n: 1 } });
    const isThere = () => execFileSync('ps', ['-eo', 'args='], { encoding: 'utf8' }).includes(`execute ${run}`);
    await until('its client starts', isThere);
    proxy.cut();
    await until('its client has given up', () => !isThere());
    proxy.mend();
    expect((await workspace.untilEnded(run, 120)).state_type).toBe('COMPLETED');
    expect(await workspace.statesOf(run)).not.toContain('Crashed');
    expect(agent.log()).toContain('was given back: its process ended before it had begun');
    proxy.close();
  },
);
