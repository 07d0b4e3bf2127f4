import { setTimeout as sleep } from 'node:timers/promises';
import { ApiError, isPassing } from '../api/http.js';

const firstWaitMs = 500;
const longestWaitMs = 5_000;

export type ReachNews = { down(reason: string): void; up(awayMs: number): void };

/**
 * Whether the control plane can be reached, shared by all that talk to it: one failure makes everybody wait, so that an
 * outage is met with one attempt per interval instead of one per run. The longest wait is short: leases must be renewed
 * soon after the control plane is back.
 */
export class Reach {
  private failures = 0;
  private openAt = 0;
  private downSince: number | null = null;

  constructor(private readonly news: ReachNews) {}

  /** Waits until another attempt is due. */
  async turn(signal?: AbortSignal): Promise<void> {
    while (Date.now() < this.openAt) await sleep(this.openAt - Date.now(), undefined, signal ? { signal } : {});
  }

  /** Runs `attempt` until it succeeds or fails for good; errors that may pass are waited out. */
  async insist<T>(attempt: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    while (true) {
      await this.turn(signal);
      try {
        const answer = await attempt();
        this.succeeded();
        return answer;
      } catch (error) {
        if (signal?.aborted || !isPassing(error)) throw error;
        this.failed(error);
      }
    }
  }

  succeeded(): void {
    this.failures = 0;
    this.openAt = 0;
    if (this.downSince !== null) this.news.up(Date.now() - this.downSince);
    this.downSince = null;
  }

  failed(error: Error): void {
    const now = Date.now();
    if (now < this.openAt) return;
    const asked = error instanceof ApiError ? error.retryAfterSeconds : null;
    const wait = asked === null ? Math.min(longestWaitMs, firstWaitMs * 2 ** this.failures) : asked * 1000;
    this.failures += 1;
    this.openAt = now + wait * (1 + Math.random() * 0.2);
    if (this.downSince === null) this.news.down(error.message);
    this.downSince ??= now;
  }
}
