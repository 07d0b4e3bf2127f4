import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { until, type TestAccount } from '@headgate/testkit';

const binary = fileURLToPath(new URL('../bin/agent.js', import.meta.url));
export const fixtures = fileURLToPath(new URL('fixtures', import.meta.url));

/** Whether a process runs; one that has ended and waits for its parent does not. */
export function isAlive(pid: number): boolean {
  const { stdout } = spawnSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' });
  return stdout.trim() !== '' && !stdout.includes('Z');
}

/** All that it has started, and what these have. */
export function descendantsOf(pid: number): { pid: number; words: string }[] {
  const rows = spawnSync('ps', ['-eo', 'pid=,ppid=,args='], { encoding: 'utf8' }).stdout.split('\n');
  const all = rows.map((row) => /^\s*(\d+)\s+(\d+)\s(.*)$/.exec(row) ?? []);
  const below = (of: number): { pid: number; words: string }[] =>
    all
      .filter(([, , parent]) => Number(parent) === of)
      .flatMap(([, each, , words]) => [{ pid: Number(each), words: words! }, ...below(Number(each))]);
  return below(pid);
}

export const watchdogOf = (agent: ChildProcess): number =>
  descendantsOf(agent.pid!).find(({ words }) => words.includes('watchdog-process'))!.pid;

export type Finished = { code: number | null; stdout: string; stderr: string };

/** The `agent` program as a person has it: with a home of its own, logged in by key. */
export class AgentProgram {
  readonly home = mkdtempSync(join(tmpdir(), 'agent-home-'));
  private readonly running: ChildProcess[] = [];
  private written = '';

  constructor(private readonly env: Record<string, string> = {}) {}

  static async loggedIn(url: string, account: TestAccount, env: Record<string, string> = {}): Promise<AgentProgram> {
    const program = new AgentProgram(env);
    await program.expect('login', '--key', account.key, '--server', url);
    return program;
  }

  /** Runs a command to its end. */
  async run(...args: string[]): Promise<Finished> {
    const child = this.begin(...args);
    const finished = { stdout: '', stderr: '' };
    child.stdout!.on('data', (piece: Buffer) => (finished.stdout += piece.toString()));
    child.stderr!.on('data', (piece: Buffer) => (finished.stderr += piece.toString()));
    const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
    return { code, ...finished };
  }

  /** Runs a command that has to succeed; answers what it printed. */
  async expect(...args: string[]): Promise<string> {
    const { code, stdout, stderr } = await this.run(...args);
    if (code !== 0) throw new Error(`agent ${args.join(' ')} ended with ${code}:\n${stdout}${stderr}`);
    return stdout;
  }

  /** `agent start`, resolved once it serves the pool. */
  async start(...args: string[]): Promise<ChildProcess> {
    const child = this.begin('start', ...args);
    let own = '';
    for (const stream of [child.stdout!, child.stderr!])
      stream.on('data', (piece: Buffer) => ((own += piece.toString()), (this.written += piece.toString())));
    await until(
      `agent start ${args.join(' ')}`,
      () => own.includes('serves the pool') || (child.exitCode !== null && Promise.reject(new Error(own))),
    );
    return child;
  }

  /** What `agent start` has written. */
  log(): string {
    return this.written;
  }

  end(): void {
    for (const child of this.running) child.kill('SIGKILL');
  }

  /** A command that goes on. */
  begin(...args: string[]): ChildProcess {
    const { HEADGATE_API_URL: _url, HEADGATE_API_KEY: _key, ...inherited } = process.env;
    const env = { ...inherited, HEADGATE_HOME: this.home, HEADGATE_NO_BROWSER: '1', NO_COLOR: '1', ...this.env };
    const child = spawn(process.execPath, [binary, ...args], { cwd: fixtures, env, stdio: ['ignore', 'pipe', 'pipe'] });
    this.running.push(child);
    return child;
  }
}
