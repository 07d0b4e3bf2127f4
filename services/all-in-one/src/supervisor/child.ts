import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { ProcessList } from './orphans.js';

const backoffMsMin = 500;
const backoffMsMax = 15_000;
const healthyMs = 30_000;
const stopMsMax = 20_000;

type ChildOptions = {
  name: string;
  /** Of Node: its flags, the file, and what it is told. */
  args: string[];
  env: Record<string, string>;
  processes: ProcessList;
  onLine(line: string): void;
};

/** A process that is kept running: started again, ever more slowly, when it ends by itself. */
export class Child {
  /** How often it has ended by itself. */
  endings = 0;
  private process: ChildProcess | null = null;
  private backoffMs = backoffMsMin;
  private timer: NodeJS.Timeout | undefined;
  private stopping = false;

  constructor(private readonly options: ChildOptions) {}

  get pid(): number | undefined {
    return this.process?.pid;
  }

  start(): void {
    const { name, args, env, processes, onLine } = this.options;
    const started = Date.now();
    // The channel tells the child when this process dies; its own group keeps Ctrl-C away from it, so that it drains.
    const child = spawn(process.execPath, args, {
      env: { ...process.env, ...env, HEADGATE_SUPERVISED: 'true' },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      detached: true,
    });
    this.process = child;
    if (child.pid) processes.set(name, child.pid);
    for (const stream of [child.stdout!, child.stderr!]) createInterface({ input: stream }).on('line', onLine);
    child.once('exit', (code, signal) => this.ended(String(code ?? signal), Date.now() - started));
    child.on('error', (error) => {
      if (!child.pid) this.ended(error.message, 0);
    });
  }

  private ended(how: string, livedMs: number): void {
    const { name, processes, onLine } = this.options;
    this.process = null;
    processes.remove(name);
    if (this.stopping) return;
    this.endings++;
    if (livedMs > healthyMs) this.backoffMs = backoffMsMin;
    const msg = `ended (${how}), starting again in ${this.backoffMs} ms`;
    onLine(JSON.stringify({ level: 40, process: name, msg }));
    this.timer = setTimeout(() => this.start(), this.backoffMs);
    this.backoffMs = Math.min(this.backoffMs * 2, backoffMsMax);
  }

  /** Asks it to end in good order, and ends it if it does not. */
  async stop(): Promise<void> {
    this.stopping = true;
    clearTimeout(this.timer);
    const child = this.process;
    if (!child) return;
    await new Promise<void>((resolve) => {
      const force = setTimeout(() => child.kill('SIGKILL'), stopMsMax);
      child.once('exit', () => {
        clearTimeout(force);
        resolve();
      });
      child.kill('SIGTERM');
    });
  }

  /** Runs what was built anew, without the wait of a crash. */
  async restart(): Promise<void> {
    await this.stop();
    this.stopping = false;
    this.start();
  }
}
