import { readFileSync } from 'node:fs';

/** Milliseconds that the thread of a process' event loop has worked; the clock where there is no such file. */
export function workedMs(pid: number): number {
  try {
    return Number(readFileSync(`/proc/${pid}/task/${pid}/schedstat`, 'utf8').split(' ')[0]) / 1e6;
  } catch {
    return performance.now();
  }
}
