import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { signUp, startSystem, until, type TestAccount, type TestSystem } from '@headgate/testkit';
import { Api } from '../src/api/api.js';
import { followRun } from '../src/api/follow-run.js';
import type { Connection } from '../src/settings/connection.js';
import { AgentProgram, isAlive } from './agent-process.js';
import { Workspace } from './workspace.js';

let system: TestSystem;
let account: TestAccount;
let workspace: Workspace;
let agent: AgentProgram;

/** Counts to forty in four seconds. */
const counting = 'for i in $(seq 1 40); do echo line $i; sleep 0.1; done';
const counted = Array.from({ length: 40 }, (_, index) => `line ${index + 1}`);

beforeAll(async () => {
  system = await startSystem();
  account = await signUp(system.url);
  workspace = new Workspace(account);
  agent = await AgentProgram.loggedIn(system.url, account);
  await agent.expect('work-pool', 'create', 'main');
  await agent.expect('work-pool', 'create', 'outage');
  await agent.expect('work-pool', 'create', 'drained');
  await agent.start('--pool', 'main', '--name', 'tester');
});

afterAll(async () => {
  agent?.end();
  await system?.stop();
});

test('a command that exits with 0 completes its run, and what it says becomes log lines', async () => {
  const id = await workspace.deployCommand('shell/hello', 'echo "given $HEADGATE_PARAMETERS"; echo "Error: hm" >&2');
  const run = await workspace.untilEnded(await workspace.startRun(id, { parameters: { n: 3 } }));
  expect(await workspace.statesOf(run.id)).toEqual(['Scheduled', 'Pending', 'Running', 'Completed']);
  const logs = await workspace.logsOf(run.id);
  expect(logs.map(({ message, level, name }) => ({ message, level, name }))).toEqual(
    expect.arrayContaining([
      { message: 'given {"n":3}', level: 20, name: 'process.stdout' },
      { message: 'Error: hm', level: 40, name: 'process.stderr' },
    ]),
  );
});

test('a command that exits with another code fails its run, with its last words', async () => {
  const id = await workspace.deployCommand('shell/fails', 'echo "no such table" >&2; exit 3');
  const run = await workspace.untilEnded(await workspace.startRun(id));
  expect(run.state_type).toBe('FAILED');
  expect(run.state?.message).toBe('The process exited with code 3. Its last words:\nno such table');
});

test('a command whose run may be retried is started again', async () => {
  const id = await workspace.deployCommand(
    'shell/second-try',
    'test -e $HEADGATE_HOME/tried || { touch $HEADGATE_HOME/tried; exit 1; }',
  );
  const run = await workspace.untilEnded(
    await workspace.startRun(id, { empirical_policy: { retries: 1, retry_delay: 0 } }),
  );
  expect(run).toMatchObject({ state_type: 'COMPLETED', run_count: 2 });
});

test('what cannot be started crashes with a reason', async () => {
  const nothing = await workspace.startRun(await workspace.deploy('nothing/here', {}));
  const nowhere = await workspace.startRun(
    await workspace.deploy('nothing/there', { job_variables: { command: 'true', working_dir: '/not/there' } }),
  );
  expect((await workspace.untilState(nothing, 'CRASHED')).state?.message).toMatch(
    /neither an entrypoint .* nor a `command`/,
  );
  expect((await workspace.untilState(nowhere, 'CRASHED')).state?.message).toMatch(
    /working directory \/not\/there does not exist/,
  );
});

test('a Python flow without prefect on the machine says how to get it', async () => {
  const bare = await AgentProgram.loggedIn(system.url, account, { PATH: '/nowhere' });
  await bare.start('--pool', 'bare', '--warm', '0');
  const run = await workspace.startRun(await workspace.deploy('python/flow', { entrypoint: 'flow.py:main' }, 'bare'));
  expect((await workspace.untilState(run, 'CRASHED')).state?.message).toMatch(/pip install prefect/);
  bare.end();
});

test('cancelling ends all processes of a run', async () => {
  const id = await workspace.deployCommand('shell/slow', 'sleep 301 & echo "child $!"; wait');
  const run = await workspace.startRun(id);
  const line = await until('the child is there', async () =>
    (await workspace.linesOf(run)).find((each) => each.startsWith('child')),
  );
  await workspace.cancel(run);
  await workspace.untilState(run, 'CANCELLED');
  await until('the child is gone', () => !isAlive(Number(line.split(' ')[1])));
});

