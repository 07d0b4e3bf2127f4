import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { signUp, startSystem, until, type TestAccount, type TestSystem } from '@headgate/testkit';

const run = promisify(execFile);
const machine = mkdtempSync(path.join(tmpdir(), 'headgate-machine-'));
const project = path.join(machine, 'project');
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
  mkdirSync(project);
  system = await startSystem();
  account = await signUp(system.url);
});
afterAll(async () => {
  await system?.stop();
  rmSync(machine, { recursive: true, force: true });
});

test('a machine that has only Node installs agent and SDK from the server, and runs a flow', async () => {
  await run('npm', ['install', '--global', `${system.url}/packages/agent.tgz`], { env });
  await run('npm', ['install', `${system.url}/packages/sdk.tgz`], { env, cwd: project });
  writeFileSync(
    path.join(project, 'hello.mjs'),
    `import { flow } from '@headgate/sdk';
export const hello = flow(async () => console.log('Hello from my machine'), { name: 'hello', logPrints: true });
if (process.argv[2] === 'deploy') await hello.deploy({ name: 'hello', workPool: 'local' });`,
  );
  await run('agent', ['login', '--server', system.url, '--key', account.key], { env });
  const agent = spawn('agent', ['start', '--pool', 'local'], { env, stdio: 'ignore', detached: true });
  try {
    await until(
      'the pool to be there',
      async () => (await account.api<unknown[]>('POST', '/work_pools/filter', {})).length > 0,
    );
    await run(process.execPath, ['hello.mjs', 'deploy'], { env, cwd: project });
    const { stdout } = await run('agent', ['run', 'hello/hello', '--watch'], { env });
    expect(stdout).toContain('Hello from my machine');
    const [done] = await account.api<{ state_type: string }[]>('POST', '/flow_runs/filter', {});
    expect(done?.state_type).toBe('COMPLETED');
  } finally {
    agent.kill();
    await once(agent, 'exit');
  }
});

test('what is not given out is told in words, and what is known is not sent again', async () => {
  const other = await fetch(`${system.url}/packages/other.tgz`, { headers: { accept: 'application/json' } });
  expect(other.status).toBe(404);
  const { headers, status } = await fetch(`${system.url}/packages/sdk.tgz`, { method: 'HEAD' });
  expect({ status, type: headers.get('content-type') }).toEqual({ status: 200, type: 'application/gzip' });
  const again = await fetch(`${system.url}/packages/sdk.tgz`, { headers: { 'if-none-match': headers.get('etag')! } });
  expect(again.status).toBe(304);
});
