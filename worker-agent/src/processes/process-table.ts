import { execFile } from 'node:child_process';
import { closeSync, openSync, readdirSync, readFileSync, readlinkSync, readSync } from 'node:fs';
import { promisify } from 'node:util';

/** A process at one moment. Its id may belong to another one later: `startedAt` tells them apart, in units of the table. */
export type Process = {
  pid: number;
  parent: number;
  group: number;
  /** Not everywhere told. */
  session: number | null;
  startedAt: number;
};

/** By this variable of its environment a process is known, and all that inherit it. */
export const markName = 'HEADGATE_PROCESS_TREE';
const runName = 'HEADGATE_FLOW_RUN_ID';

/** All processes that run; those that have ended and wait for their parents are left out. */
export type ProcessTable = {
  processes: ReadonlyMap<number, Process>;
  /** The mark in the environment that it was started with. */
  markOf(pid: number): string | null;
  /** The flow run that its environment names. */
  runOf(pid: number): string | null;
  /** The pipes or sockets that are its standard output and error. */
  outputsOf(pid: number): string[];
  /** The program that it runs, and what that was told, one after the other. */
  wordsOf(pid: number): string[];
};

let coming: Promise<ProcessTable> | null = null;

/** A table as of now, or a little later: who asks in the same moment shares it. */
export function readProcesses(): Promise<ProcessTable> {
  coming ??= new Promise<void>((resolve) => setImmediate(resolve)).then(() => {
    coming = null;
    return hasProc ? readProc() : readPs();
  });
  return coming;
}

/** As of a process that has just been started; null when it is not there. */
export function startOf(pid: number): number | null {
  return hasProc ? (readStat(pid)?.startedAt ?? null) : secondsOf(Date.now() - 1000);
}

/** The same, of its outputs. */
export const outputsOf = (pid: number): string[] => (hasProc ? procOutputs(pid) : []);

/** Whether it goes on. Cheap where there is `/proc`; elsewhere everybody does. */
export function goesOn({ pid, startedAt }: Process): boolean {
  if (!hasProc) return true;
  const now = readStat(pid);
  return now !== null && now.startedAt === startedAt && !now.isOver;
}

/** The program that it runs, and what that was told; empty where there is no `/proc`. */
export function commandOf(pid: number): string[] {
  try {
    return hasProc ? readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0') : [];
  } catch {
    return [];
  }
}

const hasProc = process.platform === 'linux';

// Linux

/** Whoever starts processes faster than they can be listed is not waited for. */
const listingsMax = 20;
/** What is older was not started in the moment in which we look. */
let ownStart: number | undefined;

/**
 * A listing takes time. A process that starts another one and ends before it was looked at has been missed with all that
 * comes of it: so it is listed again until nobody is new, and who is young is read at once, mark and all.
 */
function readProc(): ProcessTable {
  ownStart ??= readStat(process.pid)?.startedAt ?? 0;
  const processes = new Map<number, Process>();
  const markOf = once((pid) => procVariable(pid, markName));
  const seen = new Set<string>();
  for (let listings = 0; listings < listingsMax; listings++) {
    const fresh = readdirSync('/proc').filter((name) => !seen.has(name));
    if (fresh.length === 0) break;
    for (const name of fresh) {
      seen.add(name);
      const pid = Number(name);
      const found = Number.isInteger(pid) ? readStat(pid) : null;
      if (!found || found.isOver) continue;
      processes.set(pid, found);
      if (found.startedAt >= ownStart) markOf(pid);
    }
  }
  return {
    processes,
    markOf,
    runOf: once((pid) => procVariable(pid, runName)),
    outputsOf: once(procOutputs),
    wordsOf: commandOf,
  };
}

const room = Buffer.alloc(4096);

/** `pid (any name) state parent group session …`; threads are the 20th, the start the 22nd. */
function readStat(pid: number): (Process & { isOver: boolean }) | null {
  const text = readSmall(`/proc/${pid}/stat`);
  if (text === null) return null;
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const at = (position: number) => Number(fields[position - 3]);
  // Whose first thread has ended goes on as long as others do.
  const isOver = 'ZX'.includes(fields[0]!) && at(20) <= 1;
  return { pid, parent: at(4), group: at(5), session: at(6), startedAt: at(22), isOver };
}

function readSmall(path: string): string | null {
  try {
    const fd = openSync(path, 'r');
    try {
      return room.toString('latin1', 0, readSync(fd, room, 0, room.length, 0));
    } finally {
      closeSync(fd);
    }
  } catch {
    return null;
  }
}

function procVariable(pid: number, name: string): string | null {
  try {
    return variableIn(readFileSync(`/proc/${pid}/environ`, 'latin1'), name, '\0');
  } catch {
    return null;
  }
}

function procOutputs(pid: number): string[] {
  return [1, 2].flatMap((fd) => {
    try {
      const target = readlinkSync(`/proc/${pid}/fd/${fd}`);
      return /^(socket|pipe):/.test(target) ? [target] : [];
    } catch {
      return [];
    }
  });
}

function once<T>(read: (pid: number) => T): (pid: number) => T {
  const known = new Map<number, T>();
  return (pid) => {
    if (!known.has(pid)) known.set(pid, read(pid));
    return known.get(pid)!;
  };
}

// macOS and others

const run = promisify(execFile);
const columns = 'pid=,ppid=,pgid=,stat=,lstart=,command=';
const psArguments = process.platform === 'linux' ? ['axeww', '-o', columns] : ['-A', '-E', '-ww', '-o', columns];
const psLine = /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(\S+)\s+(\w{3}\s+\w{3}\s+\d+\s+[\d:]{8}\s+\d{4})\s?(.*)$/;

/** What `ps` tells: no sessions and no pipes, and the environment behind the command. */
export async function readPs(): Promise<ProcessTable> {
  const { stdout } = await run('ps', psArguments, {
    maxBuffer: 256 * 1024 * 1024,
    env: { ...process.env, LC_ALL: 'C' },
  });
  const processes = new Map<number, Process>();
  const words = new Map<number, string>();
  for (const line of stdout.split('\n')) {
    const [, pid, parent, group, state, started, command] = psLine.exec(line) ?? [];
    if (!pid || state!.startsWith('Z')) continue;
    const startedAt = secondsOf(Date.parse(started!));
    processes.set(Number(pid), {
      pid: Number(pid),
      parent: Number(parent),
      group: Number(group),
      session: null,
      startedAt,
    });
    words.set(Number(pid), command!);
  }
  const named = (name: string) => once((pid) => variableIn(words.get(pid) ?? '', name, ' '));
  return {
    processes,
    markOf: named(markName),
    runOf: named(runName),
    outputsOf: () => [],
    wordsOf: (pid) => words.get(pid)?.split(' ') ?? [],
  };
}

const secondsOf = (ms: number): number => Math.floor(ms / 1000);

function variableIn(environment: string, name: string, separator: string): string | null {
  const start = `${separator}${name}=`;
  const at = `${separator}${environment}`.indexOf(start);
  return at < 0 ? null : environment.slice(at + start.length - separator.length).split(separator, 1)[0]!;
}
