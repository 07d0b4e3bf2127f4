import { spawn } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { freePort, prepare, startSystem } from '@headgate/all-in-one';
import { expect, onTestFinished, test } from 'vitest';
import { isAlive } from '../src/processes.js';
import { ownFolder } from './support/folder.js';
import { otherProcess } from './support/other-process.js';
import { until } from './support/until.js';

type Said = { url: string; pid: number; pids: { api: number; loops: number } };

const root = path.resolve(import.meta.dirname, '../../..');
const logLevel = { HEADGATE_LOG_LEVEL: 'warn' };

/** A supervisor in a process of its own, with data and port of its own. */
async function supervisor(folder: string, port: number) {
  const settings = {
    HEADGATE_DATA_DIR: folder,
    HEADGATE_PORT: String(port),
    DATABASE_URL: '',
    REDIS_URL: '',
    ...logLevel,
  };
  return otherProcess<Said>('hold-system.mjs', settings);
}

async function signUp(url: string): Promise<{ errors?: { extensions: { code: string } }[] }> {
  const input = { email: 'ada@example.test', password: 'correct horse battery staple', name: 'Ada' };
  const query = 'mutation($input: SignUpInput!) { signUp(input: $input) { id } }';
  const body = JSON.stringify({ query, variables: { input } });
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  });
  return (await response.json()) as never;
}

const isReady = (url: string) =>
  fetch(`${url}/ready`).then(
    (answer) => answer.ok,
    () => false,
  );

test('after a kill -9 of the supervisor its processes end, and the next start has the data on the same port', async () => {
  const folder = ownFolder();
  const port = await freePort();
  const first = await supervisor(folder, port);
  expect((await signUp(first.said.url)).errors).toBeUndefined();
  await first.end('SIGKILL');
  const second = await supervisor(folder, port);
  expect([first.said.pids.api, first.said.pids.loops].filter(isAlive)).toEqual([]);
  expect((await signUp(second.said.url)).errors?.[0]?.extensions.code).toBe('conflict');
  await second.end('SIGTERM');
  expect(fs.existsSync(path.join(folder, 'supervisor.pid'))).toBe(false);
  expect(fs.existsSync(path.join(folder, 'postgres/postmaster.pid'))).toBe(false);
});

test('settings that are not usable are told once, all of them, before anything is started', async () => {
  const said: string[] = [];
  const start = startSystem({
    root,
    env: { HEADGATE_DATA_DIR: ownFolder(), HEADGATE_SESSION_DAYS: 'many', HEADGATE_LOG_LEVEL: 'loud', REDIS_URL: '' },
    onLine: (line) => said.push(line),
    onProgress: (text) => said.push(text),
  });
  await expect(start).rejects.toMatchObject({
    name: 'UserError',
    message: expect.stringMatching(
      /^The settings are not usable:\n {2}HEADGATE_LOG_LEVEL: .*\n {2}HEADGATE_SESSION_DAYS: .*$/,
    ),
    remedy: 'See docs/reference/settings.md.',
  });
  expect(said.join()).not.toMatch(/database|settings/);
});

/** What becomes of a request: its answer, or the code of its failure. */
const outcome = (url: string) =>
  fetch(url).then(
    ({ status, headers }) => `${status} ${headers.get('retry-after')} ${headers.get('prefect-maintenance')}`,
    (error: Error) => String((error.cause as { code?: string } | undefined)?.code),
  );

test('a process that crashes is started again, nobody is refused meanwhile, and a second start with the same data is', async () => {
  const folder = ownFolder();
  const { said } = await supervisor(folder, await freePort());
  const second = startSystem({
    root,
    env: { HEADGATE_DATA_DIR: folder },
    onLine: () => undefined,
    onProgress: () => undefined,
  });
  await expect(second).rejects.toThrow(`running already with the data in ${folder} (process ${said.pid})`);
  process.kill(said.pids.api, 'SIGKILL');
  const outcomes = new Set<string>();
  await until('somebody was asked to come again', async () => {
    outcomes.add(await outcome(`${said.url}/api/health`));
    return outcomes.has('503 2 true');
  });
  await until('the api is ready again', async () => {
    outcomes.add(await outcome(`${said.url}/api/health`));
    return isReady(said.url);
  });
  // A connection that the dead process had taken is cut; no other one is.
  expect([...outcomes].filter((each) => !/^(200 |503 2 true|ECONNRESET|UND_ERR_SOCKET)/.test(each))).toEqual([]);
});

test('after a kill -9 of the supervisor while its processes start, they end too', async () => {
  const folder = ownFolder();
  const settings = { HEADGATE_DATA_DIR: folder, HEADGATE_PORT: String(await freePort()), ...logLevel };
  const child = spawn(process.execPath, [path.join(import.meta.dirname, 'support/hold-system.mjs')], {
    env: { ...process.env, DATABASE_URL: '', REDIS_URL: '', ...settings },
    stdio: 'ignore',
  });
  const pids = await until('both processes were started', () => {
    const file = path.join(folder, 'processes');
    const lines = fs.existsSync(file) ? fs.readFileSync(file, 'utf8').trim().split('\n') : [];
    return lines.length === 2 ? lines.map((line) => Number(line.split(' ')[0])) : null;
  });
  child.kill('SIGKILL');
  await until('both processes have ended', () => !pids.some(isAlive));
});

const attempt = (env: Record<string, string>) =>
  startSystem({
    root,
    env: { HEADGATE_DATA_DIR: ownFolder(), ...env },
    onLine: () => undefined,
    onProgress: () => undefined,
  });

test('a port that was asked for and is taken is an error that says what to do', async () => {
  const server = net.createServer().listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await until('the port is taken', () => server.listening);
  const { port } = server.address() as net.AddressInfo;
  await expect(attempt({ HEADGATE_PORT: String(port) })).rejects.toMatchObject({
    message: `Port ${port} is taken by another program.`,
    remedy: 'Set HEADGATE_PORT to a free one, or leave it out.',
  });
});

test('servers that cannot be reached are errors that name the setting', async () => {
  const nobody = `127.0.0.1:${await freePort()}`;
  await expect(prepare(`postgresql://x:x@${nobody}/x`)).rejects.toMatchObject({
    remedy: expect.stringContaining('DATABASE_URL'),
  });
  const redis = attempt({ REDIS_URL: `redis://${nobody}`, DATABASE_URL: `postgresql://x:x@${nobody}/x` });
  await expect(redis).rejects.toMatchObject({
    message: expect.stringContaining(nobody),
    remedy: expect.stringContaining('REDIS_URL'),
  });
});
