import { accessSync, constants } from 'node:fs';
import { isAbsolute } from 'node:path';
import { spawn, type ChildProcess, type StdioOptions } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { insideOf } from '../processes/cgroup.js';
import { markName, type Process } from '../processes/process-table.js';
import { ProcessTree } from '../processes/process-tree.js';
import { watchdog } from '../processes/watchdog.js';

/** How the process ended, and how many of those that came of it could not be ended. */
export type Exit = { code: number | null; signal: NodeJS.Signals | null; left: number };

/** What a process with a channel to us is told. */
export type Until = { kind: 'until'; at: number };

export type GroupOptions = { cwd: string; env: NodeJS.ProcessEnv; ipc?: boolean };

const firstPauseMs = 50;
const longestPauseMs = 1_000;

/** A process in a session of its own, with all that it starts: they are signalled together, end with it, and do not outlive the agent. */
export class ProcessGroup {
  /** Resolves when the process has ended and nothing is left of what it started. */
  readonly exited: Promise<Exit>;
  private readonly firstHasEnded: Promise<unknown>;
  private leaving: Promise<void> | null = null;
  private patienceUntil = Infinity;

  private constructor(
    readonly child: ChildProcess,
    private readonly tree: ProcessTree,
  ) {
    watchdog.watch(tree.root);
    const ended = new Promise<Omit<Exit, 'left'>>((resolve) => {
      child.once('exit', (code, signal) => resolve({ code, signal }));
    });
    this.firstHasEnded = ended;
    this.exited = ended.then(async (how) => {
      await this.leaving;
      const left = await tree.end();
      if (left.length === 0) watchdog.forget(tree.root.mark);
      return { ...how, left: left.length };
    });
  }

  /** Resolves once the process runs. Throws when the program cannot be started. */
  static async start(command: string, args: string[], { cwd, env, ipc = false }: GroupOptions): Promise<ProcessGroup> {
    const stdio: StdioOptions = ipc ? ['ignore', 'pipe', 'pipe', 'ipc'] : ['ignore', 'pipe', 'pipe'];
    const { mark, cgroup } = watchdog.next();
    const [program, words] = cgroup !== null && isProgram(command) ? insideOf(cgroup, command, args) : [command, args];
    const child = spawn(program, words, { cwd, env: { ...env, [markName]: mark }, stdio, detached: true });
    // At once: it cannot have gone.
    const tree = child.pid === undefined ? null : ProcessTree.of(child.pid, mark, cgroup);
    await new Promise<void>((resolve, reject) => {
      child.once('spawn', resolve);
      child.once('error', reject);
    });
    child.on('error', () => undefined);
    return new ProcessGroup(child, tree!);
  }

  get hasEnded(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }

  get pid(): number {
    return this.child.pid!;
  }

  /** At this time, by the clock of leases, it is ended even if the agent stands still. Programs of ours look themselves. */
  keepUntil(at: number): void {
    if (this.hasEnded) return;
    watchdog.keepUntil(this.tree.root.mark, at);
    if (this.child.connected) this.child.send({ kind: 'until', at } satisfies Until, () => undefined);
  }

  members(): Promise<Process[]> {
    return this.tree.members();
  }

  /** Ends those whose parents have ended, and nobody else. */
  endLeftBehind(): Promise<void> {
    return this.tree.endLeftBehind();
  }

  /** At once. */
  async kill(): Promise<void> {
    await this.tree.end();
  }

  /** SIGTERM to all, and the end of what is still there after the grace. Resolves when nothing is left. */
  async end(graceMs: number): Promise<Exit> {
    this.patienceUntil = Math.min(this.patienceUntil, performance.now() + graceMs);
    this.leaving ??= this.leave();
    return this.exited;
  }

  /** The grace is that of the most impatient. */
  private async leave(): Promise<void> {
    await this.tree.signal('SIGTERM');
    for (
      let pause = firstPauseMs;
      performance.now() < this.patienceUntil;
      pause = Math.min(2 * pause, longestPauseMs)
    ) {
      await Promise.race([this.firstHasEnded, sleep(Math.min(longestPauseMs, this.patienceUntil - performance.now()))]);
      if (!this.hasEnded) continue;
      if ((await this.tree.members()).length === 0) return;
      await sleep(Math.min(pause, this.patienceUntil - performance.now()));
    }
    await this.kill();
  }
}

/** What is not, is to be an error of the start, not of a shell. */
function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return isAbsolute(path);
  } catch {
    return false;
  }
}
