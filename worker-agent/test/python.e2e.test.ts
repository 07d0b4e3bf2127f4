import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { signUp, startSystem, until, type TestSystem } from '@headgate/testkit';
import { AgentProgram, fixtures } from './agent-process.js';
import { Workspace } from './workspace.js';

/** A Python interpreter that has `prefect`; without one these are skipped. The compatibility suite installs one. */
const python = process.env['HEADGATE_TEST_PYTHON'];
describe.skipIf(!python)('Python flows, run by the unmodified client', () => {
  let system: TestSystem;
  let workspace: Workspace;
  let agent: AgentProgram;

  const deploy = (name: string) =>
    workspace.deploy(`python/${name}`, { path: fixtures, entrypoint: `flow.py:${name}` });

  beforeAll(async () => {
    system = await startSystem();
    const account = await signUp(system.url);
    workspace = new Workspace(account);
    agent = await AgentProgram.loggedIn(system.url, account);
    await agent.expect('work-pool', 'create', 'main');
    await agent.start('--pool', 'main', '--warm', '0', '--python', python!);
  });

  afterAll(async () => {
    agent?.end();
    await system?.stop();
  });

  test('what the client sends and what it only prints comes once each', async () => {
    const run = await workspace.startRun(await deploy('speaks'), { parameters: { n: 4 } });
    expect((await workspace.untilEnded(run)).state_type).toBe('COMPLETED');
    await until('the last line is there', () => agent.log().includes('completed'));
    const lines = async () =>
      (await workspace.linesOf(run)).filter((line) => /printed|written|library|doubling/.test(line)).sort();
    await expect
      .poll(lines)
      .toEqual(['doubling 4', 'from a library', 'printed', 'written to stderr', 'written to stdout']);
  });

  test('a flow that fails has failed, not crashed, and its trace comes once', async () => {
    const run = await workspace.untilEnded(await workspace.startRun(await deploy('fails')));
    expect(run.state_type).toBe('FAILED');
    await until('the agent has seen its end', () => agent.log().includes('failed'));
    const encountered = async () =>
      (await workspace.linesOf(run.id)).filter((line) => line.startsWith('Encountered exception'));
    await expect.poll(encountered).toHaveLength(1);
    const lines = await workspace.linesOf(run.id);
    expect(lines.filter((line) => /^(Traceback|ValueError|  File)/.test(line))).toEqual([]);
  });

  test('a flow speaks of other runs than its own: its subflow runs, and those that it cancels', async () => {
    const other = await workspace.startRun(await deploy('waits'));
    await workspace.untilState(other, 'RUNNING');
    const run = await workspace.startRun(await deploy('meddles'), { parameters: { other } });
    expect((await workspace.untilEnded(run)).state_type).toBe('COMPLETED');
    expect((await workspace.untilEnded(other)).state_type).toBe('CANCELLED');
  });

  test('a flow that is cancelled ends', async () => {
    const run = await workspace.startRun(await deploy('waits'));
    await until('it waits', async () => (await workspace.linesOf(run)).some((line) => line.startsWith('waiting')), 60);
    await workspace.cancel(run);
    expect((await workspace.untilState(run, 'CANCELLED')).state_type).toBe('CANCELLED');
  });
});
