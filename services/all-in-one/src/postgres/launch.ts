import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { whenThisDies } from '../guard.js';
import { UserError } from '../user-error.js';
import type { Identity } from './binaries.js';
import { readPidFile } from './pid-file.js';

export type Settings = Record<string, string | number>;
export type Running = { pid: number; port: number };
export type Launch = { folder: string; bin: string; identity: Identity; settings: Settings; port: number };

const startSecondsMax = 60;

/** A server that was left over: adopted when it is ready on a second look, waited for while it goes. */
export async function findRunning(folder: string): Promise<Running | null> {
  for (let seenReady = false; ;) {
    const found = readPidFile(folder);
    if (!found?.isOurs) return null;
    if (found.ready && seenReady) return { pid: found.pid, port: found.port };
    seenReady = found.ready;
    await sleep(150);
  }
}

/** Starts it and waits until it takes connections. */
export async function launch(options: Launch): Promise<Running> {
  const { folder, port } = options;
  const started = spawnServer(options);
  for (const deadline = Date.now() + startSecondsMax * 1000; Date.now() < deadline; await sleep(10)) {
    if (started.ended !== null)
      throw new UserError(`The database ended while it started (${started.ended}).`, `Its log is ${folder}.log.`);
    const file = readPidFile(folder);
    if (file && file.pid === started.pid && file.ready) return { pid: file.pid, port };
  }
  throw new UserError('The database did not become ready in time.', `Its log is ${folder}.log.`);
}

function spawnServer({ folder, bin, identity, settings, port }: Launch): {
  pid: number | undefined;
  ended: string | null;
} {
  const all: Settings = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    port,
    shared_buffers: '256MB',
    max_connections: 100,
    // As much as it may grow to: while a new segment is filled with zeros nobody can commit.
    min_wal_size: '1GB',
    ...settings,
  };
  const flags = Object.entries(all).flatMap(([key, value]) => ['-c', `${key}=${value}`]);
  const log = fs.openSync(`${folder}.log`, 'a', 0o600);
  // Its own process group: Ctrl-C must not stop the database before the application has drained.
  const child = spawn(path.join(bin, 'postgres'), ['-D', folder, ...flags], {
    ...identity,
    cwd: folder,
    detached: true,
    stdio: ['ignore', log, log],
  });
  fs.closeSync(log);
  child.unref();
  const started = { pid: child.pid, ended: null as string | null };
  child.on('exit', (code, signal) => (started.ended = String(code ?? signal)));
  child.on('error', (error) => (started.ended = error.message));
  return started;
}

/** Stops the database when this process dies, unless another server has the folder by then. */
export function watch(folder: string, pid: number): void {
  const script = '[ "$(head -n1 "$1/postmaster.pid" 2>/dev/null)" = "$2" ] && kill -INT "$2"';
  whenThisDies(script, folder, String(pid));
}
