import { mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Control groups of Linux (version 2), where this process may make some below its own: as a service with `Delegate=yes`, as
 * root of a machine, or in a container that may. Nobody leaves one without the right to, so it also holds what has left no
 * other sign of where it comes from. No controller is used: a group is a list of processes, and nothing more.
 */
const prefix = 'headgate-';

/** Answers the folder for the groups of this process; null where there can be none. */
export function makeHome(name: string): string | null {
  try {
    const own = ownGroup();
    if (!own) return null;
    sweep(own);
    const home = join(own, `${prefix}${name}`);
    mkdirSync(home);
    return home;
  } catch {
    return null;
  }
}

/** A new group, still empty. */
export function makeGroup(home: string, name: string): string | null {
  const group = join(home, name);
  try {
    // Others, at their start, may have found our home empty and removed it.
    mkdirSync(group, { recursive: true });
    return group;
  } catch {
    return null;
  }
}

/**
 * What starts a program inside of a group: the process enters it before it becomes the program, so that nothing of it was
 * ever elsewhere. Where it may not enter, it goes on outside.
 */
export function insideOf(group: string, command: string, args: string[]): [string, string[]] {
  const enter = '{ echo $$ > "$0"; } 2>/dev/null; exec "$@"';
  return ['/bin/sh', ['-c', enter, join(group, 'cgroup.procs'), command, ...args]];
}

export function processesIn(group: string): number[] {
  try {
    return readFileSync(join(group, 'cgroup.procs'), 'utf8').split('\n').filter(Boolean).map(Number);
  } catch {
    return [];
  }
}

/** All of it at once, where the kernel can (since 5.14). */
export function killGroup(group: string): void {
  try {
    writeFileSync(join(group, 'cgroup.kill'), '1');
  } catch {
    // Its processes are known one by one.
  }
}

/** Only what is empty can be removed. */
export function removeGroup(group: string): void {
  try {
    rmdirSync(group);
  } catch {
    // It is not there, or not empty: then who comes after us tries again.
  }
}

export const groupsIn = (home: string): string[] => foldersIn(home).map((each) => join(home, each));

/** With all groups in it. */
export function removeHome(home: string): void {
  for (const each of groupsIn(home)) removeGroup(each);
  removeGroup(home);
}

/** The folders beside ours for groups of other owners, by the marks of these. */
export function homesBeside(): { owner: string; home: string }[] {
  try {
    const own = ownGroup();
    const homes = own === null ? [] : foldersIn(own).filter((each) => each.startsWith(prefix));
    return homes.map((each) => ({ owner: each.slice(prefix.length), home: join(own!, each) }));
  } catch {
    return [];
  }
}

/** What was left empty by those who ended without a chance to clean up. */
function sweep(own: string): void {
  for (const each of foldersIn(own)) if (each.startsWith(prefix)) removeHome(join(own, each));
}

function foldersIn(folder: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((each) => each.isDirectory())
      .map((each) => each.name);
  } catch {
    return [];
  }
}

function ownGroup(): string | null {
  const path = /^0::(\/.*)$/m.exec(readFileSync('/proc/self/cgroup', 'utf8'))?.[1];
  const mount = readFileSync('/proc/self/mounts', 'utf8')
    .split('\n')
    .map((line) => line.split(' '))
    .find(([, , type]) => type === 'cgroup2')?.[1];
  return path && mount ? join(mount, path) : null;
}
