import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { freePort } from '@headgate/all-in-one';
import { until } from '@headgate/testkit';

export type ProcessName = 'api' | 'loops';
type Told = { url: string; pids: Record<ProcessName, number> };

const startSecondsMax = 120;
const program = path.join(import.meta.dirname, 'hold-installation.mjs');

/** The one-machine set-up as a person has it: a supervisor in a process of its own, with its data in a folder. */
export class Installation {
  private constructor(
    readonly url: string,
    private readonly folder: string,
    private readonly child: ReturnType<typeof spawn>,
  ) {}

  static async start(folder: string, env: Record<string, string> = {}): Promise<Installation> {
    const settings = { HEADGATE_DATA_DIR: folder, HEADGATE_PORT: String(await freePort()), HEADGATE_LOG_LEVEL: 'warn' };
    const child = spawn(process.execPath, [program], {
      env: { ...process.env, DATABASE_URL: '', REDIS_URL: '', ...settings, ...env },
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    const [{ url }] = (await Promise.race([
      once(child, 'message'),
      once(child, 'exit').then(() => Promise.reject(new Error('The supervisor ended while it started.'))),
    ])) as [Told];
    return new Installation(url, folder, child);
  }

  /** The supervisor's own. */
  get pid(): number {
    return this.child.pid!;
  }

  pids = async (): Promise<Told['pids']> => (await this.ask('look')).pids;
  restart = () => this.ask('restart');

  private async ask(word: string): Promise<Told> {
    const answer = once(this.child, 'message');
    this.child.send(word);
    return ((await answer) as [Told])[0];
  }

  /** Sends the signal; resolves when another process has taken the place of the one that got it. */
  async torment(name: ProcessName, signal: NodeJS.Signals): Promise<void> {
    const before = (await this.pids())[name];
    process.kill(before, signal);
    await until(
      `another ${name} after ${signal}`,
      async () => {
        const now = (await this.pids())[name];
        return now !== undefined && now !== before;
      },
      startSecondsMax,
    );
  }

  private postmaster(): { pid: number; port: number; isReady: boolean } {
    const lines = fs.readFileSync(path.join(this.folder, 'postgres/postmaster.pid'), 'utf8').split('\n');
    return { pid: Number(lines[0]), port: Number(lines[3]), isReady: lines[7]?.trim() === 'ready' };
  }

  get databaseUrl(): string {
    const password = fs.readFileSync(path.join(this.folder, 'postgres.secret'), 'utf8').trim();
    return `postgresql://headgate:${encodeURIComponent(password)}@127.0.0.1:${this.postmaster().port}/headgate`;
  }

  /** INT is an orderly restart; resolves when the next server takes connections. */
  async tormentPostgres(signal: NodeJS.Signals): Promise<void> {
    const { pid } = this.postmaster();
    process.kill(pid, signal);
    const isBack = () => {
      const now = this.postmaster();
      return now.pid !== pid && now.isReady;
    };
    await until(`another Postgres after ${signal}`, () => attempt(isBack), startSecondsMax);
  }

  isReady = async (): Promise<boolean> => (await fetch(`${this.url}/ready`).catch(() => null))?.ok === true;
  untilReady = () => until('the installation is ready', this.isReady, startSecondsMax);
  log = (): string => fs.readFileSync(path.join(this.folder, 'headgate.log'), 'utf8');

  async stop(): Promise<void> {
    const gone = once(this.child, 'exit');
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    this.child.send('stop');
    await gone;
  }
}

/** While the server goes, its file does. */
function attempt(look: () => boolean): boolean {
  try {
    return look();
  } catch {
    return false;
  }
}
