import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { signUp, startSystem, until, type TestAccount, type TestSystem } from '@headgate/testkit';
import { blocksOf } from './readme.js';

const run = promisify(execFile);
const machine = mkdtempSync(path.join(tmpdir(), 'headgate-machine-'));
/** Node and npm, and a registry that cannot be reached. */
const env = {
  PATH: `${path.join(machine, 'bin')}:${process.env['PATH']}`,
  HOME: machine,
  HEADGATE_HOME: path.join(machine, 'home'),
  npm_config_cache: path.join(machine, 'cache'),
  npm_config_registry: 'http://127.0.0.1:9',
  npm_config_prefix: machine,
};

let system: TestSystem;
let account: TestAccount;
beforeAll(async () => {
  system = await startSystem();
  account = await signUp(system.url);
});
afterAll(async () => {
  await system?.stop();
  rmSync(machine, { recursive: true, force: true });
});

/** Does what a block of a page says, as somebody in a terminal does. */
const said = (block: string, cwd: string) =>
  run('sh', ['-ec', block.replaceAll('http://localhost:4200', system.url)], { env, cwd });
/** Whether this Node reads TypeScript by itself. */
const [major, minor] = process.versions.node.split('.').map(Number) as [number, number];
const readsTypeScript = major > 22 || (major === 22 && minor >= 18);
const [installs, , makesProject, byNode, byTsx] = blocksOf('README.md', 'sh', 'Run your own TypeScript flow');
const ends = (text: string) => text.trimEnd().split('\n');

test('a machine that has only Node does what the README says, and runs a flow here and with the agent', async () => {
  const [install, login, start] = ends(installs!);
  await said(install!, machine);
  await said(login!.replace('pnu_…', account.key).replace('ACCOUNT/WORKSPACE', account.handle), machine);
  await said(makesProject!, machine);
  const project = path.join(machine, 'my-flows');
  writeFileSync(path.join(project, 'greet.ts'), blocksOf('README.md', 'ts', 'Run your own TypeScript flow')[0]!);
  const [command, ...args] = start!.split(' ');
  const agent = spawn(command!, args, { env, stdio: 'ignore', detached: true });
  try {
    await until(
      'the pool to be there',
      async () => (await account.api<unknown[]>('POST', '/work_pools/filter', {})).length > 0,
    );
    const { stdout, stderr } = await said((readsTypeScript ? byNode : byTsx)!, project);
    expect(stdout).toContain('Hello, Ada!');
    expect(stdout).toContain('Hello, Grace!');
    const { id } = await account.api<{ id: string }>('GET', '/deployments/name/hello/mine');
    const { accountId, workspaceId } = account;
    const page = `${system.url}/account/${accountId}/workspace/${workspaceId}/deployments/deployment/${id}`;
    expect(stderr).toContain(`Deployed hello/mine to work pool local: ${page}\n`);
    expect(stdout).not.toContain('Deployed');
    const runs = await account.api<{ state_type: string }[]>('POST', '/flow_runs/filter', {});
    expect(runs.map((each) => each.state_type)).toEqual(['COMPLETED', 'COMPLETED']);
  } finally {
    agent.kill();
    await once(agent, 'exit');
  }
});

test('the package of the SDK has a README, whose example runs with nothing else installed', async () => {
  const project = path.join(machine, 'my-flows');
  const packed = readFileSync(path.join(project, 'node_modules/@headgate/sdk/README.md'), 'utf8');
  expect(packed).toBe(readFileSync(new URL('../../sdk/README.md', import.meta.url), 'utf8'));
  writeFileSync(path.join(project, 'crawl.ts'), blocksOf('sdk/README.md', 'ts')[0]!);
  const command = ends((readsTypeScript ? byNode : byTsx)!).filter((line) => !/deploy|agent run/.test(line));
  const { stdout } = await said(command.join('\n').replace('greet.ts', 'crawl.ts'), project);
  expect(stdout).toContain('1 pages');
});

test('what is not given out is told in words, and what is known is not sent again', async () => {
  const other = await fetch(`${system.url}/packages/other.tgz`, { headers: { accept: 'application/json' } });
  expect(other.status).toBe(404);
  const { headers, status } = await fetch(`${system.url}/packages/sdk.tgz`, { method: 'HEAD' });
  expect({ status, type: headers.get('content-type') }).toEqual({ status: 200, type: 'application/gzip' });
  const again = await fetch(`${system.url}/packages/sdk.tgz`, { headers: { 'if-none-match': headers.get('etag')! } });
  expect(again.status).toBe(304);
});
