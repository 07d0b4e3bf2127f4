import { execFileSync, spawn } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../ports.js';
import { UserError } from '../user-error.js';
import { findBinaries, unprivileged, type Identity } from './binaries.js';
import { isAlive, readPidFile } from './pid-file.js';

export type PostgresOptions = { folder: string; settings?: Record<string, string | number> };

export type Postgres = {
  port: number;
  /** Whether it was running already, left over by a process that was killed. */
  adopted: boolean;
  url(database?: string): string;
  /** `fast` ends sessions and closes in order; `immediate` is for tests. */
  stop(mode?: 'fast' | 'immediate'): Promise<void>;
};

const user = 'headgate';
const startSecondsMax = 60;

/**
 * Starts the bundled Postgres in a folder, which is made when it is not there. It outlives Ctrl-C until it is stopped,
 * and ends by itself when this process dies in whatever way.
 */
export async function startPostgres({ folder, settings = {} }: PostgresOptions): Promise<Postgres> {
  const identity = unprivileged();
  const bin = findBinaries(identity);
  const password = prepareFolder(folder, bin, identity);
  const running = await findRunning(folder);
  const { pid, port } = running ?? (await launch(folder, bin, identity, settings));
  watch(folder, pid);
  return {
    port,
    adopted: running !== null,
    url: (database = 'postgres') => `postgresql://${user}:${encodeURIComponent(password)}@127.0.0.1:${port}/${database}`,
    stop: async (mode = 'fast') => {
      if (isAlive(pid)) process.kill(pid, mode === 'fast' ? 'SIGINT' : 'SIGQUIT');
      while (readPidFile(folder)?.pid === pid && isAlive(pid)) await sleep(10);
    },
  };
}

function prepareFolder(folder: string, bin: string, identity: Identity): string {
  // The account that Postgres runs as has to pass through the folders above.
  fs.mkdirSync(path.dirname(folder), { recursive: true, mode: 0o755 });
  fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (identity.uid !== undefined) fs.chownSync(folder, identity.uid, identity.gid!);
  const secretFile = `${folder}.secret`;
  if (!fs.existsSync(secretFile)) fs.writeFileSync(secretFile, randomBytes(18).toString('base64url'), { mode: 0o600 });
  const password = fs.readFileSync(secretFile, 'utf8');
  const made = fs.existsSync(path.join(folder, 'PG_VERSION'));
  if (made) refuseOtherVersion(folder, bin);
  else initialize(folder, bin, identity, password);
  return password;
}

function refuseOtherVersion(folder: string, bin: string): void {
  const stored = fs.readFileSync(path.join(folder, 'PG_VERSION'), 'utf8').trim();
  const [, ours] = /\(PostgreSQL\) (\d+)/.exec(execFileSync(path.join(bin, 'postgres'), ['--version'], { encoding: 'utf8' })) ?? [];
  if (stored !== ours) throw new UserError(`The data in ${folder} was written by PostgreSQL ${stored}; the bundled one is ${ours}.`, 'Export it with the version that wrote it, or set HEADGATE_DATA_DIR to another folder.');
}

function initialize(folder: string, bin: string, identity: Identity, password: string): void {
  const passwordFile = path.join(os.tmpdir(), randomUUID());
  fs.writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 });
  if (identity.uid !== undefined) fs.chownSync(passwordFile, identity.uid, identity.gid!);
  const locale = ['--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C'];
  try {
    execFileSync(path.join(bin, 'initdb'), ['-D', folder, '-U', user, '--pwfile', passwordFile, '-A', 'scram-sha-256', '-E', 'UTF8', ...locale], { ...identity, cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
  } catch (error) {
    throw new UserError(`The database could not be set up in ${folder}: ${String((error as { stderr?: Buffer }).stderr ?? error).trim()}`, 'Is the disk full, or the folder not writable? HEADGATE_DATA_DIR names another one.');
  } finally {
    fs.rmSync(passwordFile, { force: true });
  }
}

/** A server that was left over: adopted when it is ready on a second look, waited for while it goes. */
async function findRunning(folder: string): Promise<{ pid: number; port: number } | null> {
  for (let seenReady = false; ; ) {
    const found = readPidFile(folder);
    if (!found?.isOurs) return null;
    if (found.ready && seenReady) return found;
    seenReady = found.ready;
    await sleep(150);
  }
}

async function launch(folder: string, bin: string, identity: Identity, settings: PostgresOptions['settings']): Promise<{ pid: number; port: number }> {
  const port = await freePort();
  const flags = Object.entries({ listen_addresses: '127.0.0.1', unix_socket_directories: '', port, shared_buffers: '256MB', max_connections: 100, ...settings });
  const log = fs.openSync(`${folder}.log`, 'a');
  const child = spawn(path.join(bin, 'postgres'), ['-D', folder, ...flags.flatMap(([key, value]) => ['-c', `${key}=${value}`])], {
    ...identity,
    cwd: folder,
    // Its own process group: Ctrl-C must not stop the database before the application has drained.
    detached: true,
    stdio: ['ignore', log, log],
  });
  fs.closeSync(log);
  child.unref();
  let ended: string | null = null;
  child.on('exit', (code, signal) => (ended = String(code ?? signal)));
  child.on('error', (error) => (ended = error.message));
  for (const deadline = Date.now() + startSecondsMax * 1000; Date.now() < deadline; await sleep(10)) {
    if (ended !== null) throw new UserError(`The database ended while it started (${String(ended)}).`, `Its log is ${folder}.log.`);
    const file = readPidFile(folder);
    if (file?.pid === child.pid && file?.ready) return { pid: file.pid, port };
  }
  throw new UserError('The database did not become ready in time.', `Its log is ${folder}.log.`);
}

/** A shell at the end of a pipe that closes when this process dies: then it stops the database it was told of. */
function watch(folder: string, pid: number): void {
  if (process.platform === 'win32') return;
  const script = 'cat >/dev/null; [ "$(head -n1 "$1/postmaster.pid" 2>/dev/null)" = "$2" ] && kill -INT "$2"';
  const watcher = spawn('sh', ['-c', script, 'sh', folder, String(pid)], { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
  watcher.unref();
  (watcher.stdin as unknown as { unref?: () => void }).unref?.();
}
