import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { ProcessList } from './orphans.js';

const backoffMsMin = 500;
const backoffMsMax = 15_000;
const healthyMs = 30_000;
const stopMsMax = 20_000;

/** Whoever loads its modules cannot say that it is alive, and may not for a while when the machine is busy. */
const startSecondsMax = 120;

type ChildOptions = {
  name: string;
  /** Of Node: its flags, the file, and what it is told. */
  args: string[];
  env: Record<string, string>;
  /** A descriptor that it inherits, with the number `inheritedFd`. */
  fd?: number | null;
  /** It is killed when it has not said for that long that it is alive; 0 is never. */
  silentSecondsMax: number;
  /** It has opened its doors. */
  onStarted?(): void;
  /** It has ended, or is about to. */
  onLeaving?(): void;
  processes: ProcessList;
  onLine(line: string): void;
};

export const inheritedFd = 4;

/** A process that is kept running: started again, ever more slowly, when it ends by itself, and killed when it stands still. */
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
    const { name, args, env, fd, processes, onLine } = this.options;
    const started = Date.now();
    // The channel tells the child when this process dies; its own group keeps Ctrl-C away from it, so that it drains.
    const child = spawn(process.execPath, args, {
      env: { ...process.env, ...env, HEADGATE_SUPERVISED: 'true' },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc', ...(fd ? [fd] : [])],
      detached: true,
    });
    this.process = child;
    if (child.pid) processes.set(name, child.pid);
    this.watch(child);
    for (const stream of [child.stdout!, child.stderr!]) createInterface({ input: stream }).on('line', onLine);
    child.once('exit', (code, signal) => this.ended(String(code ?? signal), Date.now() - started));
    child.on('error', (error) => {
      if (!child.pid) this.ended(error.message, 0);
    });
  }

  /** One that was stopped as a whole, or is too stuck for its own watchdog, is ended from here. */
  private watch(child: ChildProcess): void {
    const { name, silentSecondsMax, onStarted, onLine } = this.options;
    let silent = 0;
    let patience = Math.max(startSecondsMax, silentSecondsMax);
    let limit = patience;
    child.on('message', (word) => {
      silent = 0;
      if (word === 'started') {
        patience = silentSecondsMax;
        onStarted?.();
      }
      // Who stands at a breakpoint is not frozen.
      limit = word === 'debugged' || silentSecondsMax === 0 ? Infinity : patience;
    });
    // Looks are counted, not time: in the sleep of a machine nobody looks.
    const looks = setInterval(() => {
      if (++silent <= limit) return;
      clearInterval(looks);
      onLine(JSON.stringify({ level: 50, process: name, msg: `has not answered for ${silent} s, ending it` }));
      child.kill('SIGKILL');
    }, 1_000).unref();
    child.once('exit', () => clearInterval(looks));
  }

  /** Something that it shall know. One that is about to end need not. */
  tell(message: object): void {
    if (this.process?.connected) this.process.send(message, undefined, undefined, () => undefined);
  }

  private ended(how: string, livedMs: number): void {
    const { name, processes, onLine, onLeaving } = this.options;
    this.process = null;
    processes.remove(name);
    onLeaving?.();
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
    this.options.onLeaving?.();
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
