import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { signUp, startSystem, until, type TestAccount, type TestSystem } from '@headgate/testkit';
import { AgentProgram, fixtures, isAlive } from './agent-process.js';
import { Workspace } from './workspace.js';

/** Runs that failed at once, and are to be tried again by the agent that has them. */

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
async function begin(pool = `pool-${(pools += 1)}`, ...options: string[]) {
  const agent = await AgentProgram.loggedIn(system.url, account);
  agents.push(agent);
  return { pool, agent, child: await agent.start('--pool', pool, '--warm', '0', ...options) };
}
const newFolder = () => mkdtempSync(join(tmpdir(), 'waiting-'));

/** A command that fails, and tells how often it was started; answers when it is waiting for its next attempt. */
async function startFailing(pool: string, delaySeconds: number) {
  const file = join(newFolder(), 'starts');
  const id = await workspace.deployCommand('fails/at-once', `echo started >> ${file}; exit 1`, pool);
  const policy = { empirical_policy: { retries: 1, retry_delay: delaySeconds } };
  const run = await workspace.startRun(id, policy);
  await untilWaiting(run);
  const due = Date.now() + delaySeconds * 1000;
  const starts = () => readFileSync(file, 'utf8').split('\n').filter(Boolean).length;
  return { run, due, starts };
}
const untilWaiting = (run: string) =>
  until('it waits', async () => (await workspace.getRun(run)).state_name === 'AwaitingRetry');

test.each<[string, (run: string) => Promise<unknown>, string]>([
  ['is cancelled', (run) => workspace.cancel(run), 'CANCELLED'],
  ['is ended by force', (run) => workspace.complete(run), 'COMPLETED'],
])('a run that %s while it waits is not started again', async (_, end, stateType) => {
  const { pool, agent } = await begin();
  const { run, due, starts } = await startFailing(pool, 4);
  await end(run);
  expect((await workspace.untilEnded(run)).state_type).toBe(stateType);
  await until('its time is past', () => Date.now() > due + 1_500);
  // Whatever the agent would have begun before it takes the next one, it has.
  const next = await workspace.startRun(await workspace.deployCommand('next/one', 'echo next', pool));
  expect((await workspace.untilEnded(next)).state_type).toBe('COMPLETED');
  expect(starts()).toBe(1);
  expect(agent.log()).not.toContain('refused');
});

test('a flow that is cancelled while its process waits is Cancelled when that is gone', async () => {
  const { pool } = await begin();
  const folder = newFolder();
  const id = await workspace.deploy('hasty/typescript', { path: fixtures, entrypoint: 'flows.ts:hasty' }, pool);
  const run = await workspace.startRun(id, { parameters: { folder } });
  await untilWaiting(run);
  await workspace.cancel(run);
  await until('it is Cancelled', async () => {
    for (let look = 0; look < 20; look++) if ((await workspace.getRun(run)).state_type === 'CANCELLED') return true;
    return false;
  });
  expect(readdirSync(folder).map(Number).filter(isAlive)).toEqual([]);
  expect((await workspace.statesOf(run)).slice(-2)).toEqual(['Cancelling', 'Cancelled']);
});

test('when its agent stops while a run waits, another one makes the attempts that are left', async () => {
  const { pool, child } = await begin(undefined, '--drain-seconds', '0');
  const { run, starts } = await startFailing(pool, 8);
  const gone = once(child, 'exit');
  child.kill('SIGTERM');
  await gone;
  await begin(pool);
  expect((await workspace.untilEnded(run)).state_type).toBe('FAILED');
  expect(starts()).toBe(2);
  expect(await workspace.statesOf(run)).not.toContain('Crashed');
});
