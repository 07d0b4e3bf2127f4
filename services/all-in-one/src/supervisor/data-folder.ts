import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { UserError } from '../user-error.js';
import { isAlive } from '../postgres/pid-file.js';

export type DataFolder = { path: string; secret: string; release(): void };

/**
 * The folder that keeps the data between starts: HEADGATE_DATA_DIR, or `.headgate` in the repository. As root it must
 * be one that the database's account can reach; a private home is not, so then it lies under /var/lib.
 */
export function chooseDataFolder(root: string, wanted: string | undefined): string {
  if (wanted) return path.resolve(wanted);
  const local = path.join(root, '.headgate');
  return process.getuid?.() === 0 && !isReachable(root) ? '/var/lib/headgate' : local;
}

function isReachable(folder: string): boolean {
  for (let at = path.resolve(folder); ; at = path.dirname(at)) {
    if ((fs.statSync(at).mode & 0o001) === 0) return false;
    if (at === path.dirname(at)) return true;
  }
}

/** Takes the folder for this process; a second supervisor is told who has it. */
export function openDataFolder(folder: string): DataFolder {
  const lock = path.join(folder, 'supervisor.pid');
  try {
    fs.mkdirSync(folder, { recursive: true, mode: 0o755 });
    takeLock(lock, folder);
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError(
      `The data folder ${folder} cannot be written: ${(error as Error).message}`,
      'HEADGATE_DATA_DIR names another one.',
    );
  }
  return { path: folder, secret: readSecret(folder), release: () => fs.rmSync(lock, { force: true }) };
}

function takeLock(lock: string, folder: string): void {
  for (let tries = 0; tries < 2; tries++) {
    try {
      return fs.writeFileSync(lock, String(process.pid), { flag: 'wx' });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const holder = Number(fs.readFileSync(lock, 'utf8'));
    if (holder !== process.pid && isSupervisor(holder)) {
      throw new UserError(
        `Headgate is running already with the data in ${folder} (process ${holder}).`,
        'Stop that one, or set HEADGATE_DATA_DIR to another folder.',
      );
    }
    fs.rmSync(lock, { force: true });
  }
}

/** A number that another program has by now does not hold the folder. */
function isSupervisor(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0 || !isAlive(pid)) return false;
  if (process.platform !== 'linux') return true;
  try {
    return /node|npm/.test(fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8'));
  } catch {
    return false;
  }
}

/** Signs cookies; made once. */
function readSecret(folder: string): string {
  const file = path.join(folder, 'secret');
  if (!fs.existsSync(file)) fs.writeFileSync(file, randomBytes(32).toString('hex'), { mode: 0o600 });
  return fs.readFileSync(file, 'utf8').trim();
}
