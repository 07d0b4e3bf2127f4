import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { signUp, startSystem, until, type TestSystem } from '@headgate/testkit';
import { AgentProgram, fixtures } from './agent-process.js';
import { Workspace } from './workspace.js';

/** A Python interpreter that has `prefect`; without one these are skipped. The compatibility suite installs one. */
const python = process.env['HEADGATE_TEST_PYTHON'];
const timeout = 120_000;

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
  }, 120_000);

  afterAll(async () => {
    agent?.end();
    await system?.stop();
  }, 60_000);

  test('what the client sends and what it only prints comes once each', { timeout }, async () => {
    const run = await workspace.startRun(await deploy('speaks'), { parameters: { n: 4 } });
    expect((await workspace.untilEnded(run, 60)).state_type).toBe('COMPLETED');
    await until('the last line is there', () => agent.log().includes('completed'));
    const lines = (await workspace.linesOf(run)).filter((line) => /printed|written|library|doubling/.test(line));
    expect(lines.sort()).toEqual(['doubling 4', 'from a library', 'printed', 'written to stderr', 'written to stdout']);
  });

  test('a flow that fails has failed, not crashed, and its trace comes once', { timeout }, async () => {
    const run = await workspace.untilEnded(await workspace.startRun(await deploy('fails')), 60);
    expect(run.state_type).toBe('FAILED');
    await until('the agent has seen its end', () => agent.log().includes('failed'));
    const lines = await workspace.linesOf(run.id);
    expect(lines.filter((line) => line.startsWith('Encountered exception'))).toHaveLength(1);
    expect(lines.filter((line) => /^(Traceback|ValueError|  File)/.test(line))).toEqual([]);
  });

  test('a flow that is cancelled ends', { timeout }, async () => {
    const run = await workspace.startRun(await deploy('waits'));
    await until('it waits', async () => (await workspace.linesOf(run)).some((line) => line.startsWith('waiting')), 60);
    await workspace.cancel(run);
    expect((await workspace.untilState(run, 'CANCELLED', 40)).state_type).toBe('CANCELLED');
  });
});
