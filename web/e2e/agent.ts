import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const program = path.resolve(import.meta.dirname, '../../worker-agent/bin/agent.js');

/** The real command line, with a home of its own. */
export class AgentCommand {
  private readonly home = mkdtempSync(path.join(tmpdir(), 'headgate-browser-test-'));
  private readonly children: ChildProcess[] = [];
  /** What all of its processes have written. */
  output = '';

  /** Starts `agent …`; answers its process. */
  start(...words: string[]): ChildProcess {
    const env = { ...process.env, HEADGATE_HOME: this.home, HEADGATE_NO_BROWSER: '1', NO_COLOR: '1' };
    const child = spawn(process.execPath, [program, ...words], {
      env,
      cwd: this.home,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [child.stdout!, child.stderr!])
      stream.on('data', (data: Buffer) => (this.output += data.toString()));
    this.children.push(child);
    return child;
  }

  /** Runs `agent …` to its end. Throws with what it wrote unless it ends with 0. */
  async run(...words: string[]): Promise<void> {
    const code = await exitOf(this.start(...words));
    if (code !== 0) throw new Error(`agent ${words.join(' ')} ended with ${code}:\n${this.output}`);
  }

  async stop(): Promise<void> {
    for (const child of this.children) if (child.exitCode === null) child.kill('SIGTERM');
    await Promise.all(this.children.map(exitOf));
    rmSync(this.home, { recursive: true, force: true });
  }
}

export const exitOf = (child: ChildProcess): Promise<number | null> =>
  child.exitCode !== null || child.signalCode !== null
    ? Promise.resolve(child.exitCode)
    : new Promise((resolve) => child.once('exit', (code) => resolve(code)));
