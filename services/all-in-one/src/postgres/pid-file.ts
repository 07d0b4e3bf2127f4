import fs from 'node:fs';
import path from 'node:path';

/** What a data folder's postmaster.pid tells: which process, on which port, how far it is. */
export type PidFile = { pid: number; port: number; ready: boolean; isOurs: boolean };

export const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
};

/** Null when there is none. A left-over whose number another program has now is not ours. */
export function readPidFile(folder: string): PidFile | null {
  let lines: string[];
  try {
    lines = fs.readFileSync(path.join(folder, 'postmaster.pid'), 'utf8').split('\n');
  } catch {
    return null;
  }
  const pid = Number(lines[0]);
  return { pid, port: Number(lines[3]), ready: lines[7]?.trim() === 'ready', isOurs: isAlive(pid) && runsIn(pid, folder) };
}

function runsIn(pid: number, folder: string): boolean {
  if (process.platform !== 'linux') return true;
  try {
    return fs.readlinkSync(`/proc/${pid}/exe`).includes('postgres') && fs.readlinkSync(`/proc/${pid}/cwd`) === fs.realpathSync(folder);
  } catch {
    return false;
  }
}
