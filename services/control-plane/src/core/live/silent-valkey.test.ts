import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { freePort } from '@headgate/all-in-one';
import { until } from '@headgate/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApp, type Tenant, type TestApp } from '../../../test/app.js';
import { Config } from '../config/config.js';
import { createLogger } from '../log/logger.js';
import { Live } from './live.js';

/** A Valkey in a process of its own, which is stopped as a whole: its connections stay, and nothing comes over them. */
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'headgate-silent-'));
const token = 'of-this-test-and-long-enough';
let valkey: ChildProcess;
let app: TestApp;
let owner: Tenant;
let live: Live;

beforeAll(async () => {
  const options = { port: await freePort(), log: path.join(folder, 'valkey.log'), password: 'of-this-test' };
  const program = `import { startValkey } from '@headgate/all-in-one';
    await startValkey(${JSON.stringify(options)});
    console.log('started');
    process.stdin.resume();`;
  valkey = spawn(process.execPath, ['--no-warnings', '--input-type=module', '-e', program], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  await once(valkey.stdout!, 'data');
  app = await startTestApp({
    REDIS_URL: `redis://:${options.password}@127.0.0.1:${options.port}`,
    HEADGATE_METRICS_TOKEN: token,
  });
  owner = await app.tenant();
  live = app.app.get(Live);
});
afterAll(async () => {
  valkey.kill('SIGKILL');
  await app?.close();
  fs.rmSync(folder, { recursive: true, force: true });
});

const SIGN_IN = 'mutation ($input: SignInInput!) { signIn(input: $input) { id } }';
const signIn = () => app.gql(SIGN_IN, { input: { email: owner.email, password: owner.password } });
const connected = () => until('Valkey answers', () => live.connected);

/** Does something while Valkey is stopped. */
async function whileSilent(work: () => Promise<void>): Promise<void> {
  await connected();
  valkey.kill('SIGSTOP');
  try {
    await work();
  } finally {
    valkey.kill('SIGCONT');
  }
}

async function secondsOf(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return (performance.now() - began) / 1000;
}

test('of a hundred who ask a Valkey that says nothing, one after the other, one waits for all', async () => {
  await whileSilent(async () => {
    const seconds = await secondsOf(async () => {
      for (let at = 0; at < 100; at++) await live.redis.hget('h', 'f').catch(() => undefined);
    });
    // Each for itself would take a second.
    expect(seconds).toBeLessThan(30);
    await expect(live.redis.hget('h', 'f')).rejects.toThrow();
    expect(live.connected).toBe(false);
  });
  await connected();
  await live.redis.hset('h', 'f', 'v');
  expect(await live.redis.hget('h', 'f')).toBe('v');
});

test('who signs in while Valkey says nothing is let in, and waits for it once at most', async () => {
  expect((await signIn()).status).toBe(200);
  const usual = await secondsOf(signIn);
  await whileSilent(async () => {
    const seconds = await secondsOf(async () => {
      for (let at = 0; at < 10; at++) expect((await signIn()).data.signIn.id).toBe(owner.userId);
    });
    // Each asks Valkey seven times.
    expect(seconds).toBeLessThan(20 + 20 * usual);
  });
});

test('what asks for an answer of Valkey says that it is away, in a moment', async () => {
  await whileSilent(async () => {
    await until('it is known to be away', async () => (await app.inject('GET', '/api/ready')).status === 503);
    for (const url of ['/api/ready', '/ready', '/api/admin/loops']) {
      const { status, headers } = await app.inject('GET', url, undefined, token);
      expect([url, status, headers['retry-after']]).toEqual([url, 503, '2']);
    }
    const workers = await app.inject('POST', '/api/task_workers/filter', { task_worker_filter: null }, owner.key);
    expect([workers.status, workers.body]).toEqual([200, []]);
  });
});

test('news of that time are looked for by others when Valkey answers again', async () => {
  const other = new Live(app.app.get(Config), createLogger('silent', 'tool'));
  await until('the other hears', () => other.connected);
  let gaps = 0;
  other.onGap(() => gaps++);
  await whileSilent(async () => {
    await until('it is known to be away', () => {
      live.publish('nothing');
      return !live.connected;
    });
  });
  await until('the other looks again', () => gaps > 0);
  other.onApplicationShutdown();
});
