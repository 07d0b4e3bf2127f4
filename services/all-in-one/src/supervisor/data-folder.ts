import fs from 'node:fs';
import path from 'node:path';
import { isSame, markOf, readMark, writeMark } from '../processes.js';
import { keepSecret } from '../secret-file.js';
import { UserError } from '../user-error.js';

export type DataFolder = { path: string; secret: string; masterKey: string; release(): void };

const localName = '.headgate';

/**
 * The folder that keeps the data between starts: HEADGATE_DATA_DIR, or `.headgate` in the repository. As root it must
 * be one that the database's account can reach; a private home is not, so then it lies under /var/lib.
 */
export function chooseDataFolder(root: string, wanted: string | undefined): string {
  if (wanted) return path.resolve(wanted);
  const local = path.join(root, localName);
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
    fs.mkdirSync(folder, { recursive: true, mode: modeOf() });
    // One that was given may be used by others too.
    if (path.basename(folder) === localName) fs.chmodSync(folder, modeOf());
    takeLock(lock, folder);
    return {
      path: folder,
      secret: keepSecret(path.join(folder, 'secret'), 32),
      masterKey: keepSecret(path.join(folder, 'master-key'), 32),
      release: () => fs.rmSync(lock, { force: true }),
    };
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError(
      `The data folder ${folder} cannot be written: ${(error as Error).message}`,
      'HEADGATE_DATA_DIR names another one.',
    );
  }
}

/** Its owner's alone; as root the database runs as another account, which has to pass through to its own folder. */
const modeOf = (): number => (process.getuid?.() === 0 ? 0o711 : 0o700);

const triesMax = 5;

/** The lock appears whole (by a link), and a stale one is moved aside by one process only: so of two starts one wins. */
function takeLock(lock: string, folder: string): void {
  const mine = `${lock}.${process.pid}`;
  const aside = `${lock}.stale.${process.pid}`;
  fs.writeFileSync(mine, writeMark(markOf(process.pid)), { mode: 0o600 });
  try {
    for (let tries = 0; tries < triesMax; tries++) {
      if (succeeds(() => fs.linkSync(mine, lock), 'EEXIST')) return;
      refuseIfHeld(lock, folder);
      if (!succeeds(() => fs.renameSync(lock, aside), 'ENOENT')) continue;
      // Another start may have taken it between the look and the move: then it gets it back.
      if (isHeld(aside)) succeeds(() => fs.linkSync(aside, lock), 'EEXIST');
      fs.rmSync(aside, { force: true });
    }
    refuse(folder, 'another start');
  } finally {
    fs.rmSync(mine, { force: true });
  }
}

/** False when it fails in the way that was expected. */
function succeeds(act: () => void, expected: string): boolean {
  try {
    act();
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== expected) throw error;
    return false;
  }
}

function holderOf(lock: string): number | null {
  const text = fs.existsSync(lock) ? fs.readFileSync(lock, 'utf8') : '';
  const mark = readMark(text);
  return mark && isSame(mark) ? mark.pid : null;
}

const isHeld = (lock: string): boolean => holderOf(lock) !== null;

function refuseIfHeld(lock: string, folder: string): void {
  const holder = holderOf(lock);
  if (holder !== null) refuse(folder, `process ${holder}`);
}

function refuse(folder: string, holder: string): never {
  throw new UserError(
    `Headgate is running already with the data in ${folder} (${holder}).`,
    'Stop that one, or set HEADGATE_DATA_DIR to another folder.',
  );
}
