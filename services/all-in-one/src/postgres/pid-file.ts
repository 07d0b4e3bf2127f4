import fs from 'node:fs';
import path from 'node:path';
import { isAlive } from '../processes.js';

/** What a data folder's postmaster.pid tells: which process, on which port, how far it is. */
export type PidFile = { pid: number; port: number; ready: boolean; isOurs: boolean };

/** Null when there is none. A left-over whose number another program has now is not ours. */
export function readPidFile(folder: string): PidFile | null {
  let lines: string[];
  try {
    lines = fs.readFileSync(path.join(folder, 'postmaster.pid'), 'utf8').split('\n');
  } catch {
    return null;
  }
  const pid = Number(lines[0]);
  const isOurs = Number.isInteger(pid) && pid > 0 && isAlive(pid) && runsIn(pid, folder);
  return { pid, port: Number(lines[3]), ready: lines[7]?.trim() === 'ready', isOurs };
}

function runsIn(pid: number, folder: string): boolean {
  if (process.platform !== 'linux') return true;
  try {
    return (
      fs.readlinkSync(`/proc/${pid}/exe`).includes('postgres') &&
      fs.readlinkSync(`/proc/${pid}/cwd`) === fs.realpathSync(folder)
    );
  } catch {
    return false;
  }
}
