import { spawn, type ChildProcess } from 'node:child_process';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { controlPlane, freePort } from '@headgate/all-in-one';
import { cloneDatabase, createTemplate } from './database.js';
import { startTestServers } from './servers.js';

export type ProcessName = 'api' | 'loops';

export type TestSystem = {
  url: string;
  databaseUrl: string;
  redisUrl: string;
  /** Process ids, for measurements. */
  pid(name: ProcessName): number | undefined;
  /** Ends one process in whatever way; resolves when it is gone. */
  kill(name: ProcessName, signal?: NodeJS.Signals): Promise<void>;
  /** Starts it again, with other settings if need be; resolves when it is ready. */
  start(name: ProcessName, env?: Record<string, string>): Promise<void>;
  /** What the processes have written. */
  log(): string;
  stop(): Promise<void>;
};

type Options = {
  env?: Record<string, string>;
  /** Servers and a template that are there already, as `globalSetup` provides them. */
  servers?: { adminUrl: string; redisUrl: string; template?: string };
  loops?: boolean;
};

const root = path.resolve(import.meta.dirname, '../../..');
const readySecondsMax = 180;

/** The real system, built, over HTTP: api and loops with a database of their own. */
export async function startSystem({ env = {}, servers: given, loops = true }: Options = {}): Promise<TestSystem> {
  const servers = given ? { ...given, stop: async () => undefined } : await startTestServers();
  const template = given?.template ? null : await createTemplate(servers.adminUrl);
  const database = await cloneDatabase(servers.adminUrl, given?.template ?? template!.name);
  const port = await freePort();
  const url = `http://localhost:${port}`;
  const processes = new Map<ProcessName, ChildProcess>();
  let written = '';
  const shared = {
    DATABASE_URL: database.url,
    REDIS_URL: servers.redisUrl,
    HEADGATE_SECRET: 'a-secret-for-tests-that-is-long-enough-to-pass',
    HEADGATE_PORT: String(port),
    HEADGATE_PUBLIC_URL: url,
    HEADGATE_WEB_DIR: path.join(root, 'web/out'),
    HEADGATE_PACKAGES_DIR: path.join(root, 'packages/tarballs/out'),
    HEADGATE_SIGN_IN_TRIES: '1000',
    HEADGATE_LOG_LEVEL: 'warn',
    HEADGATE_PASSWORD_MEMORY_MB: '19',
    // On an overloaded machine a process stands still for long while it starts, and nobody would start it again.
    HEADGATE_FREEZE_SECONDS: '120',
    ...env,
  };
  const start = async (name: ProcessName, otherwise: Record<string, string> = {}) => {
    const child = spawn(process.execPath, controlPlane(root, name), {
      env: { ...process.env, ...shared, ...otherwise },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [child.stdout!, child.stderr!])
      stream.on('data', (data: Buffer) => (written = (written + data.toString()).slice(-200_000)));
    processes.set(name, child);
    if (name === 'api') await untilReady(url, child, () => written);
  };
  const kill = async (name: ProcessName, signal: NodeJS.Signals = 'SIGTERM') => {
    const child = processes.get(name);
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    await new Promise<void>((resolve) => {
      const force = setTimeout(() => child.kill('SIGKILL'), 15_000);
      child.once('exit', () => {
        clearTimeout(force);
        resolve();
      });
      child.kill(signal);
    });
  };
  await start('api');
  if (loops) await start('loops');
  return {
    url,
    databaseUrl: database.url,
    redisUrl: servers.redisUrl,
    pid: (name) => processes.get(name)?.pid,
    kill,
    start,
    log: () => written,
    stop: async () => {
      await Promise.all([kill('api'), kill('loops')]);
      await database.drop();
      await template?.drop();
      await servers.stop();
    },
  };
}

async function untilReady(url: string, child: ChildProcess, written: () => string): Promise<void> {
  for (const deadline = Date.now() + readySecondsMax * 1000; Date.now() < deadline; await sleep(50)) {
    if (child.exitCode !== null || child.signalCode !== null)
      throw new Error(`The api ended while it started (${child.exitCode ?? child.signalCode}):\n${written()}`);
    const answer = await fetch(`${url}/ready`).catch(() => null);
    if (answer?.ok) return;
  }
  throw new Error(`The api did not become ready:\n${written()}`);
}
