import { ApiError, type Client } from '../client/index.js';
import type { LogLine } from '../logging.js';

const batchMax = 200;
const collectMs = 500;
const longestPauseMs = 10_000;

/** Sends log lines in batches: twice a second, or sooner when many come. What cannot be sent is kept and tried again. */
export class LogOutbox {
  private lines: LogLine[] = [];
  private timer: NodeJS.Timeout | null = null;
  private sending: Promise<void> | null = null;
  private failures = 0;

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

  /** Hands out what is not stored. */
  close(): LogLine[] {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    this.failures = 0;
    return this.lines.splice(0);
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

  private async sendAll(): Promise<void> {
    while (this.lines.length > 0) {
      const batch = this.lines.slice(0, batchMax);
      const outcome = await this.client
        .createLogs(batch, { retries: 0, timeoutMs: 10_000 })
        .catch((error: unknown) => error);
      if (outcome instanceof Error && !refused(outcome)) {
        this.failures++;
        return this.plan(this.pauseMs());
      }
      this.failures = 0;
      this.lines = this.lines.filter((line) => !batch.includes(line));
    }
  }

  private pauseMs(): number {
    return Math.min(100 * 2 ** this.failures, longestPauseMs);
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
