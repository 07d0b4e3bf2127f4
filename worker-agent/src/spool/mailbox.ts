import { setTimeout as sleep } from 'node:timers/promises';
import { newId } from '@headgate/contracts';
import type { Api } from '../api/api.js';
import { ApiError, isPassing } from '../api/http.js';
import type { LogDraft, ProposedState, SetStateAnswer } from '../api/wire.js';
import type { Reach } from '../agent/reach.js';
import { microsOf } from '../output/timestamps.js';
import type { LogEntry, StateEntry } from './entry.js';
import type { Chunk, SpoolFile } from './spool-file.js';

const batchBytesMax = 512 * 1024;
const batchLinesMax = 200;
/** Lines wait this long for company. */
const gatherMs = 200;

const keyOf = ({ timestamp, message }: Pick<LogDraft, 'timestamp' | 'message'>): string =>
  `${microsOf(timestamp)} ${message}`;

export type Told = SetStateAnswer | null;
export type MailboxNews = { refused(flowRunId: string, what: string, why: string): void };

/**
 * Tells the control plane of one run, in order: what is appended is on disk before the call returns, and leaves it when
 * it has been delivered. Nothing here throws for an unreachable control plane; it waits.
 */
export class Mailbox {
  private readonly waiting = new Map<string, (told: Told) => void>();
  private readonly stopping = new AbortController();
  private delivery: Promise<void> | null = null;
  private inDoubt: boolean;
  private urgent: () => void = () => undefined;

  constructor(
    private readonly api: Api,
    private readonly file: SpoolFile,
    private readonly reach: Reach,
    private readonly news: MailboxNews,
  ) {
    // What another process left behind may have been on its way when that ended.
    this.inDoubt = file.isAdopted;
  }

  get flowRunId(): string {
    return this.file.header.flowRunId;
  }

  log(lines: LogDraft[]): void {
    if (lines.length === 0) return;
    this.file.append(lines.map((line) => ({ kind: 'log', line })));
    this.deliverSoon();
  }

  /** Resolves with the verdict when it has been delivered; null when it was refused or the mailbox was closed before. */
  tell(state: ProposedState, claimId: string, { force = false } = {}): Promise<Told> {
    const transitionId = newId();
    const proposed = { ...state, state_details: { ...state.state_details, transition_id: transitionId } };
    const told = new Promise<Told>((resolve) => this.waiting.set(transitionId, resolve));
    this.file.append([{ kind: 'state', state: proposed, force, claimId, happenedMs: Date.now() }], { sync: true });
    this.deliverSoon();
    this.urgent();
    return told;
  }

  /** Resolves when all has been delivered and the file is gone. */
  async empty(): Promise<void> {
    while (!this.file.isDelivered && !this.stopping.signal.aborted) {
      this.deliverSoon();
      this.urgent();
      await this.delivery;
    }
    if (this.file.isDelivered) this.file.remove();
  }

  /** Stops at once; what is undelivered stays on disk for the next agent. */
  async stop(): Promise<void> {
    this.stopping.abort();
    this.urgent();
    await this.delivery;
    for (const resolve of this.waiting.values()) resolve(null);
    this.waiting.clear();
  }

  private deliverSoon(): void {
    this.delivery ??= this.deliver()
      .catch((error: unknown) => this.news.refused(this.flowRunId, 'reports', String(error)))
      .finally(() => {
        this.delivery = null;
        if (!this.file.isDelivered && !this.stopping.signal.aborted) this.deliverSoon();
      });
  }

  private async deliver(): Promise<void> {
    await this.gather();
    while (!this.file.isDelivered && !this.stopping.signal.aborted) {
      try {
        await this.deliverNext(this.file.read(batchBytesMax));
      } catch (error) {
        if (!this.stopping.signal.aborted) throw error;
      }
    }
  }

  private gather(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, gatherMs);
      this.urgent = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  private async deliverNext({ entries, endsAt }: Chunk): Promise<void> {
    const [first] = entries;
    if (!first) return this.file.delivered(endsAt);
    if (first.entry.kind === 'state') {
      await this.sendState(first.entry);
      return this.file.delivered(first.endsAt);
    }
    const end = entries.findIndex(({ entry }) => entry.kind !== 'log');
    const batch = entries.slice(0, Math.min(end < 0 ? entries.length : end, batchLinesMax));
    await this.sendLines(batch.map(({ entry }) => (entry as LogEntry).line));
    this.file.delivered(batch.at(-1)!.endsAt);
  }

  private async sendState(entry: StateEntry): Promise<void> {
    const transitionId = String(entry.state.state_details?.['transition_id']);
    const told = await this.proposeState({ ...entry });
    this.waiting.get(transitionId)?.(told);
    this.waiting.delete(transitionId);
  }

  private async proposeState(entry: StateEntry): Promise<Told> {
    const { state } = entry;
    while (true) {
      const told = await this.send(state.name ?? state.type, () => this.api.setState(this.flowRunId, state, entry));
      if (told?.status !== 'WAIT') return told;
      await sleep((told.details.delay_seconds ?? 1) * 1000, undefined, { signal: this.stopping.signal });
      entry.happenedMs = Date.now();
    }
  }

  /** A batch that is refused is split until the line at fault stands alone: only that one is lost. */
  private async sendLines(lines: LogDraft[]): Promise<void> {
    try {
      await this.sendOrThrow(() => this.writeOnce(lines));
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (lines.length === 1) return this.news.refused(this.flowRunId, 'a log line', error.message);
      const half = lines.length >> 1;
      await this.sendLines(lines.slice(0, half));
      await this.sendLines(lines.slice(half));
    }
  }

  /** Lines have no ids: after a request without an answer, what has arrived of it is asked for, and not sent again. */
  private async writeOnce(lines: LogDraft[]): Promise<void> {
    const missing = this.inDoubt ? await this.missing(lines) : lines;
    this.inDoubt = true;
    const { flowRunId, claimId } = this.file.header;
    if (missing.length > 0) await this.api.writeLogs(missing, claimId ? { flowRunId, claimId } : null);
    this.inDoubt = false;
  }

  private async missing(lines: LogDraft[]): Promise<LogDraft[]> {
    const times = lines.map((line) => line.timestamp).sort();
    const stored = await this.api.allLogs(this.flowRunId, [times[0]!, times.at(-1)!]);
    const known = new Set(stored.map(keyOf));
    return lines.filter((line) => !known.has(keyOf(line)));
  }

  private async send<T>(what: string, attempt: () => Promise<T>): Promise<T | null> {
    try {
      return await this.sendOrThrow(attempt);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.news.refused(this.flowRunId, what, error.message);
      return null;
    }
  }

  /** A key that is refused may be renewed: what is spooled is kept until then. */
  private async sendOrThrow<T>(attempt: () => Promise<T>): Promise<T> {
    while (true) {
      try {
        return await this.reach.insist(attempt, this.stopping.signal);
      } catch (error) {
        if (isPassing(error) || !(error instanceof ApiError) || (error.status !== 401 && error.status !== 403))
          throw error;
        await sleep(30_000, undefined, { signal: this.stopping.signal });
      }
    }
  }
}
