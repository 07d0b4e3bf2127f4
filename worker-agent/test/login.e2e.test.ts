import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { signUp, startSystem, until, type TestAccount, type TestSystem } from '@headgate/testkit';
import { AgentProgram } from './agent-process.js';

let system: TestSystem;
let account: TestAccount;

beforeAll(async () => {
  system = await startSystem({ loops: false });
  account = await signUp(system.url);
});

afterAll(() => system?.stop());

const configOf = (agent: AgentProgram) => join(agent.home, 'config.json');

test('a key logs in, and only the owner can read what is kept', async () => {
  const agent = await AgentProgram.loggedIn(system.url, account);
  expect(statSync(configOf(agent)).mode & 0o777).toBe(0o600);
  const { profiles } = JSON.parse(readFileSync(configOf(agent), 'utf8')) as {
    profiles: Record<string, Record<string, string>>;
  };
  expect(profiles['default']).toEqual({
    server: system.url,
    api_key: account.key,
    account_id: account.accountId,
    workspace_id: account.workspaceId,
    workspace: account.handle,
  });
  expect(await agent.expect('whoami')).toContain(account.email);
  expect(JSON.parse(await agent.expect('workspace', 'ls', '--json'))).toMatchObject([
    { workspace_id: account.workspaceId },
  ]);
  await agent.expect('workspace', 'use', account.handle);
  await agent.expect('logout');
  expect(await agent.run('whoami')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('agent login') as string,
  });
});

test('a wrong key is refused, and nothing is kept', async () => {
  const agent = new AgentProgram();
  const { code, stderr } = await agent.run('login', '--key', 'pnu_wrong', '--server', system.url);
  expect(code).toBe(1);
  expect(stderr).toContain('does not accept this API key');
  expect(() => statSync(configOf(agent))).toThrow('ENOENT');
});

test('where no terminal can be asked, a login that several workspaces fit names them all and suggests none', async () => {
  const owner = await signUp(system.url);
  await owner.api('POST', '/../', { name: 'second' });
  const agent = new AgentProgram();
  const { code, stderr } = await agent.run('login', '--key', owner.key, '--server', system.url);
  expect(code).toBe(2);
  const account = owner.handle.split('/')[0];
  for (const name of ['main', 'second']) expect(stderr).toContain(`${account}/${name}`);
  expect(stderr).toContain('try: add --workspace with the name of one of them');
  expect(() => statSync(configOf(agent))).toThrow('ENOENT');
});

test('a server that is not there is named', async () => {
  const { code, stderr } = await new AgentProgram().run('login', '--key', 'pnu_x', '--server', 'http://localhost:9');
  expect(code).toBe(1);
  expect(stderr).toContain('http://localhost:9 cannot be reached');
});

test('the page of the web app may hand over the key', async () => {
  const agent = new AgentProgram();
  const { finished, address } = await browse(agent);
  expect(address.origin).toBe(system.url);
  const callback = address.searchParams.get('callback')!;
  const asked = await fetch(`${callback}/success`, {
    method: 'OPTIONS',
    headers: { origin: system.url, 'access-control-request-method': 'POST' },
  });
  expect(asked.headers.get('access-control-allow-origin')).toBe(system.url);
  const told = await fetch(`${callback}/success`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ api_key: account.key }),
  });
  expect(told.status).toBe(200);
  expect(await finished).toBe(0);
  expect(await agent.expect('whoami')).toContain(account.email);
});

test('a person who declines is believed', async () => {
  const { finished, address } = await browse(new AgentProgram());
  await fetch(`${address.searchParams.get('callback')}/failure`, {
    method: 'POST',
    body: JSON.stringify({ reason: 'not me' }),
  });
  expect(await finished).toBe(1);
});

test('misuse exits with 2, and help with 0', async () => {
  const agent = await AgentProgram.loggedIn(system.url, account);
  const codes = await Promise.all(
    [
      ['--help'],
      ['strat'],
      ['run'],
      ['run', 'no-slash'],
      ['run', 'a/b', '-p', 'x'],
      ['flow-run', 'ls', '--limit', '0'],
      ['work-pool', 'create', 'a/b'],
      ['work-pool', 'create', ''],
      ['work-pool', 'create', 'prefect-x'],
      ['start', '--pool', 'p', '--python', '/no/such/python'],
    ].map(async (args) => (await agent.run(...args)).code),
  );
  expect(codes).toEqual([0, ...Array.from({ length: 9 }, () => 2)]);
});

test('work pools are created, paused, resumed and deleted', async () => {
  const agent = await AgentProgram.loggedIn(system.url, account);
  const paused = async () =>
    (JSON.parse(await agent.expect('work-pool', 'inspect', 'temp', '--json')) as { is_paused: boolean }).is_paused;
  await agent.expect('work-pool', 'create', 'temp', '--limit', '3');
  expect(await agent.expect('work-pool', 'ls')).toMatch(/temp\s+process/);
  await agent.expect('work-pool', 'pause', 'temp');
  expect(await paused()).toBe(true);
  await agent.expect('work-pool', 'resume', 'temp');
  expect(await paused()).toBe(false);
  await agent.expect('work-pool', 'delete', 'temp');
  expect(await agent.run('work-pool', 'inspect', 'temp')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('no work pool "temp"') as string,
  });
});

test('a list of nothing says whether there is nothing or nothing such; long texts are cut', async () => {
  const agent = await AgentProgram.loggedIn(system.url, account);
  expect(await agent.expect('flow-run', 'ls')).toContain('No run yet.');
  expect(await agent.expect('flow-run', 'ls', '--state', 'failed,crashed')).toContain('No run is failed or crashed.');
  expect((await agent.run('flow-run', 'ls', '--flow', 'none')).stderr).toContain('There is no flow "none"');
  await account.api('POST', '/flows/', { name: 'idle' });
  expect(await agent.expect('flow-run', 'ls', '--flow', 'idle')).toContain('No run of idle yet.');
  await agent.expect('work-pool', 'create', 'told-of', '--description', 'long '.repeat(60));
  const lines = (await agent.expect('work-pool', 'ls')).split('\n');
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(150);
  expect(lines.join('\n')).toMatch(/told-of .* long long .*…/);
});

/** Begins a log-in by browser; answers the address that the person is to open. */
async function browse(agent: AgentProgram) {
  const child = agent.begin('login', '--server', system.url);
  let shown = '';
  child.stdout!.on('data', (piece: Buffer) => (shown += piece.toString()));
  const address = await until('the address is shown', () => /https?:\/\/\S+\/auth\/client\S+/.exec(shown)?.[0]);
  const finished = new Promise<number | null>((resolve) => child.once('exit', resolve));
  return { finished, address: new URL(address) };
}

test('an address of another protocol is refused as such', async () => {
  const { code, stderr } = await new AgentProgram().run('login', '--key', 'pnu_x', '--server', 'ftp://x');
  expect([code, stderr]).toEqual([2, expect.stringContaining('"ftp://x" is not an address of http or https')]);
});