test('`agent run --watch` shows states and logs, and its exit code is the outcome', async () => {
  await workspace.deployCommand(
    'shell/good',
    `node -p 'const { days, who } = JSON.parse(process.env.HEADGATE_PARAMETERS); days + " " + who'`,
  );
  await workspace.deployCommand('shell/bad', 'exit 1');
  const good = await agent.run('run', 'shell/good', '-p', 'days=7', '-p', 'who=me', '--watch', '--name', 'watched');
  expect(good.code).toBe(0);
  expect(good.stdout).toMatch(/Running[\s\S]*7 me[\s\S]*Completed/);
  expect((await agent.run('run', 'shell/bad', '--watch')).code).toBe(1);
  expect(await agent.expect('flow-run', 'logs', 'watched')).toContain('7 me');
  await workspace.deploy('shell/picky', {
    job_variables: { command: 'true' },
    parameter_openapi_schema: { type: 'object', properties: { days: {} } },
  });
  const misspelt = await agent.run('run', 'shell/picky', '-p', 'dasy=7');
  expect(misspelt).toMatchObject({ code: 2, stderr: expect.stringContaining('has no parameter "dasy"') });
  const listed = JSON.parse(
    await agent.expect('flow-run', 'ls', '--flow', 'shell', '--state', 'completed', '--json'),
  ) as { name: string }[];
  expect(listed.map((run) => run.name)).toContain('watched');
});

test('the end of a watched run comes after its last line, and lines of tasks bear the name of their task', async () => {
  const { id: flow_id } = await account.api<{ id: string }>('POST', '/flows/', { name: 'watched-flow' });
  const run = await account.api<{ id: string }>('POST', '/flow_runs/', { flow_id, state: { type: 'RUNNING' } });
  const task = await account.api<{ id: string }>('POST', '/task_runs/', {
    flow_run_id: run.id,
    name: 'load-7',
    task_key: 'load',
    dynamic_key: '7',
    state: { type: 'RUNNING' },
  });
  const say = (name: string, message: string, more = {}) =>
    account.api('POST', '/logs/', [
      { name, level: 20, message, timestamp: new Date().toISOString(), flow_run_id: run.id, ...more },
    ]);
  await say('prefect.flow_runs', 'Beginning');
  const connection = { apiUrl: account.apiUrl, apiKey: account.key } as Connection;
  const told: string[] = [];
  for await (const news of followRun(new Api(connection), connection, run.id)) {
    told.push(news.kind === 'run' ? news.run.state_type! : `${news.task ?? 'flow'}: ${news.log.message}`);
    if (told.length > 2) continue;
    if (news.kind === 'run') continue;
    // The state is told of before the lines that were written last have arrived.
    await account.api('POST', `/flow_runs/${run.id}/set_state`, { state: { type: 'COMPLETED' }, force: true });
    await say('prefect.task_runs', 'Finished in state Completed()', { task_run_id: task.id });
    await say('prefect.flow_runs', 'Finished in state Completed()');
  }
  expect(told).toEqual([
    'RUNNING',
    'flow: Beginning',
    'load-7: Finished in state Completed()',
    'flow: Finished in state Completed()',
    'COMPLETED',
  ]);
  expect(await agent.expect('flow-run', 'logs', run.id)).toMatch(/load-7 +Finished in state/);
});

test('a deployment whose cron leaves out the hour that comes twice says so', async () => {
  const schedule = { cron: '*/30 * * * *', timezone: 'America/New_York' };
  await workspace.deploy('shell/clocks', {
    job_variables: { command: 'true' },
    schedules: [{ schedule, active: false }],
  });
  const shown = await agent.expect('deployment', 'inspect', 'shell/clocks');
  expect(shown).toMatch(/clocks of America\/New_York are put back[\s\S]*nothing fires for 90 minutes/);
  await workspace.deploy('shell/steady', { job_variables: { command: 'true' } });
  expect(await agent.expect('deployment', 'inspect', 'shell/steady')).not.toContain('clocks');
});

test('an outage of the control plane loses no state and no line', async () => {
  await agent.start('--pool', 'outage', '--warm', '0');
  const run = await workspace.startRun(await workspace.deployCommand('shell/outage', counting, 'outage'));
  await until('it counts', async () => (await workspace.linesOf(run)).length > 3);
  await system.kill('api', 'SIGKILL');
  await until('the run has ended meanwhile', () => spooledLines(agent.home, run) >= 41);
  await system.start('api');
  expect((await workspace.untilEnded(run)).state_type).toBe('COMPLETED');
  // A batch that was stored, but not answered when the api was killed, comes again: lines have no ids on the wire.
  const lines = (await workspace.linesOf(run)).filter((line) => line.startsWith('line'));
  expect([...new Set(lines)]).toEqual(counted);
});

