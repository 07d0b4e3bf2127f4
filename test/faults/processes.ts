import fs from 'node:fs';

export type Process = { pid: number; parent: number; words: string };

/** All that come of somebody, by what none of them changes: a setting in its environment, given as NAME=BEGINNING. */
export function processesWith(setting: string): Process[] {
  return fs.readdirSync('/proc').flatMap((name) => {
    try {
      if (!fs.readFileSync(`/proc/${name}/environ`, 'latin1').includes(setting)) return [];
      const [state, parent] = fs.readFileSync(`/proc/${name}/stat`, 'latin1').split(') ').at(-1)!.split(' ');
      const words = fs.readFileSync(`/proc/${name}/cmdline`, 'latin1').replaceAll('\0', ' ');
      return state === 'Z' ? [] : [{ pid: Number(name), parent: Number(parent), words }];
    } catch {
      return [];
    }
  });
}

/** Answers whether it was still there. */
export function kill(pid: number): boolean {
  try {
    return process.kill(pid, 'SIGKILL');
  } catch {
    return false;
  }
}
