import { createClient, resolveConfig, type Client } from '../client/index.js';
import { spool, type SpoolEntry } from '../client/spool.js';
import { UsageError } from '../errors.js';
import { isWatchedByAgent } from '../logging.js';
import { EventOutbox } from './event-outbox.js';
import { Heartbeats } from './heartbeats.js';
import { LogOutbox } from './log-outbox.js';
import { sayErr } from '../say.js';

const flushMaxMs = 10_000;
/** For a control plane that is there and takes what its budget allows. */
const patienceMs = 10 * 60_000;

/** The connection of this process to its workspace, shared by all runs. It ends when the last run has ended. */
export class Reporter {
  readonly client: Client;
  readonly events: EventOutbox;
  readonly heartbeats: Heartbeats;
  readonly logs: LogOutbox;
  private readonly flowIds = new Map<string, Promise<string>>();
  private readonly undelivered: SpoolEntry[] = [];
  private holders = 0;

  constructor(readonly config: { apiUrl: string; apiKey: string | null }) {
    this.client = createClient(config);
    this.events = new EventOutbox(this.client.config);
    this.heartbeats = new Heartbeats(this.client.config);
    this.logs = new LogOutbox(this.client);
    process.on('exit', () => this.keepAtExit());
  }

  /** The id of a flow by its name; asked for once. */
  flowId(name: string): Promise<string> {
    const known = this.flowIds.get(name) ?? this.client.createFlow(name).then((flow) => flow.id);
    this.flowIds.set(name, known);
    known.catch(() => this.flowIds.delete(name));
    return known;
  }

  hold(): void {
    this.holders++;
  }

  /** Waits for what is under way, but not for ever: the rest goes to disk when the last run ends. */
  async release(): Promise<void> {
    await this.flush(this.undelivered.length > 0 ? 1000 : flushMaxMs);
    if (--this.holders === 0) this.keepUnsent();
  }

  async flush(ms = flushMaxMs): Promise<boolean> {
    for (const begun = Date.now(); ;) {
      const turn = Date.now();
      const done = await Promise.all([this.events.flush(ms), this.logs.flush(ms)]);
      if (done.every(Boolean)) return true;
      const isHeldBack = this.logs.isHeldBack || this.events.movedSince(turn);
      if (!isHeldBack || Date.now() - begun > patienceMs) return false;
    }
  }

  /** For what was tried long enough. */
  giveUp(entry: SpoolEntry): void {
    this.undelivered.push(entry);
  }

  private keepUnsent(): void {
    const kept = this.keepOnDisk();
    if (kept) sayErr(`headgate: no connection to ${this.client.config.apiUrl}; ${kept}`);
  }

  /** The process ends in the middle of a run. An agent knows that by itself, and delivers what is kept at once. */
  private keepAtExit(): void {
    const kept = this.keepOnDisk();
    if (kept && !isWatchedByAgent()) sayErr(`headgate: the process ended before its runs had; ${kept}`);
  }

  /** Answers what was kept, in words; null where all has been sent. */
  private keepOnDisk(): string | null {
    const events = this.events.close().map((event): SpoolEntry => ({ kind: 'event', event }));
    const lines = this.logs
      .close()
      .flatMap((together, batch) => together.map((line): SpoolEntry => ({ kind: 'log', line, batch })));
    const entries = [...events, ...lines, ...this.undelivered.splice(0)];
    if (entries.length === 0) return null;
    const file = spool(this.client.config.apiUrl, entries);
    return `${entries.length === 1 ? '1 report is' : `${entries.length} reports are`} kept in ${file} and sent later.`;
  }
}

const reporters = new Map<string, Reporter>();

/** Of the configured workspace; null when none is configured. */
export function currentReporter(): Reporter | null {
  const config = resolveConfig();
  if (!config) return null;
  const key = `${config.apiUrl} ${config.apiKey ?? ''}`;
  const reporter = reporters.get(key) ?? new Reporter(config);
  reporters.set(key, reporter);
  return reporter;
}

/** For calls that make no sense without a control plane. */
export function requiredReporter(what: string): Reporter {
  const reporter = currentReporter();
  if (!reporter)
    throw new UsageError(
      `${what} needs a control plane. Run \`agent login\`, or set HEADGATE_API_URL and HEADGATE_API_KEY.`,
    );
  return reporter;
}
