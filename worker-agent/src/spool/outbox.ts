import { mkdirSync, readdirSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Api } from '../api/api.js';
import type { Reach } from '../agent/reach.js';
import { Mailbox, type MailboxNews } from './mailbox.js';
import { headerOf, SpoolFile } from './spool-file.js';

/** A folder whose owner has not shown a sign of life for this long belongs to nobody. */
const abandonedAfterMs = 60_000;
const signOfLifeMs = 15_000;
const ext = '.jsonl';

/**
 * The mailboxes of this agent, in a folder of its own below the spool, and those that agents before it left behind:
 * whoever starts, or runs, takes over what has no owner any more.
 */
export class Outbox {
  private readonly folder: string;
  private readonly pulse: NodeJS.Timeout;
  private readonly leftovers = new Set<Mailbox>();

  constructor(
    private readonly spoolFolder: string,
    agentId: string,
    private readonly api: Api,
    private readonly reach: Reach,
    private readonly news: MailboxNews,
  ) {
    this.folder = join(spoolFolder, `${process.pid}-${agentId}`);
    mkdirSync(this.folder, { recursive: true, mode: 0o700 });
    writeFileSync(join(this.folder, 'alive'), '', { mode: 0o600 });
    this.pulse = setInterval(() => this.beat(), signOfLifeMs).unref();
  }

  open(flowRunId: string, claimId: string): Mailbox {
    const path = join(this.folder, `${flowRunId}.${claimId}${ext}`);
    const { apiUrl } = this.api.connection;
    return this.mailbox(SpoolFile.create(path, { kind: 'run', apiUrl, flowRunId, claimId }));
  }

  /** Delivers what earlier agents could not. Answers how many runs are concerned; delivery goes on behind. */
  adoptAbandoned(): number {
    const found = this.siblings()
      .filter((folder) => this.isAbandoned(folder))
      .flatMap((folder) => this.takeOver(folder));
    for (const file of found) this.deliver(this.mailbox(file));
    return found.length;
  }

  /** Stops the delivery of leftovers; what is still on disk waits for the next agent. */
  async close(): Promise<void> {
    clearInterval(this.pulse);
    await Promise.all([...this.leftovers].map((mailbox) => mailbox.stop()));
    rmSync(join(this.folder, 'alive'), { force: true });
    if (readdirSync(this.folder).length === 0) rmSync(this.folder, { recursive: true, force: true });
  }

  private mailbox(file: SpoolFile): Mailbox {
    return new Mailbox(this.api, file, this.reach, this.news);
  }

  private deliver(mailbox: Mailbox): void {
    this.leftovers.add(mailbox);
    void mailbox.empty().finally(() => this.leftovers.delete(mailbox));
  }

  private beat(): void {
    const now = new Date();
    utimesSync(join(this.folder, 'alive'), now, now);
    this.adoptAbandoned();
  }

  private siblings(): string[] {
    const all = readdirSync(this.spoolFolder, { withFileTypes: true }).filter(
      (entry) => entry.isDirectory() && /^\d+-/.test(entry.name),
    );
    return all.map((entry) => join(this.spoolFolder, entry.name)).filter((folder) => folder !== this.folder);
  }

  private isAbandoned(folder: string): boolean {
    const owner = Number(/(\d+)-[^/]*$/.exec(folder)?.[1]);
    return !isAlive(owner) || Date.now() - lastSign(folder) > abandonedAfterMs;
  }

  /** Moving a file is atomic: of several that try, one gets it. A spool for another workspace waits for an agent of that workspace. */
  private takeOver(folder: string): SpoolFile[] {
    const names = readdirSync(folder).filter((name) => name.endsWith(ext));
    const taken = names.flatMap((name) => {
      const [from, to] = [join(folder, name), join(this.folder, name)];
      if (headerOf(from)?.apiUrl !== this.api.connection.apiUrl || !moved(from, to)) return [];
      moved(`${from}.at`, `${to}.at`);
      return SpoolFile.open(to);
    });
    if (readdirSync(folder).every((name) => name === 'alive')) rmSync(folder, { recursive: true, force: true });
    return taken;
  }
}

function moved(from: string, to: string): boolean {
  try {
    renameSync(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function lastSign(folder: string): number {
  try {
    return statSync(join(folder, 'alive')).mtimeMs;
  } catch {
    return 0;
  }
}