test('what an agent could not deliver is delivered by the next; what it ran ends with it', async () => {
  const first = await AgentProgram.loggedIn(system.url, account);
  const process = await first.start('--pool', 'killed', '--warm', '0');
  const run = await workspace.startRun(
    await workspace.deployCommand('shell/killed', `echo "pid $$"; ${counting}; sleep 300`, 'killed'),
  );
  const pidLine = await until('it counts', async () =>
    (await workspace.linesOf(run)).find((line) => line.startsWith('pid')),
  );
  await system.kill('api', 'SIGKILL');
  await until('all lines are on disk', () => spooledLines(first.home, run) >= 42);
  process.kill('SIGKILL');
  await until('the run is gone', () => !isAlive(Number(pidLine.split(' ')[1])));
  await system.start('api');
  await first.start('--pool', 'killed', '--warm', '0');
  await expect.poll(async () => new Set(await workspace.linesOf(run))).toEqual(new Set([pidLine, ...counted]));
  expect((await workspace.untilEnded(run)).state_type).toBe('CRASHED');
  first.end();
});

test('an agent that is killed is offline, and its pool not ready, as soon as its runs are given up', async () => {
  const killed = await AgentProgram.loggedIn(system.url, account);
  const process = await killed.start('--pool', 'deserted', '--warm', '0');
  const run = await workspace.startRun(await workspace.deployCommand('shell/deserted', 'sleep 300', 'deserted'));
  const begun = () => account.api<{ state_type: string }>('GET', `/flow_runs/${run}`);
  await until('it runs', async () => (await begun()).state_type === 'RUNNING');
  process.kill('SIGKILL');
  expect((await workspace.untilEnded(run)).state_type).toBe('CRASHED');
  const presence = async () => {
    const workers = await account.api<{ status: string }[]>('POST', '/work_pools/deserted/workers/filter', {});
    const { status } = await account.api<{ status: string }>('GET', '/work_pools/deserted');
    return [workers.map((each) => each.status), status];
  };
  // Long before it would be missed, which takes a minute.
  await expect.poll(presence, { timeout: 30_000 }).toEqual([['OFFLINE'], 'NOT_READY']);
});

test('SIGTERM waits for what runs, and claims nothing more', async () => {
  const draining = await AgentProgram.loggedIn(system.url, account);
  const child = await draining.start('--pool', 'drained', '--warm', '0', '--limit', '1');
  const go = join(draining.home, 'go');
  const id = await workspace.deployCommand('shell/drained', `until [ -e ${go} ]; do sleep 0.1; done`, 'drained');
  const [first, second] = [await workspace.startRun(id), await workspace.startRun(id)];
  await until(
    'one of them runs',
    async () =>
      (await workspace.getRun(first)).state_type === 'RUNNING' ||
      (await workspace.getRun(second)).state_type === 'RUNNING',
  );
  const exit = once(child, 'exit');
  child.kill('SIGTERM');
  await until('it drains', () => draining.log().includes('stopping'));
  writeFileSync(go, '');
  expect((await exit)[0]).toBe(0);
  const states = [await workspace.getRun(first), await workspace.getRun(second)].map((run) => run.state_type).sort();
  expect(states).toEqual(['COMPLETED', 'SCHEDULED']);
  // It is not shown as there until its silence is noticed: it has said goodbye.
  const workers = await account.api<{ status: string }[]>('POST', '/work_pools/drained/workers/filter', {});
  expect(workers).toMatchObject([{ status: 'OFFLINE' }]);
});

test('a second signal ends what runs, and says so', async () => {
  const stopped = await AgentProgram.loggedIn(system.url, account);
  const child = await stopped.start('--pool', 'stopped', '--warm', '0');
  const run = await workspace.startRun(await workspace.deployCommand('shell/stopped', 'sleep 300', 'stopped'));
  await workspace.untilState(run, 'RUNNING');
  child.kill('SIGINT');
  await until('it drains', () => stopped.log().includes('stopping'));
  const exit = once(child, 'exit');
  child.kill('SIGINT');
  await exit;
  expect((await workspace.untilEnded(run)).state?.message).toMatch(/was stopped before the run had finished/);
});

/** Entries of a run's spool file, its header not counted. */
function spooledLines(home: string, flowRunId: string): number {
  const spool = join(home, 'spool');
  const files = readdirSync(spool, { recursive: true, encoding: 'utf8' }).filter(
    (name) => name.includes(flowRunId) && name.endsWith('.jsonl'),
  );
  return files
    .map((name) => readFileSync(join(spool, name), 'utf8').split('\n').length - 2)
    .reduce((sum, count) => sum + count, 0);
}
