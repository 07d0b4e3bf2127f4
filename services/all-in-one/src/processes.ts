import fs from 'node:fs';

/**
 * A process by number and time of start, so that a later program with the same number is not taken for it.
 * `started` is in ticks since boot on Linux, and 0 where the system does not tell.
 */
export type ProcessMark = { pid: number; started: number };

export const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
};

export const markOf = (pid: number): ProcessMark => ({ pid, started: startedAt(pid) });

export const isSame = ({ pid, started }: ProcessMark): boolean =>
  isAlive(pid) && (started === 0 || startedAt(pid) === started);

export const writeMark = ({ pid, started }: ProcessMark): string => `${pid} ${started}`;

/** Null for anything that is not a mark. */
export function readMark(text: string): ProcessMark | null {
  const [pid = Number.NaN, started = 0] = text.trim().split(' ').map(Number);
  return Number.isInteger(pid) && pid > 0 ? { pid, started } : null;
}

function startedAt(pid: number): number {
  if (process.platform !== 'linux') return 0;
  try {
    const stat = fs.readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field is the name in brackets, which may hold blanks; the time of start is the 22nd.
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]);
  } catch {
    return 0;
  }
}
