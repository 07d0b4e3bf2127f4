import { setTimeout as sleep } from 'node:timers/promises';
import { killGroup, processesIn, removeGroup } from './cgroup.js';
import { outputsOf, readProcesses, startOf, type Process, type ProcessTable } from './process-table.js';

/** A process that was started, and by what the processes that come of it are known; it crosses a pipe. */
export type TreeRoot = { mark: string; pid: number; startedAt: number; outputs: string[]; cgroup: string | null };

/** What cannot be ended is given up after this time: it is somebody else's by now, or hangs in the kernel. */
const giveUpMs = 10_000;
/** What starts processes faster than we can stop them is killed while it does. */
const stopFirstMs = 1_000;
const firstPauseMs = 5;
const longestPauseMs = 250;

/**
 * A process with all that comes of it, wherever that has gone: into groups and sessions of its own, to another parent, or
 * out of its environment. A process belongs to the tree that is a descendant of one that does, is in the group or session of
 * one, has the mark in its environment, writes to the pipes that the first one was given, or is in its control group.
 *
 * Where there are no control groups, what leaves all the others at once is not found: a daemon that nobody is the parent of,
 * in a session, with an environment and with outputs of its own. Nothing is asked while the tree runs, only when it is to end.
 */
export class ProcessTree {
  /** Whom we have seen: they stay members, whatever they do. */
  private readonly known = new Map<number, number>();

  /** Who came of it and has a life of his own was met: the group is not ended as a whole. */
  private hasSpared = false;

  /** `spared` may not be a part of it, nor anything that is only known by them. */
  constructor(
    readonly root: TreeRoot,
    private readonly spared: (table: ProcessTable) => (process: Process) => boolean = () => () => false,
  ) {
    if (root.pid > 0) this.known.set(root.pid, root.startedAt);
  }

  /** Of a process that was started just now. */
  static of(pid: number, mark: string, cgroup: string | null): ProcessTree {
    return new ProcessTree({ mark, pid, startedAt: startOf(pid) ?? 0, outputs: outputsOf(pid), cgroup });
  }

  async members(): Promise<Process[]> {
    return this.membersIn(await readProcesses());
  }

  membersIn(table: ProcessTable): Process[] {
    const found = new Map<number, Process>();
    const related = relations(table);
    const isSpared = this.spared(table);
    const take = (first: Process) => {
      for (const waiting = [first]; waiting.length > 0;) {
        const next = waiting.pop()!;
        if (found.has(next.pid) || !this.mayBelong(next)) continue;
        if (isSpared(next)) {
          this.hasSpared = true;
          continue;
        }
        found.set(next.pid, next);
        this.known.set(next.pid, next.startedAt);
        waiting.push(...(related.get(next.pid) ?? []));
      }
    };
    for (const [pid, startedAt] of this.known) {
      const now = table.processes.get(pid);
      if (now?.startedAt === startedAt) take(now);
      // Its group and session may outlive it. Once its id is another's, they are gone as well.
      else if (!now) for (const each of related.get(pid) ?? []) if (each.parent !== pid) take(each);
    }
    for (const pid of this.root.cgroup === null ? [] : processesIn(this.root.cgroup)) {
      const its = table.processes.get(pid);
      if (its) take(its);
    }
    for (const each of table.processes.values())
      if (!found.has(each.pid) && this.mayBelong(each) && this.hasSign(table, each.pid)) take(each);
    return [...found.values()];
  }

  async signal(signal: NodeJS.Signals): Promise<void> {
    for (const { pid } of await this.members()) send(pid, signal);
  }

  /** Ends everything, until nothing is left. Answers what could not be ended. */
  async end(): Promise<Process[]> {
    const { cgroup } = this.root;
    this.stopKnown();
    const left = await this.endAll(
      () => this.members(),
      () => cgroup !== null && !this.hasSpared && killGroup(cgroup),
    );
    if (left.length === 0 && cgroup !== null) removeGroup(cgroup);
    return left;
  }

  /** The same, of those whose parents have ended: the first process does not know of them. */
  async endLeftBehind(): Promise<void> {
    await this.endAll(async () => {
      const table = await readProcesses();
      return this.membersIn(table).filter((each) => !isBelow(table, each, this.root.pid));
    });
  }

  /** A walk takes a moment, and whom we know by then does nothing more in it. */
  private stopKnown(): void {
    for (const [pid, startedAt] of this.known) {
      if (startOf(pid) !== startedAt) continue;
      send(pid, 'SIGSTOP');
      // While the first process is there, a group of its id is its own.
      if (pid === this.root.pid) send(-pid, 'SIGSTOP');
    }
  }

  /**
   * First all are stopped: what is stopped starts nothing more, and while nobody has ended everybody's parents are known.
   * Answers what could not be ended.
   */
  private async endAll(find: () => Promise<Process[]>, endTogether?: () => void): Promise<Process[]> {
    const stopped = new Set<string>();
    const begun = performance.now();
    for (let pause = firstPauseMs; ;) {
      const members = await find();
      if (members.length === 0) return [];
      const fresh = members.filter((each) => !stopped.has(keyOf(each)));
      for (const each of fresh) {
        stopped.add(keyOf(each));
        send(each.pid, 'SIGSTOP');
      }
      if (fresh.length > 0 && performance.now() < begun + stopFirstMs) continue;
      endTogether?.();
      for (const { pid } of members) send(pid, 'SIGKILL');
      if (performance.now() > begun + giveUpMs) return find();
      await sleep(pause);
      pause = Math.min(2 * pause, longestPauseMs);
    }
  }

  private mayBelong({ pid, startedAt }: Process): boolean {
    return startedAt >= this.root.startedAt && pid > 1 && pid !== process.pid && pid !== process.ppid;
  }

  private hasSign(table: ProcessTable, pid: number): boolean {
    const { mark, outputs } = this.root;
    const its = table.markOf(pid);
    if (its !== null && (its === mark || its.startsWith(`${mark}.`))) return true;
    return outputs.length > 0 && table.outputsOf(pid).some((output) => outputs.includes(output));
  }
}

/** Whether it is that process, or has it among its parents. */
export function isBelow({ processes }: ProcessTable, process: Process, pid: number): boolean {
  // A listing takes time, and an id may have been given anew meanwhile: no walk is endless for that.
  const seen = new Set<number>();
  for (let at: Process | undefined = process; at && !seen.has(at.pid); at = processes.get(at.parent)) {
    if (at.pid === pid) return true;
    seen.add(at.pid);
  }
  return false;
}

const keyOf = ({ pid, startedAt }: Process): string => `${pid} ${startedAt}`;

/** By id: the children of a process, and who is in the group or session that it leads. */
function relations({ processes }: ProcessTable): Map<number, Process[]> {
  const related = new Map<number, Process[]>();
  for (const each of processes.values()) {
    for (const id of new Set([each.parent, each.group, each.session ?? 0])) {
      const known = related.get(id);
      if (known) known.push(each);
      else related.set(id, [each]);
    }
  }
  return related;
}

/** What has ended meanwhile needs no signal; what is another user's takes none from us. */
function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ESRCH' && code !== 'EPERM') throw error;
  }
}
