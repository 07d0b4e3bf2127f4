import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { signUp, startSystem, until, type TestSystem } from '@headgate/testkit';
import { AgentProgram, fixtures, isAlive } from './agent-process.js';
import { Workspace } from './workspace.js';

let system: TestSystem;
let workspace: Workspace;
let agent: AgentProgram;

const deploy = (name: string) => workspace.deploy(`ts/${name}`, { path: fixtures, entrypoint: `flows.ts:${name}` });

beforeAll(async () => {
  system = await startSystem();
  const account = await signUp(system.url);
  workspace = new Workspace(account);
  agent = await AgentProgram.loggedIn(system.url, account);
  await agent.expect('work-pool', 'create', 'main');
  await agent.start('--pool', 'main', '--grace', '10');
});

afterAll(async () => {
  agent?.end();
  await system?.stop();
});

test('a TypeScript flow runs with its parameters, and every line comes once', async () => {
  const run = await workspace.startRun(await deploy('greets'), { parameters: { name: 'Ada' } });
  expect((await workspace.untilEnded(run)).state_type).toBe('COMPLETED');
  await until('what was written to stdout is there', async () =>
    (await workspace.linesOf(run)).includes('written to stdout'),
  );
  const lines = (await workspace.linesOf(run)).filter((line) => /hello|written/.test(line));
  expect(lines.sort()).toEqual(['hello Ada', 'written to stdout']);
});

test('a flow finds its file and nothing else among the arguments of its process', async () => {
  const run = await workspace.startRun(await deploy('tellsArguments'));
  const line = `called with ${JSON.stringify([join(fixtures, 'flows.ts')])}`;
  await until('it tells them', async () => (await workspace.linesOf(run)).includes(line));
});

test('a flow of a package that is not of ES modules runs all the same', async () => {
  const adds = await workspace.deploy('ts/adds', { path: join(fixtures, 'common'), entrypoint: 'flows.ts:adds' });
  const run = await workspace.startRun(adds);
  expect((await workspace.untilEnded(run)).state_type).toBe('COMPLETED');
  await until('its line is there', async () => (await workspace.linesOf(run)).includes('one and one is 2'));
});

test('a flow that is cancelled ends, with its process', async () => {
  const run = await workspace.startRun(await deploy('waits'));
  const line = await until('it waits', async () =>
    (await workspace.linesOf(run)).find((each) => each.startsWith('waiting')),
  );
  await workspace.cancel(run);
  await workspace.untilState(run, 'CANCELLED');
  await until('the process is gone', () => !isAlive(Number(line.split(' ').at(-1))));
});

test('a process that leaves in the middle crashes its run, with its exit code and last words', async () => {
  const run = await workspace.untilEnded(await workspace.startRun(await deploy('leaves')));
  expect(run.state_type).toBe('CRASHED');
  expect(run.state?.message).toBe('The process exited with code 9. Its last words:\nleaving now');
});

test('an entrypoint that is not there crashes the run with a reason', async () => {
  const run = await workspace.untilEnded(await workspace.startRun(await deploy('nothing')));
  expect(run.state_type).toBe('CRASHED');
  expect(run.state?.message).toMatch(/has no flow nothing/);
});

test('ten runs at once each have a process of their own', async () => {
  const id = await deploy('greets');
  const runs = await Promise.all(
    Array.from({ length: 10 }, (_, index) => workspace.startRun(id, { parameters: { name: `n${index}` } })),
  );
  const ended = await Promise.all(runs.map((run) => workspace.untilEnded(run)));
  expect(ended.map((run) => run.state_type)).toEqual(runs.map(() => 'COMPLETED'));
});

test('an outage of the control plane loses no state and no line of a flow', async () => {
  const run = await workspace.startRun(await deploy('counts'));
  await until('it counts', async () => (await workspace.linesOf(run)).includes('line 3'));
  await system.kill('api', 'SIGKILL');
  await until('it is missed', () => agent.log().includes('cannot be reached'));
  await system.start('api');
  expect((await workspace.untilEnded(run)).state_type).toBe('COMPLETED');
  await until('all lines are there', async () => (await workspace.linesOf(run)).includes('line 40'));
  const lines = (await workspace.linesOf(run)).filter((line) => line.startsWith('line'));
  // A batch that was stored, but not answered when the api was killed, comes again: lines have no ids on the wire.
  expect([...new Set(lines)]).toEqual(Array.from({ length: 40 }, (_, index) => `line ${index + 1}`));
});
