import { spawn, type ChildProcess, type StdioOptions } from 'node:child_process';
import { endWithUs } from './watchdog.js';

export type Exit = { code: number | null; signal: NodeJS.Signals | null };

export type GroupOptions = { cwd: string; env: NodeJS.ProcessEnv; ipc?: boolean };

/** A process in a group of its own, with all that it starts: they are signalled together, and none outlives the agent. */
export class ProcessGroup {
  readonly exited: Promise<Exit>;

  private constructor(readonly child: ChildProcess) {
    const release = endWithUs(child.pid!);
    this.exited = new Promise((resolve) => {
      child.once('exit', (code, signal) => {
        // What the process left running ends with it.
        this.signal('SIGKILL');
        release();
        resolve({ code, signal });
      });
    });
  }

  /** Resolves once the process runs. Throws when the program cannot be started. */
  static async start(command: string, args: string[], { cwd, env, ipc = false }: GroupOptions): Promise<ProcessGroup> {
    const stdio: StdioOptions = ipc ? ['ignore', 'pipe', 'pipe', 'ipc'] : ['ignore', 'pipe', 'pipe'];
    const child = spawn(command, args, { cwd, env, stdio, detached: true });
    await new Promise<void>((resolve, reject) => {
      child.once('spawn', resolve);
      child.once('error', reject);
    });
    child.on('error', () => undefined);
    return new ProcessGroup(child);
  }

  get hasEnded(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }

  get pid(): number {
    return this.child.pid!;
  }

  signal(signal: NodeJS.Signals): void {
    try {
      process.kill(-this.pid, signal);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }

  /** SIGTERM, and SIGKILL for what is still there after the grace. Resolves when the process is gone. */
  async end(graceMs: number): Promise<Exit> {
    this.signal('SIGTERM');
    const timer = setTimeout(() => this.signal('SIGKILL'), graceMs);
    const exit = await this.exited;
    clearTimeout(timer);
    return exit;
  }
}
