import { ownClaim, underClaim } from '../client/claim.js';
import { ApiError, UnreachableError, type Client } from '../client/index.js';
import type { LogLine } from '../logging.js';

const batchMax = 200;
const collectMs = 500;
const longestPauseMs = 10_000;

/**
 * Sends log lines in batches: twice a second, or sooner when many come. What cannot be sent is kept and tried again, in
 * the same batch: the server may have it, and knows it by that.
 */
export class LogOutbox {
  private lines: LogLine[] = [];
  /** So many of the first lines are, or were, on their way together. */
  private tried = 0;
  private timer: NodeJS.Timeout | null = null;
  private sending: Promise<void> | null = null;
  private failures = 0;
  /** Before then nothing is sent: the server said so. */
  private quietUntil = 0;

  constructor(private readonly client: Client) {}

  add(line: LogLine): void {
    this.lines.push(line);
    if (this.lines.length >= batchMax && this.failures === 0) void this.send();
    else this.plan(collectMs);
  }

  /** Whether all is stored within the time. */
  async flush(ms: number): Promise<boolean> {
    for (const deadline = Date.now() + ms; this.lines.length > 0 || this.sending;) {
      const left = deadline - Date.now();
      if (left <= 0) return false;
      await within(left, this.send());
      if (this.failures > 0) await new Promise((resolve) => setTimeout(resolve, Math.min(this.pauseMs(), left)));
    }
    return true;
  }

  /** Hands out what is not stored; what was on its way together stays together. */
  close(): LogLine[][] {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    this.failures = 0;
    const batches = [this.lines.splice(0, this.tried), this.lines.splice(0)];
    this.tried = 0;
    return batches;
  }

  private plan(ms: number): void {
    this.timer ??= setTimeout(() => {
      this.timer = null;
      void this.send();
    }, ms);
  }

  private send(): Promise<void> {
    this.sending ??= this.sendAll().finally(() => (this.sending = null));
    return this.sending;
  }

  /** Whether lines wait because there were too many, and not because nobody is there. */
  get isHeldBack(): boolean {
    return this.lines.length > 0 && Date.now() < this.quietUntil;
  }

  private async sendAll(): Promise<void> {
    if (this.isHeldBack) return this.plan(this.pauseMs());
    while (this.lines.length > 0) {
      this.tried ||= Math.min(this.lines.length, batchMax);
      const batch = this.lines.slice(0, this.tried);
      const outcome = await this.client
        .createLogs(batch, { retries: 0, timeoutMs: 10_000, headers: underClaim(ownClaim()) })
        .catch((error: unknown) => error);
      if (outcome instanceof Error && !refused(outcome)) {
        this.failures++;
        if (outcome instanceof UnreachableError) this.quietUntil = Date.now() + (outcome.retryAfterMs ?? 0);
        return this.plan(this.pauseMs());
      }
      this.failures = 0;
      // It may have been handed out meanwhile.
      if (this.lines[0] !== batch[0]) return;
      this.lines.splice(0, this.tried);
      this.tried = 0;
    }
  }

  private pauseMs(): number {
    return Math.max(this.quietUntil - Date.now(), Math.min(100 * 2 ** this.failures, longestPauseMs));
  }
}

/** The server understood and does not want these lines: to send them again would block all later ones. */
const refused = (error: Error): boolean =>
  error instanceof ApiError && error.status < 500 && error.status !== 401 && error.status !== 403;

const within = (ms: number, work: Promise<unknown>): Promise<unknown> => {
  let timer: NodeJS.Timeout;
  const late = new Promise((resolve) => (timer = setTimeout(resolve, ms)));
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
};
