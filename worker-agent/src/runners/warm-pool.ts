import { fileURLToPath } from 'node:url';
import { isTerminal, type StateType } from '@headgate/contracts';
import { ProcessGroup } from './process-group.js';
import { sameTools, type Tools } from './typescript-tools.js';

/** What the child is told first; it answers with `ChildMessage`. */
export type ChildJob = { kind: 'job'; entrypoint: string; flowRunId: string; cwd: string; env: Record<string, string> };
export type ChildMessage = { kind: 'ready' } | { kind: 'ended'; stateType: StateType | null };

/** The built file, also when this one is read as TypeScript. */
const launcher = fileURLToPath(new URL('../../dist/runners/typescript-child.js', import.meta.url));

/** A process that has loaded TypeScript and the SDK. It runs one flow run, and ends. */
export class TypeScriptChild {
  endedIn: StateType | null = null;

  private constructor(
    readonly group: ProcessGroup,
    readonly tools: Tools,
  ) {
    group.child.on('message', (message: ChildMessage) => {
      if (message.kind === 'ended' && isTerminal(message.stateType)) this.endedIn = message.stateType;
    });
  }

  static async start(tools: Tools, cwd: string, env: NodeJS.ProcessEnv): Promise<TypeScriptChild> {
    const args = ['--enable-source-maps', launcher, tools.sdk, tools.runtime];
    return new TypeScriptChild(await ProcessGroup.start(process.execPath, args, { cwd, env, ipc: true }), tools);
  }

  get isAlive(): boolean {
    return !this.group.hasEnded && this.group.child.connected;
  }

  /** Messages wait in the pipe until the child is ready for them. */
  run(job: ChildJob): void {
    this.group.child.send(job);
  }
}

/** Keeps processes ready, so that a run starts in tens of milliseconds instead of the time that Node and TypeScript take to load. */
export class WarmPool {
  private readonly ready: TypeScriptChild[] = [];
  private closed = false;
  private starting = 0;

  constructor(
    private readonly size: number,
    private readonly env: NodeJS.ProcessEnv,
  ) {}

  /** A prepared process with these tools, else a new one. Prepares the next for the same tools: the next run is likely to be alike. */
  async take(tools: Tools, cwd: string): Promise<TypeScriptChild> {
    const at = this.ready.findIndex((child) => child.isAlive && sameTools(child.tools, tools));
    const [child] = at < 0 ? [] : this.ready.splice(at, 1);
    const taken = child ?? (await TypeScriptChild.start(tools, cwd, this.env));
    // The run comes first: two processes that load at once are both slow.
    setTimeout(() => this.prepare(tools, cwd), 200).unref();
    return taken;
  }

  prepare(tools: Tools, cwd: string): void {
    void this.fill(tools, cwd).catch(() => undefined);
  }

  async close(): Promise<void> {
    this.closed = true;
    await Promise.all(this.ready.splice(0).map((child) => child.group.kill()));
  }

  private async fill(tools: Tools, cwd: string): Promise<void> {
    for (const old of this.ready.filter((child) => !child.isAlive || !sameTools(child.tools, tools))) this.discard(old);
    while (!this.closed && this.ready.length + this.starting < this.size) {
      this.starting += 1;
      const child = await TypeScriptChild.start(tools, cwd, this.env).finally(() => (this.starting -= 1));
      if (this.closed) await child.group.kill();
      else this.ready.push(child);
    }
  }

  private discard(child: TypeScriptChild): void {
    this.ready.splice(this.ready.indexOf(child), 1);
    void child.group.kill();
  }
}
