import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort, isFree } from '../ports.js';
import { isAlive } from '../processes.js';
import { findBinaries, unprivileged } from './binaries.js';
import { prepareFolder, user } from './folder.js';
import { findRunning, launch, watch, type Launch, type Running, type Settings } from './launch.js';
import { readPidFile } from './pid-file.js';

export type PostgresOptions = { folder: string; settings?: Settings };

export type Postgres = {
  /** Process id of the server; another one after a crash. */
  readonly pid: number;
  port: number;
  /** Whether it was running already, left over by a process that was killed. */
  adopted: boolean;
  url(database?: string): string;
  /** `fast` ends sessions and closes in order; `immediate` is for tests. */
  stop(mode?: 'fast' | 'immediate'): Promise<void>;
};

const lookMs = 250;
const triesMax = 3;
const reapedMsMax = 1000;

/**
 * Starts the bundled Postgres in a folder, which is made when it is not there. It outlives Ctrl-C until it is stopped,
 * is started again on its port when it crashes, and ends by itself when this process dies in whatever way.
 */
export async function startPostgres({ folder: wanted, settings = {} }: PostgresOptions): Promise<Postgres> {
  const folder = path.resolve(wanted);
  const identity = unprivileged();
  const bin = findBinaries(identity);
  const password = prepareFolder(folder, bin, identity);
  const left = await findRunning(folder);
  let running = left ?? (await launchOnFreePort({ folder, bin, identity, settings }));
  watch(folder, running.pid);
  const { port } = running;
  const keeper = keep(
    () => running,
    async () => {
      running = await launch({ folder, bin, identity, settings, port });
      watch(folder, running.pid);
    },
  );
  return {
    get pid() {
      return running.pid;
    },
    port,
    adopted: left !== null,
    url: (database = 'postgres') =>
      `postgresql://${user}:${encodeURIComponent(password)}@127.0.0.1:${port}/${database}`,
    stop: async (mode = 'fast') => {
      await keeper.end();
      if (isAlive(running.pid)) process.kill(running.pid, mode === 'fast' ? 'SIGINT' : 'SIGQUIT');
      while (readPidFile(folder)?.pid === running.pid && isAlive(running.pid)) await sleep(10);
      // The file goes a moment before the process does. One that nobody reaps never goes.
      for (const end = Date.now() + reapedMsMax; isAlive(running.pid) && Date.now() < end;) await sleep(10);
    },
  };
}

/** Between the look for a free port and the start another program may take it: then with another one. */
async function launchOnFreePort(options: Omit<Launch, 'port'>): Promise<Running> {
  for (let tries = 1; ; tries++) {
    const port = await freePort();
    try {
      return await launch({ ...options, port });
    } catch (error) {
      if (tries === triesMax || (await isFree(port, '127.0.0.1'))) throw error;
    }
  }
}

/** Looks whether the server is alive, and starts it again when it is not, until it is told to end. */
function keep(running: () => Running, again: () => Promise<void>): { end(): Promise<void> } {
  let ended = false;
  let restart: Promise<void> | null = null;
  const look = () => {
    if (ended || restart || isAlive(running().pid)) return;
    // Fails while what a crash left over goes away; the next look tries again.
    restart = again()
      .catch(() => undefined)
      .finally(() => (restart = null));
  };
  const timer = setInterval(look, lookMs).unref();
  return {
    end: async () => {
      ended = true;
      clearInterval(timer);
      await restart;
    },
  };
}
