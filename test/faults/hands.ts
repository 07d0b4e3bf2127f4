import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { TestAccount } from '@headgate/testkit';

const restMs = 200;
const program = path.resolve(import.meta.dirname, '../../worker-agent/bin/agent.js');

/** A real agent whose runs are shell commands that write down under which claim they were started. */
export class Hands {
  private readonly folder = fs.mkdtempSync(path.join(os.tmpdir(), 'headgate-hands-'));
  private readonly book = path.join(this.folder, 'begun');
  private child: ChildProcess;
  private over = false;

  constructor(private readonly account: TestAccount) {
    fs.writeFileSync(this.book, '');
    this.child = this.start();
  }

  /** What a deployment says that these hands are to run. */
  get command(): string {
    return `echo $HEADGATE_FLOW_RUN_ID $HEADGATE_CLAIM_ID >> ${this.book}; sleep 0.3`;
  }

  /** One line for each start: run and claim. */
  get begun(): string[] {
    return fs.readFileSync(this.book, 'utf8').split('\n').filter(Boolean);
  }

  /** As whoever supervises a service does, it is started again whenever it has ended. */
  async kill(): Promise<void> {
    const { child } = this;
    // It may have ended by itself, and nobody tells of that twice.
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  }

  end(): void {
    this.over = true;
    this.child.kill('SIGKILL');
    fs.rmSync(this.folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  }

  private start(): ChildProcess {
    const { apiUrl, key } = this.account;
    const env = { ...process.env, HEADGATE_HOME: this.folder, HEADGATE_API_URL: apiUrl, HEADGATE_API_KEY: key };
    const words = ['start', '--pool', 'hands', '--name', 'hands', '--warm', '0'];
    const child = spawn(process.execPath, [program, ...words], { env, cwd: this.folder, stdio: 'ignore' });
    child.once('exit', () => setTimeout(() => !this.over && (this.child = this.start()), restMs));
    return child;
  }
}
