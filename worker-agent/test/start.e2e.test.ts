import { once } from 'node:events';
import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { signUp, startSystem, until, type TestAccount, type TestSystem } from '@headgate/testkit';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { AgentProgram } from './agent-process.js';

let system: TestSystem;
let account: TestAccount;
beforeAll(async () => {
  system = await startSystem({ loops: false });
  account = await signUp(system.url);
});
afterAll(() => system?.stop());

function program(apiUrl: string, key = account.key): AgentProgram {
  const agent = new AgentProgram({ HEADGATE_API_URL: apiUrl, HEADGATE_API_KEY: key });
  onTestFinished(() => agent.end());
  return agent;
}

test('an agent that starts while the control plane is away says so, and serves its pool when it is back', async () => {
  await system.kill('api');
  const agent = program(account.apiUrl);
  const child = agent.begin('start', '--pool', 'power-cut', '--warm', '0');
  let written = '';
  for (const stream of [child.stdout!, child.stderr!])
    stream.on('data', (data: Buffer) => (written += data.toString()));
  await until('it says so', () => written.includes('cannot be reached (ECONNREFUSED); trying again'));
  await system.start('api');
  await until('it serves the pool', () => written.includes('serves the pool power-cut'), 60);
  expect(written.match(/cannot be reached/g)).toHaveLength(1);
  expect(child.exitCode).toBeNull();
});

async function listening(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/api`;
}

const answering = (answer: RequestListener) => listening(createHttpServer(answer));

test.each<[string, () => Promise<string>]>([
  ['a page that is not there', () => answering((_, response) => response.writeHead(404).end('<h1>Not here</h1>'))],
  ['a page', () => answering((_, response) => response.end('<h1>Welcome</h1>'))],
  ['other JSON', () => answering((_, response) => response.end('{"hello":"world"}'))],
  ['another protocol', () => listening(createServer((socket) => void socket.end('SSH-2.0-OpenSSH_9.2\r\n')))],
])('an agent whose address answers with %s ends, and says that the address is wrong', async (_, start) => {
  const { code, stderr } = await program(await start()).run('start', '--pool', 'p');
  expect(code).toBe(1);
  expect(stderr).toMatch(/not the Headgate API|address of the server is wrong/);
});

test.each([
  ['', /not empty/],
  ['a/b', /without \/ % & < and >/],
  ['..', /other than/],
])('an agent for the pool %j ends, and says what pools are named', async (pool, words) => {
  const { code, stderr } = await program(account.apiUrl).run('start', '--pool', pool);
  expect([code, stderr]).toEqual([2, expect.stringMatching(words)]);
  expect(stderr).toContain('agent start --pool main');
});

test('an agent with a wrong key ends, and says so', async () => {
  const { code, stderr } = await program(account.apiUrl, 'pnu_wrong').run('start', '--pool', 'p');
  expect(code).toBe(1);
  expect(stderr).toContain('does not accept the API key');
});

test('an agent that may not make its pool ends, and says that there is none', async () => {
  const { code, stderr } = await program(account.apiUrl).run('start', '--pool', 'nowhere', '--no-create-pool');
  expect(code).toBe(1);
  expect(stderr).toContain('There is no work pool "nowhere"');
});

test('an agent that is to serve a queue that is not there ends, says so, and leaves no pool behind', async () => {
  const serve = () => program(account.apiUrl).run('start', '--pool', 'its queues', '--work-queue', 'default', 'not me');
  const poolNames = async () =>
    (await account.api<{ name: string }[]>('POST', '/work_pools/filter', {})).map(({ name }) => name);
  const first = await serve();
  expect(first.code).toBe(1);
  expect(first.stderr).toContain('There is no work queue "not me" in the work pool "its queues".');
  expect(first.stderr).toContain("agent work-pool create 'its queues'");
  expect(await poolNames()).not.toContain('its queues');
  await account.api('POST', '/work_pools/', { name: 'its queues', type: 'process' });
  const { code, stderr } = await serve();
  expect(code).toBe(1);
  expect(stderr).toContain("prefect work-queue create 'not me' --pool 'its queues'");
});
